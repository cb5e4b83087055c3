package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the asynchronous client does on every HttpClient from 5.4 to 5.7. Runs unchanged on each, and so uses nothing that
 * one of them lacks.
 */
class AsyncMatrixTest {
    private static final HeldCertificate AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    private final LoopbackNetwork network = LoopbackNetwork.open();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @Test
    void fetchesByHttp() throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "hello");
        try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.allAtOnce(), origin.address()))) {
            assertThat(calls.body(url("http"))).isEqualTo("hello");
        }
    }

    @Test
    void fetchesByHttps() throws Exception {
        AsyncOrigin origin = AsyncOrigin.https(network, "hello", certified("many.test"));
        try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.allAtOnce(), origin.address()))) {
            assertThat(calls.body(url("https"))).isEqualTo("hello");
        }
    }

    @Test
    void reachesTheServerThatLivesPastASilentAndARefusingOne() throws Exception {
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        try (AsyncCalls calls =
                AsyncCalls.of(racing(RacePolicy.allAtOnce(), silent, refusing, origin.address()), Timeout.DISABLED)) {
            assertThat(calls.body(url("http"))).isEqualTo("alive");
        }
    }

    @Test
    void namesEveryAddressWhenAllRefuse() throws Exception {
        InetAddress one = network.refusing();
        InetAddress two = network.refusing();
        try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.allAtOnce(), one, two))) {
            Throwable failure = calls.failure(url("http"));

            assertThat(failure)
                    .isInstanceOf(HttpHostConnectException.class)
                    .hasMessageContaining(one.getHostAddress())
                    .hasMessageContaining(two.getHostAddress());
            assertThat(failure.getSuppressed()).hasSize(2);
        }
    }

    @Test
    void timesOutOnceWhenAllAreSilent() throws Exception {
        InetAddress one = network.silent();
        InetAddress two = network.silent();
        try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.allAtOnce(), one, two), Timeout.ofMilliseconds(500))) {
            assertThat(calls.failure(url("http")))
                    .isInstanceOf(ConnectTimeoutException.class)
                    .hasMessageEndingWith("500 MILLISECONDS")
                    .hasMessageContaining(one.getHostAddress())
                    .hasMessageContaining(two.getHostAddress());
        }
    }

    @Test
    void goesOnToTheNextAddressWhenTheCertificateIsAnotherHosts() throws Exception {
        AsyncOrigin other = AsyncOrigin.https(network, "other", certified("other.test"));
        AsyncOrigin right = AsyncOrigin.https(network, "right", certified("many.test"));
        // One after the other, so that it is the wrong one that wins first.
        try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.rfc8305(), other.address(), right.address()))) {
            assertThat(calls.body(url("https"))).isEqualTo("right");
            assertThat(other.accepted()).isEqualTo(1);
        }
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(RacePolicy policy, InetAddress... addresses) {
        Connector connector = Connector.builder()
                .policy(policy)
                .resolver(LoopbackNetwork.resolving("many.test", addresses))
                .build();
        HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(AUTHORITY.certificate())
                .build();
        return ConnieAsyncConnectionManagerBuilder.create(connector)
                .setTlsStrategy(new DefaultClientTlsStrategy(trusting.sslContext()));
    }

    private static SSLContext certified(String host) {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .signedBy(AUTHORITY)
                .commonName(host)
                .addSubjectAlternativeName(host)
                .build();
        return new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslContext();
    }

    private String url(String scheme) {
        return scheme + "://many.test:" + network.port() + "/";
    }
}
