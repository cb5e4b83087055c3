package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every policy. */
class RacePolicyTest {
    static List<StatelessPolicy> memoryless() {
        return List.of(
                (StatelessPolicy) RacePolicy.allAtOnce(),
                RacePolicy.rfc8305(),
                RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofMillis(100)),
                RacePolicy.rfc8305().withFirstAddressFamilyCount(2));
    }

    static Stream<RacePolicy> policies() {
        return Stream.concat(memoryless().stream(), Stream.of(RacePolicy.adaptive()));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyAddressHasItsTurn(RacePolicy policy) {
        VirtualNetwork network = network().policy(policy);
        for (int i = 0; i < 10; i++) {
            network.refuses((i % 3 == 0 ? "six" : "four") + i, 700 - 50 * i);
        }
        assertThat(network.report().attempts())
                .extracting(attempt -> attempt.address().getHostString())
                .containsExactlyInAnyOrder(
                        "six0", "four1", "four2", "six3", "four4", "four5", "six6", "four7", "four8", "six9");
    }

    @ParameterizedTest
    @MethodSource("policies")
    void noAttemptIsEverEndedByThePolicy(RacePolicy policy) {
        RaceReport report = network()
                .policy(policy)
                .accepts("a", 60_000)
                .refuses("b", 50)
                .drops("c")
                .report();
        assertThat(report.attempts())
                .extracting(AttemptReport::outcome)
                .containsExactly(Outcome.WON, Outcome.FAILED, Outcome.LOST);
        assertThat(report.duration()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aHostWithOneAddressIsConnectedToWithoutDelay(RacePolicy policy) {
        var race = network().policy(policy).accepts("a", 20).race();
        assertThat(race).containsExactly("0 start a", "20 won a");
    }

    @ParameterizedTest
    @MethodSource("memoryless")
    void theMinimumsAreNoLongerThanTheDelay(StatelessPolicy policy) {
        assertThat(policy.minimumDelayNanos()).isBetween(policy.minimumGapNanos(), policy.attemptDelayNanos());
    }

    @ParameterizedTest
    @MethodSource("memoryless")
    void thePolicyOrdersAnEmptyList(StatelessPolicy policy) {
        assertThat(policy.order(List.of())).isEmpty();
    }

    @Test
    void whatLearnsSaysSo() {
        assertThat(policies()).extracting(RacePolicy::learns).containsExactly(false, false, false, false, true);
    }

    @Test
    void policiesSayWhatTheyAre() {
        assertThat(RacePolicy.allAtOnce()).hasToString("allAtOnce()");
        assertThat(RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofNanos(150_500_000)))
                .hasToString("rfc8305(150.5 ms)");
        assertThat(RacePolicy.adaptive()).hasToString("adaptive(10 ms to 2000 ms, 0.04 extra attempts)");
    }
}
