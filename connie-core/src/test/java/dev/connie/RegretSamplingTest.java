package dev.connie;

import static dev.connie.testing.LoopbackNetwork.resolving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.PolicyFeedback;
import dev.connie.internal.drive.RegretSampler;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RegretReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Races whose losers are let finish, and what is left of them. */
class RegretSamplingTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** So short that a silent loser is not watched for long. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final int PERMITS = 100;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AttemptPermits permits = new AttemptPermits(PERMITS);
    private final BlockingQueue<RegretReport> reports = new LinkedBlockingQueue<>();
    private final List<AttemptReport> toldThePolicy = new CopyOnWriteArrayList<>();
    private final RaceListener listener = new RaceListener() {
        @Override
        public void losersFinished(RegretReport report) {
            reports.add(report);
        }
    };
    private final Connector connector = builder().sampleRegret(1).build();
    private final InetAddress silent = network.silent();
    private final InetAddress alsoSilent = network.silent();
    private final InetAddress live = network.listening().getInetAddress();
    private long descriptorsBefore;

    private Connector.Builder builder() {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .races(it -> it.permits(permits))
                .listener(listener)
                .races(it -> it.feedback(new PolicyFeedback() {
                    @Override
                    public void disappointed(InetSocketAddress address, long nowNanos) {}

                    @Override
                    public void loserFinished(AttemptReport loser, long nowNanos) {
                        toldThePolicy.add(loser);
                    }
                }));
    }

    @BeforeEach
    void count() throws Exception {
        joinSelectorThreads();
        SelectorPool.closeIdle();
        descriptorsBefore = Descriptors.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        connector.close();
        joinSelectorThreads();
        SelectorPool.closeIdle();
        try {
            assertThat(Descriptors.open()).isEqualTo(descriptorsBefore);
            assertThat(permits.available()).isEqualTo(PERMITS);
        } finally {
            network.close();
        }
    }

    private static void joinSelectorThreads() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("connie-connector")) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        }
    }

    private RegretReport nextReport() throws InterruptedException {
        RegretReport report = reports.poll(30, TimeUnit.SECONDS);
        assertThat(report).isNotNull();
        return report;
    }

    private void race(Connector connector, Duration timeout, InetAddress... addresses) throws Exception {
        connector.connect(network.at(addresses), timeout).close();
    }

    @Nested
    class Losers {
        @Test
        void areWatchedUntilTheyAnswer() throws Exception {
            ServerSocket slow = network.silentServer();
            // Its fillers have descriptors of its own.
            descriptorsBefore = Descriptors.open();
            race(connector, TIMEOUT, slow.getInetAddress(), live);
            // Its SYN is answered when it is sent again, but perhaps after those that wait for room as well.
            LoopbackNetwork.acceptUntil(slow, () -> !reports.isEmpty());
            RegretReport report = nextReport();
            AttemptReport loser = report.losers().get(0);
            assertThat(loser.address()).isEqualTo(network.at(slow.getInetAddress()));
            assertThat(loser.established()).isTrue();
            assertThat(loser.outcome()).isEqualTo(Outcome.LOST);
            assertThat(loser.end()).isGreaterThan(report.race().duration());
            assertThat(report.best().address()).isEqualTo(network.at(live));
            assertThat(toldThePolicy).containsExactly(loser);
        }

        @Test
        void areWatchedNoLongerThanTheRaceHadTime() throws Exception {
            race(connector, SOON, silent, live);
            AttemptReport loser = nextReport().losers().get(0);
            assertThat(loser.established()).isFalse();
            assertThat(loser.outcome()).isEqualTo(Outcome.LOST);
            assertThat(loser.end()).isGreaterThanOrEqualTo(SOON);
        }

        @Test
        void thatAreKnownToHaveConnectedEndedWithTheRace() throws Exception {
            InetAddress alsoLive = network.listening().getInetAddress();
            descriptorsBefore = Descriptors.open();
            race(connector, SOON, silent, live, alsoLive);
            RegretReport report = nextReport();
            assertThat(report.losers())
                    .extracting(AttemptReport::address)
                    .containsExactlyElementsOf(network.at(silent, alsoLive));
            AttemptReport discarded = report.losers().get(1);
            assertThat(discarded.established()).isTrue();
            assertThat(discarded.end()).isEqualTo(report.race().duration());
        }

        @Test
        void mayStillFail() throws Exception {
            InetAddress refusing = network.refusing();
            race(connector, SOON, silent, live, refusing);
            AttemptReport loser = nextReport().losers().get(1);
            assertThat(loser.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(loser.error()).hasMessage("Connection refused");
            assertThat(toldThePolicy).hasSize(2);
        }

        @Test
        void ofAnAsynchronousRaceAreWatchedToo() throws Exception {
            InetAddress refusing = network.refusing();
            connector
                    .connectAsync(network.at(silent, live, refusing), SOON)
                    .get(30, TimeUnit.SECONDS)
                    .close();
            assertThat(nextReport().losers())
                    .extracting(AttemptReport::outcome)
                    .containsExactly(Outcome.LOST, Outcome.FAILED);
        }

        @Test
        void ofAConnectorWithAnotherResolverAreWatchedToo() throws Exception {
            long socketsBefore = Descriptors.openSockets();
            try (Connector other = connector.withResolver(resolving("h.test", silent, live))) {
                other.connectAsync("h.test", network.port(), SOON)
                        .get(30, TimeUnit.SECONDS)
                        .close();
                assertThat(nextReport().losers()).hasSize(1);
                // Although the selector that the race ran on sleeps.
                assertThat(Descriptors.openSockets()).isEqualTo(socketsBefore);
            }
        }

        @Test
        void ofASocketAreWatchedToo() throws Exception {
            Connector named = connector.withResolver(resolving("h.test", silent, live));
            try (Socket socket = named.socketFactory().createSocket()) {
                socket.setReceiveBufferSize(10_000);
                InetAddress address = InetAddress.getByAddress("h.test", silent.getAddress());
                socket.connect(new InetSocketAddress(address, network.port()), (int) SOON.toMillis());
                assertThat(nextReport().losers()).hasSize(1);
            }
        }
    }

    @Nested
    class AreNotWatched {
        @Test
        void unlessAskedFor() throws Exception {
            race(builder().build(), TIMEOUT, silent, live);
            assertNoneIsHeld();
        }

        @Test
        void whereThereAreNone() throws Exception {
            race(connector, TIMEOUT, live, silent);
            assertNoneIsHeld();
        }

        @Test
        void whereNobodyWon() {
            assertThatThrownBy(() -> race(connector, Duration.ofMillis(50), silent, alsoSilent))
                    .isInstanceOf(ConnectRaceTimeoutException.class);
            assertNoneIsHeld();
        }

        @Test
        void whenTheConnectorIsClosed() throws Exception {
            connector.close();
            race(connector, TIMEOUT, silent, live);
            assertNoneIsHeld();
        }

        @Test
        void whileTheyHoldThePortOfTheirSocket() throws Exception {
            Connector named = connector.withResolver(resolving("h.test", silent, alsoSilent, live));
            try (Socket socket = named.socketFactory().createSocket()) {
                socket.bind(new InetSocketAddress(freePort()));
                InetAddress address = InetAddress.getByAddress("h.test", silent.getAddress());
                socket.connect(new InetSocketAddress(address, network.port()), (int) TIMEOUT.toMillis());
            }
            assertNoneIsHeld();
        }

        private static int freePort() throws Exception {
            try (ServerSocket free = new ServerSocket(0)) {
                return free.getLocalPort();
            }
        }

        @Test
        void anyLongerWhenTheConnectorIsClosed() throws Exception {
            race(connector, TIMEOUT, silent, alsoSilent, live);
            assertThat(permits.available()).isEqualTo(PERMITS - 1);
            connector.close();
            joinSelectorThreads();
            assertNoneIsHeld();
            assertThat(toldThePolicy).isEmpty();
        }

        private void assertNoneIsHeld() {
            SelectorPool.closeIdle();
            assertThat(Descriptors.open()).isEqualTo(descriptorsBefore);
            assertThat(permits.available()).isEqualTo(PERMITS);
            assertThat(reports).isEmpty();
        }
    }

    @Nested
    class Bounds {
        @Test
        void onlySoManyRacesAreWatchedAtATime() throws Exception {
            for (int i = 0; i < RegretSampler.MAX_WATCHES + 3; i++) {
                race(connector, TIMEOUT, silent, alsoSilent, live);
            }
            // The first attempt of a race needs no permit, and the winner has given its own back.
            assertThat(permits.available()).isEqualTo(PERMITS - RegretSampler.MAX_WATCHES);
            assertThat(Descriptors.openSockets())
                    .isLessThanOrEqualTo(descriptorsBefore + 2 * RegretSampler.MAX_WATCHES);
        }

        @Test
        void whatHasBeenWatchedMakesRoom() throws Exception {
            for (int i = 0; i < RegretSampler.MAX_WATCHES + 1; i++) {
                race(connector, SOON, silent, live);
                nextReport();
            }
        }

        @Test
        void chanceAloneDoesNotPickThemAll() throws Exception {
            Connector rarely = builder().sampleRegret(Integer.MAX_VALUE).build();
            for (int i = 0; i < 20; i++) {
                race(rarely, TIMEOUT, silent, live);
            }
            assertThat(reports).isEmpty();
            assertThat(Descriptors.openSockets()).isLessThanOrEqualTo(descriptorsBefore);
        }

        @Test
        void oneInNoneIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Connector.builder().policy(RacePolicy.allAtOnce()).sampleRegret(0))
                    .withMessage("sampleRegret: one race in 0 makes no sense; 1 is each race");
        }

        @Test
        void theWinnerIsNotHeldUp() throws Exception {
            try (SocketChannel won = connector.connect(network.at(silent, live), TIMEOUT)) {
                assertThat(reports).isEmpty();
                assertThat(won.isBlocking()).isTrue();
            }
        }
    }
}
