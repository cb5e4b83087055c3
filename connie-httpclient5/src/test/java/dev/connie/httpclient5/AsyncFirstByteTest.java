package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@link ConnieAsyncConnectionManagerBuilder}: the round beside a TLS handshake that takes long. */
class AsyncFirstByteTest {
    /** One after the other, so that it is known who connects first. */
    private static final RacePolicy IN_TURN = RacePolicy.rfc8305();

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AsyncRaces races = new AsyncRaces();
    private final AsyncOrigin mute = AsyncOrigin.mute(network);
    private final AsyncOrigin right = https("right", "many.test");

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @Test
    void reachesTheNextServerWhileTheFirstIsMute() throws Exception {
        try (AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, mute, right), Timeout.ofMinutes(5))) {
            assertThat(calls.body(url("https"))).isEqualTo("right");

            Await.until(() -> mute.open() == 0 && right.open() == 1);
            assertThat(mute.accepted()).isEqualTo(1);
            assertThat(right.accepted()).isEqualTo(1);
        }
    }

    @Test
    void keepsToTheFirstIfThatIsDoneFirst() throws Exception {
        AsyncOrigin slow = AsyncOrigin.slow(network, "slow", TestTls.serverNamed("many.test"));
        try (AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, slow, mute))) {
            Future<SimpleHttpResponse> call = calls.start(url("https"));
            Await.until(() -> mute.open() == 1);

            slow.letSpeak();

            assertThat(call.get().getBodyText()).isEqualTo("slow");
            Await.until(() -> mute.open() == 0 && slow.open() == 1);
        }
    }

    @Test
    void aFailedHandshakeLeavesTheOther() throws Exception {
        AsyncOrigin slow = AsyncOrigin.slow(network, "slow", TestTls.serverNamed("many.test"));
        AsyncOrigin wrong = https("wrong", "other.test");
        try (AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, slow, wrong))) {
            Future<SimpleHttpResponse> call = calls.start(url("https"));
            Await.until(() -> wrong.accepted() == 1 && wrong.open() == 0);

            slow.letSpeak();

            assertThat(call.get().getBodyText()).isEqualTo("slow");
        }
    }

    @Test
    void aFailedHandshakePullsTheNextRound() throws Exception {
        AsyncOrigin wrong = https("wrong", "other.test");
        try (AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, mute, wrong, right))) {
            assertThat(calls.body(url("https"))).isEqualTo("right");
            Await.until(() -> mute.open() + wrong.open() == 0 && right.open() == 1);
        }
    }

    @Test
    void failsWithTheLastHandshakeWhenAllHaveFailed() throws Exception {
        AsyncOrigin wrong = https("wrong", "other.test");
        PoolingAsyncClientConnectionManagerBuilder builder = racing(IN_TURN, mute, wrong)
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setHandshakeTimeout(Timeout.ofMilliseconds(2000))
                        .build());
        try (AsyncCalls calls = AsyncCalls.of(builder)) {
            Throwable failure = calls.failure(url("https"));

            assertThat(failure).isNotInstanceOf(SSLException.class).hasMessageContaining("2000 MILLISECONDS");
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(suppressed -> assertThat(suppressed)
                            .hasMessageContaining(wrong.address().getHostAddress()));
            Await.until(() -> mute.open() + wrong.open() == 0);
        }
    }

    @Test
    void triesNoMoreThanTwoServersAtATime() throws Exception {
        AsyncOrigin alsoMute = AsyncOrigin.mute(network);
        PoolingAsyncClientConnectionManagerBuilder builder = racing(IN_TURN, mute, alsoMute, right)
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setHandshakeTimeout(Timeout.ofMilliseconds(800))
                        .build());
        try (AsyncCalls calls = AsyncCalls.of(builder)) {
            assertThat(calls.body(url("https"))).isEqualTo("right");
        }
        // The third round began when the first had failed.
        assertThat(races.started()).containsExactly(mute.address(), alsoMute.address(), right.address());
    }

    @Nested
    class NoRoundBeside {
        @Test
        void aHandshakeOfAHealthyServer() throws Exception {
            AsyncOrigin spare = https("spare", "many.test");
            try (AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, right, spare))) {
                // The first handshake of a JVM takes long, and may well have one beside it.
                calls.body(url("https"));
                int before = spare.accepted();
                for (int i = 0; i < 20; i++) {
                    calls.client()
                            .execute(AsyncCalls.closing(url("https")), null)
                            .get();
                }
                // On a busy machine even a handshake on loopback may take longer than the shortest patience.
                assertThat(spare.accepted() - before).isLessThan(10);
            }
        }

        @Test
        void plainHttp() throws Exception {
            try (AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, mute, right))) {
                Future<SimpleHttpResponse> call = calls.start(url("http"));
                Await.until(() -> mute.open() == 1);
                // Long after the longest patience.
                assertThat(call).failsWithin(Duration.ofMillis(600));
            }
            assertThat(races.started()).containsExactly(mute.address());
        }

        @Test
        void whenSwitchedOff() throws Exception {
            PoolingAsyncClientConnectionManagerBuilder builder = new PoolingAsyncClientConnectionManagerBuilder() {
                @Override
                protected AsyncClientConnectionOperator createConnectionOperator(
                        TlsStrategy tls, SchemePortResolver ports, DnsResolver dns) {
                    return new ConnieAsyncConnectionOperator(
                            connector(IN_TURN, mute, right),
                            super.createConnectionOperator(tls, ports, dns),
                            ports,
                            dns,
                            false);
                }
            };
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                Future<SimpleHttpResponse> call = calls.start(url("https"));
                Await.until(() -> mute.open() == 1);
                assertThat(call).failsWithin(Duration.ofMillis(600));
            }
            assertThat(races.started()).containsExactly(mute.address());
        }
    }

    /** The client passes a cancel on to a connect only if the call had to wait for its place in the pool. */
    @Nested
    class WhenTheCallIsOver {
        private final AsyncOrigin alsoMute = AsyncOrigin.mute(network);

        @Test
        void bothAreClosedWithTheClient() throws Exception {
            AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, mute, alsoMute));
            calls.start(url("https"));
            Await.until(() -> mute.open() == 1 && alsoMute.open() == 1);

            calls.client().close(CloseMode.IMMEDIATE);

            Await.until(() -> mute.open() + alsoMute.open() == 0);
        }

        /** The reactor gives a handshake 5 s to end by itself. */
        @Test
        void bothAreClosedWithTheClientAtItsLeisure() throws Exception {
            AsyncCalls calls = AsyncCalls.of(racing(IN_TURN, mute, alsoMute), Timeout.ofMinutes(5));
            calls.start(url("https"));
            Await.until(() -> mute.open() == 1 && alsoMute.open() == 1);
            long start = System.nanoTime();

            calls.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            Await.until(() -> mute.open() + alsoMute.open() == 0);
        }

        @Test
        void bothAreClosedWhenTheHandshakeTimesOut() throws Exception {
            PoolingAsyncClientConnectionManagerBuilder builder = racing(IN_TURN, mute, alsoMute)
                    .setDefaultTlsConfig(TlsConfig.custom()
                            .setHandshakeTimeout(Timeout.ofMilliseconds(400))
                            .build());
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                assertThat(calls.failure(url("https")).getSuppressed()).hasSize(1);
                Await.until(() -> mute.open() + alsoMute.open() == 0);
            }
        }
    }

    /** By a policy that learns: it tries first what has answered. */
    @Nested
    class ThePolicyHears {
        // One attempt after another, so that it is known who connects first.
        private final RacePolicy learning =
                RacePolicy.adaptive().withExploration(0).withExtraAttempts(0);

        @Test
        void ofAServerThatIsMuteInTls() throws Exception {
            assertIsNotFirstAgain(mute, "https");
        }

        @Test
        void ofAServerThatHangsUpInTls() throws Exception {
            assertIsNotFirstAgain(AsyncOrigin.hangingUp(network), "https");
        }

        @Test
        void ofAServerThatHangsUpOnPlainHttp() throws Exception {
            AsyncOrigin hangingUp = AsyncOrigin.hangingUp(network);
            AsyncOrigin http = AsyncOrigin.http(network, "alive");
            try (AsyncCalls calls = AsyncCalls.of(racing(learning, hangingUp, http))) {
                calls.failure(url("http"));
                assertThat(calls.body(url("http"))).isEqualTo("alive");
            }
            assertThat(races.started().get(0)).isEqualTo(hangingUp.address());
        }

        private void assertIsNotFirstAgain(AsyncOrigin bad, String scheme) throws Exception {
            try (AsyncCalls calls = AsyncCalls.of(racing(learning, bad, right))) {
                for (int i = 0; i < 2; i++) {
                    calls.client()
                            .execute(AsyncCalls.closing(url(scheme)), null)
                            .get();
                }
            }
            List<InetAddress> started = races.started();
            // A round beside the second call's handshake, if that takes long on a busy machine, may follow.
            assertThat(started).startsWith(bad.address(), right.address(), right.address());
        }
    }

    private AsyncOrigin https(String name, String host) {
        return AsyncOrigin.https(network, name, TestTls.serverNamed(host));
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(RacePolicy policy, AsyncOrigin... origins) {
        return ConnieAsyncConnectionManagerBuilder.create(connector(policy, origins))
                .setTlsStrategy(new DefaultClientTlsStrategy(TestTls.CLIENT));
    }

    private Connector connector(RacePolicy policy, AsyncOrigin... origins) {
        InetAddress[] addresses =
                List.of(origins).stream().map(AsyncOrigin::address).toArray(InetAddress[]::new);
        return Connector.builder()
                .policy(policy)
                .resolver(LoopbackNetwork.resolving("many.test", addresses))
                .listener(races)
                .build();
    }

    private String url(String scheme) {
        return scheme + "://many.test:" + network.port() + "/";
    }
}
