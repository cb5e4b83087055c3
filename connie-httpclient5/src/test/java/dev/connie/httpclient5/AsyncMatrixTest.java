package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
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
    private final AsyncRaces races = new AsyncRaces();

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

    /** By private fields of HttpCore. Where they are missing, losers live on for a second, and all else is the same. */
    @Test
    void knowsHowToCloseAConnectOfThisVersionAtOnce() throws Exception {
        assertThat(ConnectCloser.INSTANCE.closesAtOnce()).isTrue();
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        IOReactorConfig idle =
                IOReactorConfig.custom().setSelectInterval(TimeValue.ofHours(1)).build();
        try (AsyncCalls calls = AsyncCalls.of(HttpAsyncClients.custom()
                .setIOReactorConfig(idle)
                .setConnectionManager(racing(RacePolicy.allAtOnce(), network.silent(), origin.address())
                        .build())
                .build())) {
            long before = Descriptors.openSockets();
            assertThat(calls.body(url("http"))).isEqualTo("alive");
            Await.until(() -> Descriptors.openSockets() <= before + 2);
        }
    }

    @Test
    void reachesTheNextServerWhileTheFirstIsMuteInTls() throws Exception {
        AsyncOrigin mute = AsyncOrigin.mute(network);
        AsyncOrigin right = AsyncOrigin.https(network, "right", certified("many.test"));
        try (AsyncCalls calls =
                AsyncCalls.of(racing(RacePolicy.rfc8305(), mute.address(), right.address()), Timeout.ofMinutes(5))) {
            assertThat(calls.body(url("https"))).isEqualTo("right");
            Await.until(() -> mute.open() == 0 && right.open() == 1);
        }
    }

    @Test
    void aTimeoutSaysWhatTheStockClientSays() throws Exception {
        DnsResolver silent = new FixedDns(network.silent());
        Timeout soon = Timeout.ofMilliseconds(300);
        try (AsyncCalls stock = AsyncCalls.of(
                        PoolingAsyncClientConnectionManagerBuilder.create().setDnsResolver(silent), soon);
                AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.allAtOnce()).setDnsResolver(silent), soon)) {
            Throwable expected = stock.failure(url("http"));

            assertThat(calls.failure(url("http")))
                    .isExactlyInstanceOf(expected.getClass())
                    .hasMessage(expected.getMessage())
                    .hasMessageContaining("300 MILLISECONDS");
        }
    }

    @Test
    void neverConnectsToTheWildcardAddress() throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        InetAddress wildcard = InetAddress.getByName("0.0.0.0");
        InetAddress wildcard6 = InetAddress.getByName("::");
        List<PoolingAsyncClientConnectionManagerBuilder> found = List.of(
                racing(RacePolicy.rfc8305(), wildcard, wildcard6, origin.address()),
                racing(RacePolicy.rfc8305()).setDnsResolver(new FixedDns(wildcard, origin.address())));
        for (PoolingAsyncClientConnectionManagerBuilder builder : found) {
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                assertThat(calls.body(url("http"))).isEqualTo("alive");
            }
        }
        List<PoolingAsyncClientConnectionManagerBuilder> nowhere = List.of(
                racing(RacePolicy.rfc8305(), wildcard, wildcard6),
                racing(RacePolicy.rfc8305()).setDnsResolver(new FixedDns(wildcard)));
        for (PoolingAsyncClientConnectionManagerBuilder builder : nowhere) {
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                assertThat(calls.failure(url("http")))
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessageContaining("many.test");
            }
        }
        assertThat(races.started()).hasSize(2).containsOnly(origin.address());
    }

    @Test
    void aRouteToTheWildcardAddressGoesWhereTheStockClientGoes() throws Exception {
        AsyncOrigin here = AsyncOrigin.httpAt(network, InetAddress.getByName("127.0.0.1"), "here");
        HttpRoute route =
                new HttpRoute(new HttpHost("http", InetAddress.getByName("0.0.0.0"), "many.test", network.port()));
        List<PoolingAsyncClientConnectionManagerBuilder> builders =
                List.of(PoolingAsyncClientConnectionManagerBuilder.create(), racing(RacePolicy.allAtOnce()));
        for (PoolingAsyncClientConnectionManagerBuilder builder : builders) {
            try (AsyncCalls calls = AsyncCalls.of(HttpAsyncClients.custom()
                    .setConnectionManager(builder.build())
                    .setRoutePlanner((target, context) -> route)
                    .build())) {
                assertThat(calls.body(url("http"))).isEqualTo("here");
            }
        }
        assertThat(here.accepted()).isEqualTo(2);
    }

    /** The order of a rotating name service is not the client's. */
    @Test
    void triesTheLastWinnerFirst() throws Exception {
        AsyncOrigin one = AsyncOrigin.http(network, "one");
        AsyncOrigin two = AsyncOrigin.http(network, "two");
        AtomicInteger asked = new AtomicInteger();
        Connector connector = Connector.builder()
                .policy(RacePolicy.rfc8305())
                .resolver(host -> asked.getAndIncrement() % 2 == 0
                        ? List.of(one.address(), two.address())
                        : List.of(two.address(), one.address()))
                .listener(races)
                .build();
        try (AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector))) {
            for (int i = 0; i < 4; i++) {
                assertThat(calls.client()
                                .execute(AsyncCalls.closing(url("http")), null)
                                .get()
                                .getBodyText())
                        .isEqualTo("one");
            }
        }
        assertThat(races.started()).hasSize(4).containsOnly(one.address());
    }

    /** Unless its certificate was not ours. */
    @Test
    void forgetsAWinnerWhoseHandshakeFailed() throws Exception {
        AsyncOrigin wrong = AsyncOrigin.https(network, "wrong", certified("other.test"));
        AsyncOrigin right = AsyncOrigin.https(network, "right", certified("many.test"));
        try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.rfc8305(), wrong.address(), right.address()))) {
            calls.client().execute(AsyncCalls.closing(url("https")), null).get();
            for (int i = 0; i < 3; i++) {
                int before = races.started().size();
                calls.client().execute(AsyncCalls.closing(url("https")), null).get();
                assertThat(races.started().get(before)).isEqualTo(right.address());
            }
        }
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(RacePolicy policy, InetAddress... addresses) {
        Connector connector = Connector.builder()
                .policy(policy)
                .resolver(LoopbackNetwork.resolving("many.test", addresses))
                .listener(races)
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
