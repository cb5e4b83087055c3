package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bound on attempts in flight beyond the first of each race. */
class AttemptPermitsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final LoopbackNetwork network = LoopbackNetwork.open();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    /** Sees how many attempts run at once. */
    private final class Counting extends RecordingListener {
        final CountDownLatch over = new CountDownLatch(1);
        int mostInFlight;

        Counting(int starts) {
            super(starts);
        }

        @Override
        public void attemptStarted(InetSocketAddress address) {
            super.attemptStarted(address);
            mostInFlight = Math.max(mostInFlight, started.size() - ended.size());
        }

        @Override
        public void raceFinished(RaceReport report) {
            super.raceFinished(report);
            over.countDown();
        }
    }

    private static Connector connector(AttemptPermits permits, RaceListener listener) {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .races(it -> it.permits(permits))
                .listener(listener)
                .build();
    }

    @Test
    void withoutAnyARaceTriesOneAddressAtATime() throws Exception {
        Counting counting = new Counting(0);
        List<InetSocketAddress> addresses = network.at(
                network.refusing(),
                network.refusing(),
                network.refusing(),
                network.listening().getInetAddress(),
                network.silent());
        connector(new AttemptPermits(0), counting).connect(addresses, TIMEOUT).close();
        assertThat(counting.mostInFlight).isEqualTo(1);
        assertThat(counting.started).containsExactlyElementsOf(addresses.subList(0, 4));
    }

    @Test
    void areSharedByRacesAndTheFirstAttemptNeedsNone() throws Exception {
        AttemptPermits permits = new AttemptPermits(1);
        Counting greedy = new Counting(2);
        Connector connector = connector(permits, greedy);
        List<InetSocketAddress> silent = network.at(network.silent(), network.silent(), network.silent());
        CompletableFuture<SocketChannel> holder = connector.connectAsync(silent, Duration.ZERO);
        greedy.awaitStarts();
        assertThat(permits.available()).isZero();
        Counting second = new Counting(0);
        assertThatThrownBy(() -> connector(permits, second).connect(silent, Duration.ofMillis(300)))
                .isInstanceOf(ConnectRaceTimeoutException.class)
                .hasMessageContaining(": not tried");
        assertThat(second.started).containsExactly(silent.get(0));
        holder.cancel(true);
        assertThat(greedy.over.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(permits.available()).isEqualTo(1);
        connector.close();
    }

    @Test
    void thatBecomeFreeAreUsedByARaceThatWaitedForThem() throws Exception {
        AttemptPermits permits = new AttemptPermits(1);
        assertThat(permits.tryAcquire()).isTrue();
        RecordingListener started = new RecordingListener(1);
        List<InetSocketAddress> addresses =
                network.at(network.silent(), network.listening().getInetAddress());
        FutureTask<SocketChannel> race =
                new FutureTask<>(() -> connector(permits, started).connect(addresses, TIMEOUT));
        new Thread(race).start();
        started.awaitStarts();
        permits.release(1);
        race.get(30, TimeUnit.SECONDS).close();
        assertThat(permits.available()).isEqualTo(1);
    }

    @Test
    void areAllBackHoweverARaceEnds() throws Exception {
        AttemptPermits permits = new AttemptPermits(6);
        InetSocketAddress live = network.at(network.listening().getInetAddress());
        List<InetSocketAddress> silent = network.at(network.silent(), network.silent(), network.silent());
        List<InetSocketAddress> refusing = network.at(network.refusing(), network.refusing(), network.refusing());
        List<InetSocketAddress> withWinner = new ArrayList<>(silent);
        withWinner.addAll(refusing);
        withWinner.add(live);

        connector(permits, new RecordingListener()).connect(withWinner, TIMEOUT).close();
        assertThat(permits.available()).as("won by an extra attempt").isEqualTo(6);

        connector(permits, new RecordingListener())
                .connect(List.of(live), TIMEOUT)
                .close();
        assertThat(permits.available()).as("won by the first attempt").isEqualTo(6);

        assertThatThrownBy(() -> connector(permits, new RecordingListener()).connect(refusing, TIMEOUT))
                .isInstanceOf(ConnectRaceException.class);
        assertThat(permits.available()).as("all failed").isEqualTo(6);

        assertThatThrownBy(() -> connector(permits, new RecordingListener()).connect(silent, Duration.ofMillis(50)))
                .isInstanceOf(ConnectRaceTimeoutException.class);
        assertThat(permits.available()).as("out of time").isEqualTo(6);

        Counting aborted = new Counting(3);
        Abort abort = new Abort();
        FutureTask<SocketChannel> race = new FutureTask<>(() -> BlockingDriver.run(
                connector(permits, aborted).races().attempts(silent, Duration.ZERO, ChannelSource.PLAIN), abort, true));
        new Thread(race).start();
        aborted.awaitStarts();
        assertThat(permits.available()).as("while it runs").isEqualTo(4);
        abort.abort();
        assertThat(race.get(30, TimeUnit.SECONDS)).isNull();
        assertThat(permits.available()).as("aborted").isEqualTo(6);
        assertThat(aborted.ended).allMatch(attempt -> attempt.outcome() == Outcome.ABANDONED);
    }

    @Test
    void asManyThreadsTakeThemAreNeverMoreThanThereAre() throws Exception {
        AttemptPermits permits = new AttemptPermits(3);
        AtomicInteger held = new AtomicInteger();
        List<FutureTask<Integer>> takers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FutureTask<Integer> taker = new FutureTask<>(() -> {
                int mostHeld = 0;
                for (int round = 0; round < 50_000; round++) {
                    if (permits.tryAcquire()) {
                        mostHeld = Math.max(mostHeld, held.incrementAndGet());
                        held.decrementAndGet();
                        permits.release(1);
                    }
                }
                return mostHeld;
            });
            takers.add(taker);
            new Thread(taker).start();
        }
        for (FutureTask<Integer> taker : takers) {
            assertThat(taker.get(30, TimeUnit.SECONDS)).isLessThanOrEqualTo(3);
        }
        assertThat(permits.available()).isEqualTo(3);
    }
}
