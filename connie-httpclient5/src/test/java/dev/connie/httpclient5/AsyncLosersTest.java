package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RegretReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link ConnieAsyncConnectionManagerBuilder}: what becomes of losers, and who hears of it. */
class AsyncLosersTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AsyncRaces races = new AsyncRaces();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    /** The reactor of this client does nothing of itself for an hour: neither look at timeouts nor free what is closed. */
    @Test
    void areClosedWhenTheRaceIsWonHoweverIdleTheClient() throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        Connector connector =
                connector(network.silent(), network.silent(), origin.address()).build();
        try (AsyncCalls calls = idle(connector)) {
            long before = Descriptors.openSockets();
            calls.body(url());
            // The winner's two ends stay.
            Await.until(() -> Descriptors.openSockets() <= before + 2);
            assertThat(origin.open()).isEqualTo(1);
        }
    }

    @Test
    void areClosedWhenTheRaceIsLostHoweverIdleTheClient() throws Exception {
        Connector connector = connector(network.silent(), network.silent()).build();
        try (AsyncCalls calls = idle(connector)) {
            long before = Descriptors.openSockets();
            calls.failure(url());
            Await.until(() -> Descriptors.openSockets() <= before);
        }
    }

    @Test
    void doNotKeepTheClientFromClosing() throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        Connector connector =
                connector(network.silent(), network.silent(), origin.address()).build();
        AsyncCalls calls = idle(connector);
        calls.body(url());
        assertClosesBefore(calls, 4);
    }

    /** The reactor waits 5 s for what connects, and the stock client with it. */
    @Test
    void andRacesAreCalledOffWhenTheClientIsClosed() throws Exception {
        Connector connector = connector(network.silent(), network.silent()).build();
        AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector), Timeout.ofMinutes(5));
        calls.start(url());
        Await.until(() -> races.started().size() == 2);

        assertClosesBefore(calls, 4);
        assertThat(races.next().attempts()).allMatch(attempt -> attempt.outcome() == Outcome.ABANDONED);
    }

    @Test
    void areNotLetFinishWhenTheClientIsClosed() throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        Connector connector =
                connector(network.silent(), origin.address()).sampleRegret(1).build();
        AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector), Timeout.ofMinutes(5));
        calls.body(url());

        assertClosesBefore(calls, 4);
    }

    private static void assertClosesBefore(AsyncCalls calls, int seconds) throws IOException {
        long start = System.nanoTime();
        calls.close();
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Nested
    class Permits {
        /** As if the process had no descriptor to spare. */
        @Test
        void areNeededForAllAttemptsButTheFirst() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "alive");
            Connector connector = connector(network.refusing(), origin.address(), origin.address())
                    .build();
            int taken = takeAllPermits(connector);
            try (AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector))) {
                assertThat(calls.body(url())).isEqualTo("alive");
            } finally {
                giveBack(connector, taken);
            }
            List<AttemptReport> attempts = races.next().attempts();
            // The second one had to wait for the first to fail.
            assertThat(attempts).hasSize(2);
            assertThat(attempts.get(1).start())
                    .isGreaterThanOrEqualTo(attempts.get(0).end());
        }

        @Test
        void areGivenBackWhateverBecomesOfTheRace() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "alive");
            Connector winning = connector(
                            network.silent(),
                            network.refusing(),
                            origin.address(),
                            AsyncOrigin.http(network, "too").address())
                    .build();
            Connector losing = connector(network.silent(), network.refusing(), network.silent())
                    .build();
            int before = countPermits(winning);
            try (AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(winning));
                    AsyncCalls inVain = AsyncCalls.of(
                            ConnieAsyncConnectionManagerBuilder.create(losing), Timeout.ofMilliseconds(100))) {
                for (int i = 0; i < 5; i++) {
                    calls.body(url());
                    inVain.failure(url());
                }
            }
            Await.until(() -> countPermits(winning) == before, () -> countPermits(winning) + " of " + before);
        }

        private static int countPermits(Connector connector) {
            int all = takeAllPermits(connector);
            giveBack(connector, all);
            return all;
        }

        private static int takeAllPermits(Connector connector) {
            int taken = 0;
            while (connector.books().beginExtraAttempt()) {
                taken++;
            }
            return taken;
        }

        private static void giveBack(Connector connector, int permits) {
            for (int i = 0; i < permits; i++) {
                connector.books().endExtraAttempt();
            }
        }
    }

    @Nested
    class Regret {
        private final BlockingQueue<RegretReport> regrets = new LinkedBlockingQueue<>();

        @Test
        void isSampledByLettingLosersFinish() throws Exception {
            AsyncOrigin first = AsyncOrigin.http(network, "first");
            AsyncOrigin second = AsyncOrigin.http(network, "second");
            InetAddress refusing = network.refusing();
            InetAddress silent = network.silent();
            // The silent one first, so that there is a loser, however fast the reactor is.
            Connector connector = sampling(silent, first.address(), second.address(), refusing);
            try (AsyncCalls calls =
                    AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector), Timeout.ofSeconds(2))) {
                calls.body(url());

                RegretReport regret = regrets.poll(30, TimeUnit.SECONDS);
                assertThat(regret).isNotNull();
                assertThat(regret.race()).isEqualTo(races.next());
                List<AttemptReport> losers = regret.losers();
                assertThat(losers)
                        .hasSameSizeAs(regret.race().attempts().stream()
                                .filter(attempt -> attempt.outcome() == Outcome.LOST)
                                .toList());
                // It was watched until the race's time was up.
                assertThat(losers.get(losers.size() - 1))
                        .satisfies(
                                last -> assertThat(last.address().getAddress()).isEqualTo(silent))
                        .satisfies(last -> assertThat(last.end()).hasSeconds(2))
                        .satisfies(last -> assertThat(last.established()).isFalse());
                Await.until(() -> first.open() + second.open() == 1);
            }
        }

        @Test
        void isNotSampledUnlessAskedFor() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "alive");
            Connector connector = connector(network.silent(), origin.address())
                    .listener(listener())
                    .build();
            try (AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector))) {
                long before = Descriptors.openSockets();
                calls.body(url());
                Await.until(() -> Descriptors.openSockets() <= before + 2);
            }
            assertThat(regrets).isEmpty();
        }

        private Connector sampling(InetAddress... addresses) {
            return connector(addresses).listener(listener()).sampleRegret(1).build();
        }

        private RaceListener listener() {
            return new RaceListener() {
                @Override
                public void raceFinished(dev.connie.race.RaceReport report) {
                    races.raceFinished(report);
                }

                @Override
                public void losersFinished(RegretReport report) {
                    regrets.add(report);
                }
            };
        }
    }

    @Test
    void areRecordedByFlightRecorderAndSoIsTheRace(@TempDir Path directory) throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "alive");
        InetAddress silent = network.silent();
        Connector connector = connector(silent, origin.address()).build();
        Path file = directory.resolve("races.jfr");
        try (Recording recording = new Recording();
                AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector))) {
            recording.start();
            calls.body(url());
            recording.stop();
            recording.dump(file);
        }
        assertThat(RecordingFile.readAllEvents(file))
                .filteredOn(event -> event.getEventType().getName().equals("dev.connie.Race"))
                .singleElement()
                .satisfies(race -> assertThat(race.getString("target")).isEqualTo("many.test:" + network.port()))
                .satisfies(race -> assertThat(race.getString("winner"))
                        .isEqualTo(origin.address().getHostAddress() + ":" + network.port()));
        assertThat(RecordingFile.readAllEvents(file))
                .filteredOn(event -> event.getEventType().getName().equals("dev.connie.Attempt"))
                .extracting(event -> event.getString("outcome"))
                .containsExactlyInAnyOrder("WON", "LOST");
    }

    private Connector.Builder connector(InetAddress... addresses) {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(LoopbackNetwork.resolving("many.test", addresses))
                .listener(races);
    }

    private static AsyncCalls idle(Connector connector) {
        return AsyncCalls.of(HttpAsyncClients.custom()
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setSelectInterval(TimeValue.ofHours(1))
                        .build())
                .setConnectionManager(ConnieAsyncConnectionManagerBuilder.create(connector)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofMilliseconds(500))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.DEFAULT)
                .disableAutomaticRetries()
                .build());
    }

    private String url() {
        return "http://many.test:" + network.port() + "/";
    }
}
