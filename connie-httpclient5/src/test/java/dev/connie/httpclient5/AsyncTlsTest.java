package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@link ConnieAsyncConnectionManagerBuilder}: TLS and HTTP/2 on the winner, and the next race when TLS fails. */
class AsyncTlsTest {
    private static final HeldCertificate AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private static final HandshakeCertificates MANY = certified("many.test", AUTHORITY);
    private static final HandshakeCertificates OTHER = certified("other.test", AUTHORITY);
    private static final HandshakeCertificates UNTRUSTED = certified(
            "many.test", new HeldCertificate.Builder().certificateAuthority(0).build());

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AsyncRaces races = new AsyncRaces();
    private final List<MockWebServer> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(MockWebServer::close);
        network.close();
    }

    @Nested
    class Http2 {
        @Test
        void isNegotiatedOnTheWinner() throws Exception {
            InetAddress origin = http2(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1), true);
            assertIsReachedByHttp2("https", HttpVersionPolicy.NEGOTIATE, origin);
        }

        @Test
        void isForcedOnTheWinner() throws Exception {
            InetAddress origin = http2(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1), true);
            assertIsReachedByHttp2("https", HttpVersionPolicy.FORCE_HTTP_2, origin);
        }

        @Test
        void isSpokenInTheClear() throws Exception {
            InetAddress origin = http2(List.of(Protocol.H2_PRIOR_KNOWLEDGE), false);
            assertIsReachedByHttp2("http", HttpVersionPolicy.FORCE_HTTP_2, origin);
        }

        private void assertIsReachedByHttp2(String scheme, HttpVersionPolicy versions, InetAddress origin)
                throws Exception {
            InetAddress silent = network.silent();
            InetAddress refusing = network.refusing();
            PoolingAsyncClientConnectionManagerBuilder builder = racing(
                            RacePolicy.allAtOnce(), silent, refusing, origin)
                    .setDefaultTlsConfig(
                            TlsConfig.custom().setVersionPolicy(versions).build());
            try (AsyncCalls calls = AsyncCalls.of(builder, Timeout.DISABLED)) {
                SimpleHttpResponse response = calls.get(scheme + "://many.test:" + network.port() + "/");

                assertThat(response.getVersion()).isEqualTo(HttpVersion.HTTP_2);
                assertThat(response.getBodyText()).isEqualTo("hello");
            }
        }

        private InetAddress http2(List<Protocol> protocols, boolean tls) throws IOException {
            MockWebServer server = new MockWebServer();
            servers.add(server);
            server.setProtocols(protocols);
            if (tls) {
                server.useHttps(MANY.sslSocketFactory());
            }
            server.enqueue(new MockResponse.Builder().body("hello").build());
            InetAddress address = network.newAddress();
            server.start(address, network.port());
            return address;
        }
    }

    /** One after the other, so that it is known who wins first. The stock client tries no second address. */
    @Nested
    class WhenTheHandshakeFails {
        private final AsyncOrigin right = https("right", MANY);

        @Test
        void triesTheNextAfterACertificateOfAnotherHost() throws Exception {
            AsyncOrigin wrong = https("wrong", OTHER);
            assertReachesRightAfter(wrong);
        }

        @Test
        void triesTheNextAfterACertificateOfAnUnknownAuthority() throws Exception {
            AsyncOrigin wrong = https("wrong", UNTRUSTED);
            assertReachesRightAfter(wrong);
        }

        @Test
        void triesTheNextAfterAServerThatHangsUp() throws Exception {
            AsyncOrigin wrong = AsyncOrigin.hangingUp(network);
            assertReachesRightAfter(wrong);
        }

        @Test
        void triesTheNextAfterAServerThatStaysMute() throws Exception {
            AsyncOrigin mute = AsyncOrigin.mute(network);
            PoolingAsyncClientConnectionManagerBuilder builder = racing(
                            RacePolicy.rfc8305(), mute.address(), right.address())
                    .setDefaultTlsConfig(TlsConfig.custom()
                            .setHandshakeTimeout(Timeout.ofMilliseconds(300))
                            .build());
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                assertThat(calls.body(url())).isEqualTo("right");
                Await.until(() -> mute.open() == 0);
            }
        }

        @Test
        void goesOnUntilOneIsRight() throws Exception {
            AsyncOrigin first = https("first", OTHER);
            AsyncOrigin second = https("second", UNTRUSTED);
            AsyncOrigin third = AsyncOrigin.hangingUp(network);
            for (int i = 0; i < 10; i++) {
                // At once: whoever wins.
                try (AsyncCalls calls = AsyncCalls.of(racing(
                        RacePolicy.allAtOnce(),
                        network.refusing(),
                        first.address(),
                        second.address(),
                        third.address(),
                        right.address()))) {
                    assertThat(calls.body(url())).isEqualTo("right");
                }
            }
        }

        @Test
        void racesAnAddressThatLostAgainButNotOneThatWonOrFailed() throws Exception {
            AsyncOrigin wrong = https("wrong", OTHER);
            InetAddress refusing = network.refusing();
            InetAddress silent = network.silent();
            try (AsyncCalls calls = AsyncCalls.of(
                    racing(RacePolicy.rfc8305(), refusing, silent, wrong.address(), right.address()),
                    Timeout.DISABLED)) {
                assertThat(calls.body(url())).isEqualTo("right");
            }
            assertThat(races.started()).containsExactly(refusing, silent, wrong.address(), silent, right.address());
        }

        @Test
        void failsWithTheLastHandshakesExceptionAndTheOthersSuppressed() throws Exception {
            AsyncOrigin wrong = https("wrong", OTHER);
            AsyncOrigin alsoWrong = https("also wrong", OTHER);
            InetAddress refusing = network.refusing();
            try (AsyncCalls calls =
                    AsyncCalls.of(racing(RacePolicy.rfc8305(), refusing, wrong.address(), alsoWrong.address()))) {
                Throwable failure = calls.failure(url());

                assertThat(failure).isInstanceOf(SSLException.class);
                assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .satisfiesExactly(
                                first -> assertThat(first)
                                        .contains(refusing.getHostAddress())
                                        .contains("refused"),
                                second -> assertThat(second)
                                        .contains(wrong.address().getHostAddress())
                                        .contains(failure.getClass().getSimpleName()));
            }
        }

        @Test
        void failsWithTheRacesExceptionIfNobodyIsLeftToShakeHandsWith() throws Exception {
            AsyncOrigin wrong = https("wrong", OTHER);
            InetAddress silent = network.silent();
            PoolingAsyncClientConnectionManagerBuilder builder =
                    racing(RacePolicy.allAtOnce(), wrong.address(), silent);
            try (AsyncCalls calls = AsyncCalls.of(builder, Timeout.ofMilliseconds(500))) {
                Throwable failure = calls.failure(url());

                assertThat(failure)
                        .isInstanceOf(ConnectTimeoutException.class)
                        .hasMessageContaining(silent.getHostAddress());
                assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .satisfiesExactly(
                                handshake -> assertThat(handshake)
                                        .contains(wrong.address().getHostAddress()),
                                connect -> assertThat(connect).contains(silent.getHostAddress()));
            }
        }

        @Test
        void leavesNoConnectionToTheServersThatFailed() throws Exception {
            AsyncOrigin wrong = https("wrong", OTHER);
            AsyncOrigin untrusted = https("untrusted", UNTRUSTED);
            try (AsyncCalls calls = AsyncCalls.of(
                    racing(RacePolicy.allAtOnce(), wrong.address(), untrusted.address(), right.address()))) {
                assertThat(calls.body(url())).isEqualTo("right");
                Await.until(() -> wrong.open() + untrusted.open() == 0 && right.open() == 1);
            }
        }

        /** The stock client leaves the connection open. */
        @Test
        void leavesNoConnectionBehindABrokenTlsStrategy() throws Exception {
            IllegalStateException broken = new IllegalStateException("broken");
            PoolingAsyncClientConnectionManagerBuilder builder = racing(RacePolicy.rfc8305(), right.address())
                    .setTlsStrategy(new TlsStrategy() {
                        @Override
                        @Deprecated
                        public boolean upgrade(
                                TransportSecurityLayer session,
                                HttpHost host,
                                SocketAddress localAddress,
                                SocketAddress remoteAddress,
                                Object attachment,
                                Timeout handshakeTimeout) {
                            throw broken;
                        }
                    });
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                assertThat(calls.failure(url())).isSameAs(broken);
                Await.until(() -> right.accepted() == 1 && right.open() == 0);
            }
        }

        private void assertReachesRightAfter(AsyncOrigin wrong) throws Exception {
            try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.rfc8305(), wrong.address(), right.address()))) {
                assertThat(calls.body(url())).isEqualTo("right");
                assertThat(wrong.accepted()).isEqualTo(1);
                Await.until(() -> wrong.open() == 0);
            }
        }

        private AsyncOrigin https(String name, HandshakeCertificates certificates) {
            return AsyncOrigin.https(network, name, certificates.sslContext());
        }
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(RacePolicy policy, InetAddress... addresses) {
        HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(AUTHORITY.certificate())
                .build();
        Connector connector = Connector.builder()
                .policy(policy)
                .resolver(LoopbackNetwork.resolving("many.test", addresses))
                .listener(races)
                .build();
        return ConnieAsyncConnectionManagerBuilder.create(connector)
                .setTlsStrategy(new DefaultClientTlsStrategy(trusting.sslContext()));
    }

    private static HandshakeCertificates certified(String host, HeldCertificate authority) {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .signedBy(authority)
                .commonName(host)
                .addSubjectAlternativeName(host)
                .build();
        return new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    }

    private String url() {
        return "https://many.test:" + network.port() + "/";
    }
}
