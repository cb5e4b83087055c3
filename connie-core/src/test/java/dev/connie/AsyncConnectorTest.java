package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.internal.drive.AsyncDriver;
import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AsyncConnectorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String SELECTOR_THREAD = "connie-connector";

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private long descriptorsBefore;

    @BeforeEach
    void noSelectorThreadIsLeftOfOtherTests() throws InterruptedException {
        joinSelectorThreads();
        startCounting();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private void startCounting() {
        SelectorPool.closeIdle();
        descriptorsBefore = Descriptors.open();
    }

    /** Closes the connector, waits for its thread, and counts. */
    private void assertNothingLeaked(Connector connector) throws InterruptedException {
        connector.close();
        joinSelectorThreads();
        assertThat(Descriptors.open()).isEqualTo(descriptorsBefore);
    }

    private static List<Thread> selectorThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(SELECTOR_THREAD))
                .toList();
    }

    private static void joinSelectorThreads() throws InterruptedException {
        for (Thread thread : selectorThreads()) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        }
        assertThat(selectorThreads()).isEmpty();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(CompletableFuture<?> future) throws Exception {
        return get(future.handle((value, failure) -> failure));
    }

    @Nested
    class ARace {
        @Test
        void givesABlockingChannelThatCarriesBytes() throws Exception {
            ServerSocket server = network.listening();
            List<InetSocketAddress> addresses =
                    network.at(network.silent(), network.refusing(), server.getInetAddress());
            startCounting();
            Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build();
            try (SocketChannel channel = get(connector.connectAsync(addresses, TIMEOUT));
                    Socket peer = server.accept()) {
                assertThat(channel.isBlocking()).isTrue();
                assertThat(channel.isRegistered()).isFalse();
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
                channel.write(ByteBuffer.wrap(new byte[] {7}));
                assertThat(peer.getInputStream().read()).isEqualTo(7);
            }
            assertNothingLeaked(connector);
        }

        @Test
        void resolvesTheName() throws Exception {
            ServerSocket server = network.listening();
            try (Connector connector = Connector.builder()
                            .policy(RacePolicy.allAtOnce())
                            .resolver(LoopbackNetwork.resolving("a.test", server.getInetAddress()))
                            .build();
                    SocketChannel channel = get(connector.connectAsync("a.test", network.port(), TIMEOUT))) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
                assertThat(failureOf(connector.connectAsync("b.test", network.port(), TIMEOUT)))
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessage("b.test");
            }
        }

        @Test
        void failsAsTheBlockingOneDoes() throws Exception {
            InetAddress a = network.refusing();
            InetAddress b = network.refusing();
            Connector connector = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(LoopbackNetwork.resolving("a.test", a, b))
                    .build();
            startCounting();
            Throwable failure = failureOf(connector.connectAsync("a.test", network.port(), TIMEOUT));
            assertThatThrownBy(() -> connector.connect("a.test", network.port(), TIMEOUT))
                    .isInstanceOf(ConnectRaceException.class)
                    .hasMessage(failure.getMessage());
            assertThat(failure).isInstanceOf(ConnectRaceException.class);
            assertThat(failure.getSuppressed()).hasSize(2);
            assertNothingLeaked(connector);
        }

        @Test
        void timesOutAsTheBlockingOneDoes() throws Exception {
            List<InetSocketAddress> addresses = network.at(network.silent(), network.silent());
            Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build();
            startCounting();
            for (Duration timeout : List.of(Duration.ofMillis(200), Duration.ofNanos(1))) {
                assertThat(failureOf(connector.connectAsync(addresses, timeout)))
                        .isInstanceOf(ConnectRaceTimeoutException.class);
            }
            assertNothingLeaked(connector);
        }
    }

    enum End {
        CANCEL(future -> future.cancel(true)),
        COMPLETE(future -> future.complete(null)),
        COMPLETE_EXCEPTIONALLY(future -> future.completeExceptionally(new IOException("mine"))),
        OR_TIMEOUT(future -> future.orTimeout(1, TimeUnit.MILLISECONDS));

        private final Consumer<CompletableFuture<SocketChannel>> pull;

        End(Consumer<CompletableFuture<SocketChannel>> pull) {
            this.pull = pull;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFutureThatSomebodyElseEndsEndsTheRace(End end) throws Exception {
        List<InetSocketAddress> addresses = network.at(network.silent(), network.silent(), network.silent());
        CountDownLatch over = new CountDownLatch(1);
        AttemptPermits permits = new AttemptPermits(10);
        RecordingListener listener = new RecordingListener(3) {
            @Override
            public void raceFinished(RaceReport report) {
                super.raceFinished(report);
                over.countDown();
            }
        };
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .listener(listener)
                .races(it -> it.permits(permits))
                .build();
        startCounting();
        CompletableFuture<SocketChannel> future = connector.connectAsync(addresses, Duration.ZERO);
        listener.awaitStarts();
        end.pull.accept(future);
        assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        // The selector's own two.
        assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptorsBefore + 2);
        assertThat(listener.ended).extracting(AttemptReport::outcome).containsOnly(Outcome.ABANDONED);
        assertThat(listener.ended).hasSize(3);
        assertThat(permits.available()).isEqualTo(10);
        assertNothingLeaked(connector);
    }

    @Test
    void anErrorInOneRaceDoesNotTouchTheOthers() throws Exception {
        ServerSocket server = network.silentServer();
        Connector connector = Connector.builder().policy(RacePolicy.allAtOnce()).build();
        AsyncDriver driver = new AsyncDriver();
        RecordingListener started = new RecordingListener(1);
        CompletableFuture<SocketChannel> bystander = driver.race(
                "bystander",
                Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .listener(started)
                        .build()
                        .races()
                        .attempts(List.of(network.at(server.getInetAddress())), TIMEOUT, ChannelSource.PLAIN));
        started.awaitStarts();
        ChannelSource broken = new ChannelSource() {
            @Override
            public void prepare(SocketChannel channel) {
                throw new NoClassDefFoundError("Some");
            }
        };
        assertThat(failureOf(driver.race(
                        "broken",
                        connector.races().attempts(List.of(network.at(network.newAddress())), TIMEOUT, broken))))
                .isInstanceOf(NoClassDefFoundError.class);
        // The bystander's next SYN finds room.
        LoopbackNetwork.acceptUntil(server, bystander::isDone);
        get(bystander).close();
        driver.close();
    }

    @Test
    void fiveHundredRacesShareOneThread() throws Exception {
        List<ServerSocket> servers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            servers.add(network.listening());
        }
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        Connector connector = Connector.builder().policy(RacePolicy.allAtOnce()).build();
        startCounting();
        List<CompletableFuture<SocketChannel>> races = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            InetAddress live = servers.get(i % servers.size()).getInetAddress();
            races.add(connector.connectAsync(network.at(silent, refusing, live), TIMEOUT));
        }
        assertThat(selectorThreads()).hasSize(1);
        for (CompletableFuture<SocketChannel> race : races) {
            SocketChannel channel = get(race);
            assertThat(channel.isConnected()).isTrue();
            // With a reset: no TIME_WAIT.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }
        assertNothingLeaked(connector);
    }

    @Nested
    class TheThread {
        @Test
        void startsWithTheFirstRaceAndIsADaemon() throws Exception {
            try (Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build()) {
                assertThat(selectorThreads()).isEmpty();
                CompletableFuture<SocketChannel> race =
                        connector.connectAsync(List.of(network.at(network.silent())), Duration.ZERO);
                assertThat(selectorThreads()).hasSize(1).allMatch(Thread::isDaemon);
                race.cancel(true);
            }
            joinSelectorThreads();
        }

        @Test
        void endsOnCloseAndItsRacesFail() throws Exception {
            InetAddress silent = network.silent();
            RecordingListener listener = new RecordingListener(2);
            Connector connector = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .listener(listener)
                    .build();
            startCounting();
            List<CompletableFuture<SocketChannel>> races = List.of(
                    connector.connectAsync(List.of(network.at(silent)), Duration.ZERO),
                    connector.connectAsync(List.of(network.at(silent)), TIMEOUT));
            listener.awaitStarts();
            connector.close();
            connector.close();
            for (CompletableFuture<SocketChannel> race : races) {
                assertThat(failureOf(race))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed");
            }
            assertNothingLeaked(connector);
        }

        @Test
        void isNotStartedAgainAfterClose() throws Exception {
            InetSocketAddress live = network.at(network.listening().getInetAddress());
            Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build();
            connector.close();
            assertThat(failureOf(connector.connectAsync(List.of(live), TIMEOUT)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThat(failureOf(connector.connectAsync("127.0.0.1", network.port(), TIMEOUT)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(selectorThreads()).isEmpty();
            // The blocking door needs no thread.
            connector.connect(List.of(live), TIMEOUT).close();
        }

        @Test
        void endsWhenIdleAndStartsAgain() throws Exception {
            InetSocketAddress live = network.at(network.listening().getInetAddress());
            Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build();
            AsyncDriver driver = new AsyncDriver(20);
            startCounting();
            for (int i = 0; i < 5; i++) {
                get(driver.race("test", connector.races().attempts(List.of(live), TIMEOUT, ChannelSource.PLAIN)))
                        .close();
                joinSelectorThreads();
                assertThat(Descriptors.open()).isEqualTo(descriptorsBefore);
            }
        }

        @Test
        void doesNotEndBetweenSubmissionAndRace() throws Exception {
            // Races submitted just when the thread decides to end.
            ServerSocket server = network.listening();
            InetSocketAddress live = network.at(server.getInetAddress());
            Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build();
            AsyncDriver driver = new AsyncDriver(1);
            for (int i = 0; i < 300; i++) {
                SocketChannel channel = get(
                        driver.race("test", connector.races().attempts(List.of(live), TIMEOUT, ChannelSource.PLAIN)));
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.close();
                server.accept().close();
                long next = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(900 + i);
                while (System.nanoTime() - next < 0) {
                    Thread.onSpinWait();
                }
            }
            driver.close();
        }
    }

    @Nested
    class OtherRaces {
        @Test
        void areNotHeldUpByASlowLookUp() throws Exception {
            InetAddress live = network.listening().getInetAddress();
            CountDownLatch slow = new CountDownLatch(1);
            try (Connector connector = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(host -> {
                        if (host.equals("slow.test")) {
                            awaitUninterruptibly(slow);
                        }
                        return List.of(live);
                    })
                    .build()) {
                List<CompletableFuture<SocketChannel>> waiting = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    waiting.add(connector.connectAsync("slow.test", network.port(), TIMEOUT));
                }
                get(connector.connectAsync("fast.test", network.port(), TIMEOUT))
                        .close();
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
                waiting.remove(0).cancel(true);
                slow.countDown();
                for (CompletableFuture<SocketChannel> late : waiting) {
                    get(late).close();
                }
            }
        }

        @Test
        void thatAreStillLookedUpFailOnCloseAtOnce() throws Exception {
            CountDownLatch slow = new CountDownLatch(1);
            Connector connector = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(host -> {
                        awaitUninterruptibly(slow);
                        return List.of(network.newAddress());
                    })
                    .build();
            List<CompletableFuture<SocketChannel>> races = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                races.add(connector.connectAsync("slow.test", 80, TIMEOUT));
            }
            connector.close();
            for (CompletableFuture<SocketChannel> race : races) {
                assertThat(failureOf(race)).isInstanceOf(IllegalStateException.class);
            }
            slow.countDown();
            assertThat(selectorThreads()).isEmpty();
        }

        @Test
        void areNotHeldUpByStagesThatBlock() throws Exception {
            InetSocketAddress live = network.at(network.listening().getInetAddress());
            Semaphore blocked = new Semaphore(0);
            CountDownLatch go = new CountDownLatch(1);
            try (Connector connector =
                    Connector.builder().policy(RacePolicy.allAtOnce()).build()) {
                List<CompletableFuture<Void>> stages = new ArrayList<>();
                // More than the common pool of this machine has threads.
                for (int i = 0; i < Runtime.getRuntime().availableProcessors() + 8; i++) {
                    // A race that waits, so that its stage is there before it completes.
                    stages.add(connector
                            .connectAsync(List.of(network.at(network.silent())), Duration.ofMillis(200))
                            .handle((channel, failure) -> {
                                blocked.release();
                                awaitUninterruptibly(go);
                                return null;
                            }));
                }
                assertThat(blocked.tryAcquire(stages.size(), 30, TimeUnit.SECONDS))
                        .isTrue();
                get(connector.connectAsync(List.of(live), TIMEOUT)).close();
                go.countDown();
                get(CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)));
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("never");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
