package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.AttemptReport;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Ten thousand races of every kind and end, on several threads at once, and nothing is left of them. */
class MixedRacesTest {
    private static final long SEED = 20_121_212;
    private static final int THREADS = 4;
    private static final int RACES = 10_000;
    private static final int PERMITS = 20;

    private enum End {
        WON,
        FAILED,
        TIMED_OUT,
        CANCELLED,
        INTERRUPTED
    }

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AttemptPermits permits = new AttemptPermits(PERMITS);
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final RaceListener counting = new RaceListener() {
        @Override
        public void attemptStarted(InetSocketAddress address) {
            started.incrementAndGet();
        }

        @Override
        public void attemptEnded(AttemptReport attempt) {
            ended.incrementAndGet();
        }

        @Override
        public void raceFinished(RaceReport report) {
            finished.incrementAndGet();
        }
    };
    private final List<Connector> connectors = List.of(
            connector(RacePolicy.allAtOnce()),
            connector(RacePolicy.rfc8305()
                    .withMinimumConnectionAttemptDelay(Duration.ofMillis(10))
                    .withConnectionAttemptDelay(Duration.ofMillis(10))));
    private final List<InetSocketAddress> live = new ArrayList<>();
    private final List<InetSocketAddress> silent = new ArrayList<>();
    private final List<InetSocketAddress> refusing = new ArrayList<>();

    private Connector connector(RacePolicy policy) {
        return Connector.builder()
                .policy(policy)
                .races(it -> it.permits(permits))
                .listener(counting)
                .sampleRegret(3)
                .build();
    }

    @Test
    void leaveNothingBehind() throws Exception {
        for (int i = 0; i < 8; i++) {
            ServerSocket server = network.listening();
            daemon(() -> acceptUntilTheClientLeaves(server));
            live.add(network.at(server.getInetAddress()));
            refusing.add(network.at(network.refusing()));
        }
        for (int i = 0; i < 4; i++) {
            silent.add(network.at(network.silent()));
        }
        SelectorPool.closeIdle();
        long before = Descriptors.open();

        ScheduledExecutorService disturber = Executors.newSingleThreadScheduledExecutor();
        List<FutureTask<Map<End, Integer>>> runners = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(SEED + i);
            FutureTask<Map<End, Integer>> runner = new FutureTask<>(() -> run(random, disturber));
            runners.add(runner);
            new Thread(runner).start();
        }
        Map<End, Integer> ends = new EnumMap<>(End.class);
        for (FutureTask<Map<End, Integer>> runner : runners) {
            runner.get(55, TimeUnit.SECONDS).forEach((end, count) -> ends.merge(end, count, Integer::sum));
        }
        disturber.shutdownNow();
        connectors.forEach(Connector::close);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("connie-connector")) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        }

        assertThat(ends.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(RACES);
        // Else the mix is none.
        assertThat(ends)
                .containsOnlyKeys(End.values())
                .allSatisfy((end, count) -> assertThat(count).as("%s", end).isGreaterThan(100));
        assertThat(permits.available()).isEqualTo(PERMITS);
        assertThat(finished).hasValue(RACES);
        assertThat(ended).hasValue(started.get());
        SelectorPool.closeIdle();
        // The servers close their sides when they see ours go.
        SocketPlay.awaitTrue(() -> Descriptors.open() <= before);
        assertThat(Descriptors.open()).isEqualTo(before);
        network.close();
    }

    private Map<End, Integer> run(Random random, ScheduledExecutorService disturber) throws Exception {
        Map<End, Integer> ends = new EnumMap<>(End.class);
        for (int i = 0; i < RACES / THREADS; i++) {
            Connector connector = connectors.get(random.nextInt(8) == 0 ? 1 : 0);
            List<InetSocketAddress> addresses = addresses(random);
            // Long enough for those that win or fail; the silent ones wait for it.
            boolean answers = addresses.stream().anyMatch(address -> !silent.contains(address));
            Duration timeout = answers && random.nextInt(10) > 0
                    ? Duration.ofSeconds(20)
                    : Duration.ofMillis(1 + random.nextInt(4));
            // Some disturbances come before the race, some after it.
            int delayMicros = random.nextInt(4) == 0 ? random.nextInt(3_000) : -1;
            End end = random.nextBoolean()
                    ? blocking(connector, addresses, timeout, disturber, delayMicros)
                    : asynchronous(connector, addresses, timeout, disturber, delayMicros);
            ends.merge(end, 1, Integer::sum);
        }
        return ends;
    }

    private List<InetSocketAddress> addresses(Random random) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(10);
            List<InetSocketAddress> from = kind < 3 ? live : kind < 7 ? refusing : silent;
            addresses.add(from.get(random.nextInt(from.size())));
        }
        // Without an answer a race waits for its timeout, which must then be short: see run().
        boolean onlySilentAndRefusing = addresses.stream().noneMatch(live::contains)
                && addresses.stream().anyMatch(silent::contains);
        if (onlySilentAndRefusing) {
            addresses.removeIf(random.nextBoolean() ? silent::contains : refusing::contains);
        }
        return addresses.isEmpty() ? List.of(refusing.get(0)) : addresses;
    }

    private static End blocking(
            Connector connector,
            List<InetSocketAddress> addresses,
            Duration timeout,
            ScheduledExecutorService disturber,
            int delayMicros)
            throws Exception {
        Thread racing = Thread.currentThread();
        FutureTask<Void> interrupt = new FutureTask<>(racing::interrupt, null);
        if (delayMicros >= 0) {
            disturber.schedule(interrupt, delayMicros, TimeUnit.MICROSECONDS);
        }
        End end = null;
        boolean interrupted = false;
        try {
            reset(connector.connect(addresses, timeout));
            end = End.WON;
        } catch (ClosedByInterruptException e) {
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            end = End.INTERRUPTED;
        } catch (ConnectException e) {
            end = End.FAILED;
        } catch (SocketTimeoutException e) {
            end = End.TIMED_OUT;
        }
        if (delayMicros >= 0) {
            // So that it does not hit the next race.
            while (!interrupt.isDone()) {
                Thread.onSpinWait();
            }
            interrupted = Thread.interrupted();
            assertThat(interrupted).isTrue();
        }
        return end;
    }

    private static End asynchronous(
            Connector connector,
            List<InetSocketAddress> addresses,
            Duration timeout,
            ScheduledExecutorService disturber,
            int delayMicros)
            throws Exception {
        CompletableFuture<SocketChannel> future = connector.connectAsync(addresses, timeout);
        if (delayMicros >= 0) {
            disturber.schedule(() -> future.cancel(true), delayMicros, TimeUnit.MICROSECONDS);
        }
        try {
            reset(future.get(30, TimeUnit.SECONDS));
            return End.WON;
        } catch (CancellationException e) {
            return End.CANCELLED;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOfAny(ConnectRaceException.class, ConnectRaceTimeoutException.class);
            return e.getCause() instanceof ConnectRaceException ? End.FAILED : End.TIMED_OUT;
        }
    }

    /** With a reset, so that no port is left in TIME_WAIT. */
    private static void reset(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    private static void acceptUntilTheClientLeaves(ServerSocket server) {
        while (!server.isClosed()) {
            try (var peer = server.accept()) {
                // Not closed earlier: a client that has not looked yet would see a reset, not a connection.
                peer.getInputStream().read();
            } catch (IOException reset) {
                // By the client, or the server is closed.
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "acceptor");
        thread.setDaemon(true);
        thread.start();
    }
}
