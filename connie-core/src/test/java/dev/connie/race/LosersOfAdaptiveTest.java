package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the adaptive policy learns from those that did not win. */
class LosersOfAdaptiveTest {
    private static final InetSocketAddress A = VirtualNetwork.address("a", 1);
    private static final InetSocketAddress B = VirtualNetwork.address("b", 2);

    private final Adaptive policy = RacePolicy.adaptive().withExploration(0).withSeed(1);

    private void loserFinished(
            InetSocketAddress address, long millis, Outcome outcome, @Nullable IOException error, boolean established) {
        policy.loserFinished(
                new AttemptReport(address, Duration.ZERO, Duration.ofMillis(millis), outcome, error, established), 0);
    }

    private List<String> race() {
        return network().policy(policy).accepts("a", 20).accepts("b", 20).race();
    }

    @Test
    void oneThatWasLetFinishAndConnectedSoonIsTriedFirst() {
        loserFinished(A, 60, Outcome.LOST, null, true);
        loserFinished(B, 30, Outcome.LOST, null, true);

        assertThat(race()).startsWith("0 start b");
    }

    @Test
    void oneThatWasLetFinishAndFailedGoesLast() {
        loserFinished(A, 30, Outcome.LOST, null, true);
        loserFinished(A, 10, Outcome.FAILED, new ConnectException("Connection refused"), false);

        assertThat(race()).startsWith("0 start b");
    }

    @Test
    void oneThatWasLetFinishAndStayedSilentIsExpectedToTakeLonger() {
        loserFinished(A, 30, Outcome.LOST, null, true);
        loserFinished(B, 70, Outcome.LOST, null, true);
        assertThat(race()).startsWith("0 start a");

        loserFinished(B, 25, Outcome.LOST, null, true);
        loserFinished(A, 5_000, Outcome.LOST, null, false);
        assertThat(race()).startsWith("0 start b");
    }

    @Test
    void oneThatConnectedInTheMomentOfTheWinDidNotKeepAnybodyWaiting() {
        assertThat(rankOfLoserAfter300Millis(true)).isEqualTo(AddressHistory.Rank.GOOD);
        assertThat(rankOfLoserAfter300Millis(false)).isEqualTo(AddressHistory.Rank.FAILING);
    }

    private AddressHistory.Rank rankOfLoserAfter300Millis(boolean established) {
        policy.networkChanged();
        var race = new Race(policy, List.of(A, B), Duration.ZERO, 2, 0);
        Attempt first = race.startNext(0);
        Attempt second = race.startNext(Duration.ofMillis(50).toNanos());
        long now = Duration.ofMillis(300).toNanos();
        if (established) {
            race.established(first);
        }
        race.connected(second, now);
        return policy.histories().of(A).outlook(now).rank();
    }
}
