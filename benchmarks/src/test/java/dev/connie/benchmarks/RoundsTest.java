package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.Measurement.Cost;
import dev.connie.benchmarks.Measurement.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Contender GOOD = host -> () -> {};
    private static final Contender.Site SITE =
            new Contender.Site(host -> List.of(), 1, Duration.ofSeconds(1), null, null);

    private final ExecutorService callers = Callers.open();

    @AfterEach
    void endCallers() {
        callers.shutdownNow();
    }

    @Test
    void everyContenderCallsOnceInEachRound() {
        Tally first = new Tally("first", GOOD);
        Tally second = new Tally("second", GOOD);
        Phaser running = new Phaser(1);

        new Rounds(callers, Duration.ofNanos(1), 1).run(List.of(first, second), "host", 20, running);
        running.arriveAndAwaitAdvance();

        assertThat(first.measurement(null, null).count()).isEqualTo(20);
        assertThat(second.measurement(null, null).count()).isEqualTo(20);
    }

    @Test
    void aCallThatHangsHoldsUpNoOther() {
        CountDownLatch others = new CountDownLatch(10);
        Tally hangs = new Tally("hangs", host -> {
            try {
                others.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return () -> {};
        });
        Tally good = new Tally("good", host -> {
            others.countDown();
            return () -> {};
        });
        Phaser running = new Phaser(1);

        new Rounds(callers, Duration.ofNanos(1), 1).run(List.of(hangs, good), "host", 10, running);
        running.arriveAndAwaitAdvance();

        assertThat(hangs.measurement(null, null).nanos()).hasSize(10);
    }

    @Test
    void failuresAreCountedByKindMostFrequentFirst() {
        AtomicInteger calls = new AtomicInteger();
        Tally tally = new Tally("fails", host -> {
            throw calls.getAndIncrement() % 3 == 0 ? new ConnectException("a:1") : new SocketTimeoutException();
        });

        IntStream.range(0, 9).forEach(i -> tally.call("host"));

        Measurement measured = tally.measurement(null, null);
        assertThat(measured.nanos()).isEmpty();
        assertThat(measured.failedNanos()).hasSize(9);
        assertThat(measured.failures())
                .containsExactly(new Failure("SocketTimeoutException", 6), new Failure("ConnectException", 3));
    }

    @Test
    void theNameServiceGivesAllContendersTheSameOrders() throws IOException {
        List<InetAddress> four = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            four.add(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) i}));
        }
        var one = new RoundRobinNames(four, true, 7);
        var other = new RoundRobinNames(four, true, 7);
        List<List<InetAddress>> orders = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            orders.add(one.resolve("host"));
            assertThat(other.resolve("host")).isEqualTo(orders.get(i)).containsExactlyInAnyOrderElementsOf(four);
        }

        assertThat(orders).extracting(order -> order.get(0)).containsAll(four);
        assertThat(new RoundRobinNames(four, false, 7).resolve("host")).isEqualTo(four);
        assertThat(orders.get(0).get(0).getHostName()).isEqualTo("host");
    }

    @Test
    void theCostOfACallIsItsProcessorTimeAndTheThreadsItNeeds() throws IOException {
        Cost cheap = new CostMeter(callers).measure(new Contender.Kind("cheap", site -> GOOD), SITE, "host");
        Cost dear = new CostMeter(callers).measure(new Contender.Kind("dear", site -> new Busy()), SITE, "host");

        assertThat(cheap.extraThreads()).isZero();
        assertThat(dear.extraThreads()).isEqualTo(1);
        // Processor time, so that a busy machine makes no difference.
        assertThat(dear.cpuNanos()).isGreaterThan(Busy.NANOS);
        assertThat(cheap.cpuNanos()).isLessThan(Busy.NANOS);
    }

    /** Burns processor time in a thread that it keeps. */
    private static final class Busy implements Contender {
        static final long NANOS = 5_000_000;

        private final ExecutorService own = Executors.newSingleThreadExecutor();

        @Override
        public Closeable reach(String host) throws IOException {
            try {
                own.submit(Busy::burn).get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IOException(e);
            }
            return () -> {};
        }

        @Override
        public void close() {
            own.shutdown();
        }

        private static void burn() {
            var threads = ManagementFactory.getThreadMXBean();
            long end = threads.getCurrentThreadCpuTime() + NANOS + 100_000;
            while (threads.getCurrentThreadCpuTime() < end) {
                Thread.onSpinWait();
            }
        }
    }
}
