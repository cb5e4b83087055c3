package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.Measurement.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Contender.Call GOOD = host -> () -> {};
    private static final Contender.Site SITE =
            new Contender.Site(host -> List.of(), 1, Duration.ofSeconds(1), null, null);

    /** Plays so many rounds to their end, and returns what each contender did. */
    private static List<Measurement> play(int rounds, Contender.Call... contenders) throws IOException {
        List<Contender.Kind> kinds = Stream.of(contenders)
                .map(each -> new Contender.Kind("one", site -> new Contender(each)))
                .toList();
        Trial trial = Trial.open(kinds, i -> SITE);
        try (trial) {
            trial.start(new Settings(rounds, Duration.ofNanos(1), 1), "host");
        }
        return trial.measurements(i -> null);
    }

    @Test
    void everyContenderCallsOnceInEachRound() throws IOException {
        assertThat(play(20, GOOD, GOOD)).extracting(Measurement::calls).containsExactly(20, 20);
    }

    @Test
    void aCallThatHangsHoldsUpNoOther() throws IOException {
        CountDownLatch others = new CountDownLatch(10);
        Contender.Call hangs = host -> {
            try {
                others.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return () -> {};
        };
        Contender.Call good = host -> {
            others.countDown();
            return () -> {};
        };
        assertThat(play(10, hangs, good).get(0).nanos()).hasSize(10);
    }

    @Test
    void failuresAreCountedByKindMostFrequentFirst() {
        AtomicInteger calls = new AtomicInteger();
        Contender fails = new Contender(host -> {
            throw calls.getAndIncrement() % 3 == 0 ? new ConnectException("a:1") : new SocketTimeoutException();
        });
        var tally = new Trial.Tally("fails", fails);

        IntStream.range(0, 9).forEach(i -> tally.call("host"));

        Measurement measured = tally.measurement(null);
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
        var one = LabBenchmark.names(four, true, 7);
        var other = LabBenchmark.names(four, true, 7);
        List<List<InetAddress>> orders = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            orders.add(one.resolve("host"));
            assertThat(other.resolve("host")).isEqualTo(orders.get(i)).containsExactlyInAnyOrderElementsOf(four);
        }

        assertThat(orders).extracting(order -> order.get(0)).containsAll(four);
        assertThat(LabBenchmark.names(four, false, 7).resolve("host")).isEqualTo(four);
        assertThat(orders.get(0).get(0).getHostName()).isEqualTo("host");
    }
}
