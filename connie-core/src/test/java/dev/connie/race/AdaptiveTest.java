package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Races that share an adaptive policy, one after another by the same clock. */
class AdaptiveTest {
    private static final Tuning NO_JITTER = Tuning.DEFAULT.withJitter(0);

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    /** A policy that leaves nothing to chance. */
    private static Adaptive certain() {
        return RacePolicy.adaptive().withExploration(0).withTuning(NO_JITTER).withSeed(1);
    }

    private static VirtualNetwork learning(Adaptive policy) {
        return network().policy(policy).raceAfterRace();
    }

    /** Lets the policy know of a host that always takes that long, so that it is late 10 ms after. */
    private static void knows(Adaptive policy, VirtualNetwork network, String name, long millis) {
        for (int i = 0; i < 100; i++) {
            policy.histories().of(network.addressOf(name)).connected(ms(millis).toNanos(), false, network.clockNanos());
        }
    }

    /** Returns how many there were. */
    private static int spendAll(Budget budget) {
        int spent = 0;
        while (budget.take()) {
            spent++;
        }
        return spent;
    }

    @Nested
    class FirstContact {
        @Test
        void twoMoreAttemptsFollowQuicklyAndFurtherOnesAsInRfc8305() {
            var race = learning(certain())
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .accepts("e", 20)
                    .race();
            assertThat(race)
                    .startsWith("0 start a", "25 start b", "50 start c", "300 start d", "550 start e", "570 won e");
        }

        @Test
        void theFamiliesAreInterleavedAndTheFirstOnesLeads() {
            var race = learning(certain())
                    .drops("a")
                    .drops("b")
                    .drops("six1")
                    .accepts("six2", 20)
                    .race();
            assertThat(race).startsWith("0 start a", "25 start six1", "50 start b", "300 start six2");
        }

        @Test
        void anAddressThatAnswersInTimeIsTheOnlyOneTried() {
            var race = learning(certain()).accepts("a", 25).accepts("b", 1).race();
            assertThat(race).containsExactly("0 start a", "25 won a");
        }

        @Test
        void aFailurePullsTheNextAttempt() {
            var race = learning(certain()).refuses("a", 20).accepts("b", 5).race();
            assertThat(race).containsExactly("0 start a", "20 failed a", "20 start b", "25 won b");
        }

        @Test
        void noAttemptStartsWithinTenMillisecondsOfAnother() {
            var race = learning(certain())
                    .refuses("a", 1)
                    .refuses("b", 0)
                    .accepts("c", 5)
                    .race();
            assertThat(race)
                    .containsExactly("0 start a", "1 failed a", "10 start b", "10 failed b", "20 start c", "25 won c");
        }

        @Test
        void whatFailedWhenLastTriedDoesNotFollowQuickly() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 400);
            policy.histories().of(network.addressOf("b")).failed(0);
            policy.histories().of(network.addressOf("c")).failed(0);
            // a, of which nothing is known; the others have only what is left of their delays.
            assertThat(network.race()).startsWith("0 start a", "250 start b", "500 start c");
        }

        @Test
        void whatIsNotSentDoesNotCount() {
            var race = learning(certain())
                    .unreachable("six1")
                    .drops("a")
                    .drops("b")
                    .accepts("c", 20)
                    .race();
            assertThat(race)
                    .startsWith("0 start six1", "0 not sent six1", "0 start a", "25 start b", "50 start c", "70 won c");
        }
    }

    @Nested
    class Learning {
        @Test
        void aDeadFirstAddressIsFoundInOneRaceAndNeverWaitedForAgain() {
            var network = learning(certain()).drops("a").accepts("b", 20).accepts("c", 20);
            assertThat(network.race()).containsExactly("0 start a", "25 start b", "45 won b", "45 lost a");
            for (int i = 0; i < 100; i++) {
                assertThat(network.race()).containsExactly("0 start b", "20 won b");
            }
        }

        @Test
        void anAddressThatDiesIsFoundInOneRace() {
            var network = learning(certain()).accepts("a", 20).accepts("b", 25);
            network.race();
            network.race();
            network.now().drops("a");
            // 20 ms and four times the variation of 7.5 ms.
            assertThat(network.race()).containsExactly("0 start a", "50 start b", "75 won b", "75 lost a");
            assertThat(network.race()).containsExactly("0 start b", "25 won b");
        }

        @Test
        void anAddressThatRefusesIsFoundInOneRace() {
            var network = learning(certain()).accepts("a", 20).accepts("b", 25);
            network.race();
            network.now().refuses("a", 20);
            assertThat(network.race()).containsExactly("0 start a", "20 failed a", "20 start b", "45 won b");
            assertThat(network.race()).containsExactly("0 start b", "25 won b");
        }

        @Test
        void anAddressThatTimesOutIsFoundInOneRace() {
            var network = learning(certain()).timeout(40).accepts("a", 20).accepts("b", 25);
            network.race();
            network.now().drops("a");
            assertThat(network.race()).containsExactly("0 start a", "40 timed out a");
            assertThat(network.race()).containsExactly("0 start b", "25 won b");
        }

        @Test
        void theFastestKnownGoesFirst() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).accepts("a", 40).accepts("b", 30).accepts("c", 20);
            knows(policy, network, "a", 40);
            knows(policy, network, "b", 30);
            knows(policy, network, "c", 20);
            assertThat(network.race()).containsExactly("0 start c", "20 won c");
        }

        @Test
        void theFastestIsFoundByExploring() {
            var network = learning(RacePolicy.adaptive().withSeed(1))
                    .accepts("a", 60)
                    .accepts("b", 40)
                    .accepts("c", 20);
            for (int i = 0; i < 500; i++) {
                network.race();
            }
            int first = 0;
            for (int i = 0; i < 100; i++) {
                first += network.race().get(0).equals("0 start c") ? 1 : 0;
            }
            assertThat(first).isGreaterThan(95);
        }

        @Test
        void anAddressThatGetsSlowIsLeftForOneThatIsFaster() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 30);
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 30);
            network.now().accepts("a", 400);
            assertThat(network.race()).containsExactly("0 start a", "30 start b", "60 won b", "60 lost a");
            assertThat(network.race()).containsExactly("0 start b", "30 won b");
        }

        @Test
        void thoseAboutAsGoodAsTheBestKeepTheOrderGiven() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 105).accepts("b", 100);
            knows(policy, network, "a", 105);
            knows(policy, network, "b", 100);
            assertThat(network.race()).containsExactly("0 start a", "105 won a");
        }

        @Test
        void aRepeatedSynIsNoMeasureOfTheTime() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 1_020);
            network.race();
            network.now().accepts("b", 20);
            // A time of 1020 ms would let the first attempt wait longer.
            assertThat(network.race()).containsExactly("0 start b", "20 won b");
            assertThat(network.now().drops("b").race()).startsWith("0 start b", "60 start a");
        }

        @Test
        void oneThatLosesASynIsTriedAgainIfTheOthersAreMuchSlower() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 200);
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 200);
            policy.histories().of(network.addressOf("a")).failed(network.clockNanos());
            assertThat(network.race()).containsExactly("0 start a", "20 won a");
        }

        @Test
        void whatConnectsAndThenIsOfNoUseGoesLast() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 30);
            network.race();
            policy.disappointed(network.addressOf("a"), network.clockNanos());
            assertThat(network.race()).containsExactly("0 start b", "30 won b");
        }

        @Test
        void whatCannotBeSentToGoesLast() {
            var network =
                    learning(certain()).unreachable("six").accepts("a", 20).drops("b");
            network.race();
            assertThat(network.now().drops("a").race())
                    .startsWith("0 start a", "60 start b", "310 start six", "310 not sent six");
        }

        @Test
        void onAnotherNetworkNothingIsKnown() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").accepts("b", 20);
            network.race();
            policy.networkChanged();
            assertThat(network.race()).containsExactly("0 start a", "25 start b", "45 won b", "45 lost a");
        }

        @Test
        void aCopyWithOtherSettingsKnowsNothing() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").accepts("b", 20);
            network.race();
            assertThat(network.policy(policy.withExtraAttempts(0.2)).race()).startsWith("0 start a", "25 start b");
        }

        @Test
        void addressesThatAreKnownLateTakeTheirPlace() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy)
                    .drops("a")
                    .drops("b")
                    .accepts("c", 20)
                    .knownFrom("b", 5)
                    .knownFrom("c", 5);
            knows(policy, network, "a", 20);
            knows(policy, network, "c", 25);
            assertThat(network.race()).startsWith("0 start a", "5 learn b", "5 learn c", "30 start c", "50 won c");
        }

        @ParameterizedTest
        @ValueSource(longs = {Long.MAX_VALUE - 40_000_000, Long.MIN_VALUE, -1})
        void theClockMayWrap(long start) {
            var network = learning(certain()).clockStartsAt(start).drops("a").accepts("b", 20);
            assertThat(network.race()).containsExactly("0 start a", "25 start b", "45 won b", "45 lost a");
            assertThat(network.race()).containsExactly("0 start b", "20 won b");
        }
    }

    @Nested
    class Delay {
        @Test
        void itIsDoubledForEachAttemptThatIsLate() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(3));
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").drops("d").timeout(1_000);
            for (String name : List.of("a", "b", "c", "d")) {
                knows(policy, network, name, 20);
            }
            assertThat(network.race()).startsWith("0 start a", "30 start b", "90 start c", "210 start d");
        }

        @Test
        void doubledItIsNoLongerThanThatOfRfc8305() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").drops("d").timeout(2_000);
            for (String name : List.of("a", "b", "c", "d")) {
                knows(policy, network, name, 100);
            }
            assertThat(network.race()).startsWith("0 start a", "110 start b", "330 start c", "580 start d");
        }

        @Test
        void whatIsSlowerThanThatHasItsOwn() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").timeout(2_000);
            for (String name : List.of("a", "b", "c")) {
                knows(policy, network, name, 400);
            }
            assertThat(network.race()).startsWith("0 start a", "410 start b", "820 start c");
        }

        @Test
        void theBoundsCanBeSet() {
            Adaptive policy = certain().withMinimumDelay(ms(40)).withMaximumDelay(ms(300));
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").accepts("c", 1).timeout(2_000);
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 400);
            assertThat(network.race()).startsWith("0 start a", "40 start b", "340 start c");
        }

        @Test
        void theMinimumHoldsForTheFirstContactToo() {
            Adaptive policy = certain().withMinimumDelay(ms(80));
            var race = learning(policy).drops("a").accepts("b", 20).race();
            assertThat(race).startsWith("0 start a", "80 start b");
        }

        @Test
        void theBoundsHaveBounds() {
            Adaptive policy = RacePolicy.adaptive();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.withMinimumDelay(ms(9)))
                    .withMessage("minimum delay of 9 ms is below 10 ms: RFC 8305, section 5");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.withMaximumDelay(ms(2_001)))
                    .withMessage("maximum delay of 2001 ms is above 2 s: RFC 8305, section 8");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.withMaximumDelay(ms(300)).withMinimumDelay(ms(301)))
                    .withMessage("minimum delay of 301 ms is above the maximum of 300 ms");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.withMinimumDelay(ms(20)).withMaximumDelay(ms(19)))
                    .withMessage("minimum delay of 20 ms is above the maximum of 19 ms");
            assertThat(policy.withMinimumDelay(ms(300)).withMaximumDelay(ms(300)))
                    .hasToString("adaptive(300 ms to 300 ms, 0.1 extra attempts)");
            assertThat(policy.withMinimumDelay(ms(10)).withMaximumDelay(ms(2_000)))
                    .hasToString(policy.toString());
        }

        @Test
        void itVariesByATenthUpwards() {
            Adaptive policy = RacePolicy.adaptive()
                    .withExploration(0)
                    .withExtraAttempts(1)
                    .withSeed(1);
            List<Long> delays = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                VirtualNetwork network = learning(policy).drops("a").accepts("b", 1);
                policy.networkChanged();
                knows(policy, network, "a", 90);
                delays.add(network.report().winner().orElseThrow().start().toNanos());
            }
            assertThat(delays).allSatisfy(delay -> assertThat(delay).isBetween(ms(100).toNanos(), ms(110).toNanos()));
            assertThat(delays).anySatisfy(delay -> assertThat(delay).isLessThan(ms(101).toNanos()));
            assertThat(delays).anySatisfy(delay -> assertThat(delay).isGreaterThan(ms(109).toNanos()));
        }

        @Test
        void aDriverThatIsLateDoesNotShortenTheNextOne() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").accepts("c", 1).timersFireLate(5);
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 20);
            assertThat(network.race()).startsWith("0 start a", "35 start b", "100 start c");
        }
    }

    @Nested
    class Exploration {
        private Adaptive exploring(double share) {
            return RacePolicy.adaptive()
                    .withExploration(share)
                    .withExtraAttempts(1)
                    .withTuning(NO_JITTER)
                    .withSeed(1);
        }

        @Test
        void itIsDoneInTheShareThatIsSetAndCostsTenMilliseconds() {
            Adaptive policy = exploring(0.02);
            VirtualNetwork network = learning(policy)
                    .accepts("a", 20)
                    .drops("b")
                    .accepts("c", 100)
                    .drops("d");
            knows(policy, network, "a", 20);
            int explored = 0;
            for (int i = 0; i < 10_000; i++) {
                List<String> race = network.race();
                if (!race.get(0).equals("0 start a")) {
                    explored++;
                    assertThat(race.get(1)).isEqualTo("10 start a");
                    assertThat(race.get(2)).isEqualTo("30 won a");
                }
                network.rest(200);
            }
            assertThat(explored).isBetween(160, 240);
        }

        @Test
        void whatWasNeverTriedComesBeforeWhatWasTriedLongAgo() {
            Adaptive policy = exploring(0.03);
            VirtualNetwork network =
                    learning(policy).accepts("a", 20).accepts("b", 100).accepts("c", 100);
            knows(policy, network, "a", 20);
            policy.histories().of(network.addressOf("b")).triedAt(0);
            network.rest(600_000);
            assertThat(firstExplored(network)).isEqualTo("c");
        }

        private String firstExplored(VirtualNetwork network) {
            while (true) {
                String first = network.race().get(0);
                if (!first.equals("0 start a")) {
                    return first.substring("0 start ".length());
                }
            }
        }

        @Test
        void withoutAnythingKnownToConnectThereIsNone() {
            Adaptive policy = exploring(0.03);
            for (int i = 0; i < 300; i++) {
                VirtualNetwork network = learning(policy).accepts("a", 60).accepts("b", 60);
                policy.networkChanged();
                assertThat(network.race().get(1)).isEqualTo("25 start b");
            }
        }

        @Test
        void withoutAnExtraAttemptLeftThereIsNone() {
            Adaptive policy = exploring(0.03).withExtraAttempts(0);
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 10);
            knows(policy, network, "a", 20);
            for (int i = 0; i < 500; i++) {
                assertThat(network.race()).containsExactly("0 start a", "20 won a");
            }
        }

        @Test
        void whereOneAttemptRunsAtATimeThereIsNone() {
            Adaptive policy = exploring(0.03);
            VirtualNetwork network =
                    learning(policy).maxAttemptsInFlight(1).accepts("a", 20).drops("b");
            knows(policy, network, "a", 20);
            for (int i = 0; i < 500; i++) {
                assertThat(network.race()).containsExactly("0 start a", "20 won a");
            }
        }

        @Test
        void itCanBeSetToAtMostThreeInAHundred() {
            Adaptive policy = RacePolicy.adaptive();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.withExploration(0.031))
                    .withMessage("share of races that explore of 0.031 is not from 0 to 0.03");
            assertThatIllegalArgumentException().isThrownBy(() -> policy.withExploration(-0.01));
            assertThatIllegalArgumentException().isThrownBy(() -> policy.withExploration(Double.NaN));
            assertThat(policy.withExploration(0.03).exploration()).isEqualTo(0.03);
            assertThat(policy.exploration()).isEqualTo(0.02);
        }

        @Test
        void anAddressThatIsAddedLateIsNotExplored() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).accepts("a", 20).accepts("b", 20).knownFrom("b", 5);
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 10);
            policy.histories().of(network.addressOf("b")).failed(0);
            assertThat(network.rest(300).race()).containsExactly("0 start a", "5 learn b", "20 won a");
        }
    }

    /** An address that was best and failed. */
    @Nested
    class Recovery {
        private final Adaptive policy = certain();
        private final VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 40);

        private void aDies() {
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 40);
            network.now().drops("a");
            // a is late at 30 ms.
            assertThat(network.race()).containsExactly("0 start a", "30 start b", "70 won b", "70 lost a");
        }

        @Test
        void itIsTriedAgainAfterAQuarterOfASecondAndCostsTenMilliseconds() {
            aDies();
            network.rest(209);
            assertThat(network.race()).containsExactly("0 start b", "40 won b");
            assertThat(network.race()).containsExactly("0 start a", "10 start b", "50 won b", "50 lost a");
            assertThat(network.race()).containsExactly("0 start b", "40 won b");
        }

        @Test
        void whereTheNextStartIsFreeForComingLateWhatWasPaidForItIsGivenBack() {
            var three = learning(policy).accepts("a", 20).accepts("b", 40).accepts("c", 50);
            knows(policy, three, "a", 20);
            knows(policy, three, "b", 40);
            knows(policy, three, "c", 50);
            three.now().drops("a");
            assertThat(three.race()).containsExactly("0 start a", "30 start b", "70 won b", "70 lost a");

            assertThat(three.rest(300).driverStalls(5, 300).race())
                    .containsExactly("0 start a", "300 start b", "340 won b", "340 lost a");
        }

        @Test
        void whenItHasRecoveredItIsBackInUseAtOnce() {
            aDies();
            network.now().accepts("a", 20);
            assertThat(network.rest(1_000).race()).containsExactly("0 start a", "10 start b", "20 won a", "20 lost b");
            assertThat(network.race()).containsExactly("0 start a", "20 won a");
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 5, 20, 60, 600})
        void itIsBackInUseAfterAsLongAgainAsItWasAwayAndHalfAMinuteAtMost(long secondsAway) {
            aDies();
            long away = network.clockNanos();
            while (network.clockNanos() - away < ms(1_000 * secondsAway).toNanos()) {
                network.race();
            }
            long recovered = network.clockNanos();
            network.now().accepts("a", 20);
            while (!network.race().get(0).equals("0 start a")) {}
            assertThat(network.race()).containsExactly("0 start a", "20 won a");
            assertThat(Duration.ofNanos(network.clockNanos() - recovered))
                    .isLessThan(ms(Math.min(1_000 * secondsAway + 500, 30_100)));
        }

        @Test
        void oneThatWasNoBetterIsNotTriedAgainForThat() {
            aDies();
            knows(policy, network, "b", 20);
            network.now().accepts("b", 19);
            network.rest(1_000);
            network.race();
            // Now a, with 20 ms, would be slower by more than two milliseconds.
            knows(policy, network, "b", 17);
            network.rest(1_000);
            policy.budget().giveBack();
            assertThat(network.race()).containsExactly("0 start b", "19 won b");
        }

        @Test
        void withoutAnExtraAttemptLeftItIsNotTriedAgain() {
            aDies();
            spendAll(policy.budget());
            assertThat(network.rest(1_000).race()).containsExactly("0 start b", "40 won b");
            policy.budget().giveBack();
            assertThat(network.race()).startsWith("0 start a", "10 start b");
        }

        @Test
        void ofSeveralTheFastestIsTriedAgain() {
            network.accepts("c", 15);
            aDies();
            knows(policy, network, "c", 15);
            policy.histories().of(network.addressOf("c")).failed(0);
            assertThat(network.rest(1_000).race()).startsWith("0 start c", "10 start b", "15 won c");
        }
    }

    @Nested
    class ExtraAttempts {
        @Test
        void withNoneLeftTheDelayIsThatOfRfc8305() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            knows(policy, network, "a", 20);
            spendAll(policy.budget());
            assertThat(network.race()).startsWith("0 start a", "250 start b", "500 start c");
        }

        @Test
        void withNoneLeftTheFirstContactIsThatOfRfc8305() {
            Adaptive policy = certain().withExtraAttempts(0);
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            assertThat(network.race()).startsWith("0 start a", "250 start b", "500 start c");
        }

        @Test
        void aFailureIsFree() {
            Adaptive policy = certain().withExtraAttempts(0);
            VirtualNetwork network = learning(policy).refuses("a", 30).accepts("b", 20);
            assertThat(network.race()).containsExactly("0 start a", "30 failed a", "30 start b", "50 won b");
        }

        @Test
        void eachStartByTheTimerTakesOne() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(2).withGap(Duration.ZERO));
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").accepts("d", 20);
            for (String name : List.of("a", "b", "c", "d")) {
                knows(policy, network, name, 20);
            }
            assertThat(network.race()).startsWith("0 start a", "30 start b", "90 start c", "340 start d");
            policy.networkChanged();
            for (String name : List.of("a", "b", "c", "d")) {
                knows(policy, network, name, 20);
            }
            assertThat(network.race()).startsWith("0 start a", "250 start b", "500 start c", "750 start d");
        }

        @Test
        void theyAreATenthOfTheRacesInTheLongRun() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 60).accepts("b", 60);
            int extra = 0;
            for (int i = 0; i < 1_000; i++) {
                knows(policy, network, "a", 40);
                extra += network.race().size() > 2 ? 1 : 0;
                policy.networkChanged();
                network.rest(100);
            }
            // What the bucket holds at first, so that it takes nothing from the first race, and a tenth.
            assertThat(extra).isEqualTo(101);
        }

        @Test
        void firstContactsHaveABudgetOfTheirOwn() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            spendAll(policy.budget());
            assertThat(network.race()).startsWith("0 start a", "25 start b", "50 start c", "70 won c");
            // Of 20, two are gone.
            assertThat(spendAll(policy.firstContacts())).isEqualTo(18);
        }

        @Test
        void withTheirOwnUsedUpFirstContactsTakeNoOther() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            spendAll(policy.firstContacts());
            // There is the one that this race adds.
            assertThat(network.race()).startsWith("0 start a", "25 start b", "275 start c", "295 won c");
            assertThat(spendAll(policy.budget())).isEqualTo(2);
        }

        @Test
        void whoOnlyMeetsNewHostsMakesOneForEachRaceInTheLongRun() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).accepts("a", 60).accepts("b", 60).accepts("c", 60);
            int extra = 0;
            for (int i = 0; i < 1_000; i++) {
                extra += network.report().attempts().size() - 1;
                policy.networkChanged();
                network.rest(100);
            }
            // What the bucket holds at first, so that it takes nothing from the first race, and one for each further
            // race.
            assertThat(extra).isEqualTo(20 + 999);
        }

        @Test
        void whatWasNotSentAtAFirstContactIsGivenBackToThese() {
            Adaptive policy = certain().withTuning(NO_JITTER.withFirstContact(2, ms(25), 1));
            VirtualNetwork network =
                    learning(policy).drops("a").unreachable("six").accepts("b", 20);
            assertThat(network.race()).startsWith("0 start a", "25 start six", "25 not sent six", "25 start b");
        }

        @Test
        void whatWasNotSentIsGivenBack() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(1));
            VirtualNetwork network =
                    learning(policy).drops("a").unreachable("six").accepts("b", 20);
            knows(policy, network, "a", 20);
            assertThat(network.race()).startsWith("0 start a", "30 start six", "30 not sent six", "30 start b");
        }

        @Test
        void whatWasPostponedIsGivenBack() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(1)).withExtraAttempts(0.1);
            VirtualNetwork network =
                    learning(policy).drops("a").accepts("b", 20).noDescriptorAtStart(2);
            knows(policy, network, "a", 20);
            assertThat(network.race()).startsWith("0 start a", "30 postponed b", "280 start b");
            assertThat(policy.budget().take()).isTrue();
        }

        @Test
        void anExplorationThatWinsWithinTheTenMillisecondsTakesNone() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(1));
            VirtualNetwork network = learning(policy).accepts("a", 5).accepts("b", 40);
            knows(policy, network, "a", 5);
            knows(policy, network, "b", 40);
            policy.histories().of(network.addressOf("a")).failed(0);
            assertThat(network.rest(1_000).race()).containsExactly("0 start a", "5 won a");
            assertThat(policy.budget().take()).isTrue();
        }

        @Test
        void anExplorationThatTakesLongerTakesOne() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(1));
            VirtualNetwork network = learning(policy).accepts("a", 15).accepts("b", 40);
            knows(policy, network, "a", 15);
            knows(policy, network, "b", 40);
            policy.histories().of(network.addressOf("a")).failed(0);
            assertThat(network.rest(1_000).race()).startsWith("0 start a", "10 start b", "15 won a");
            assertThat(policy.budget().take()).isFalse();
        }

        @Test
        void anExplorationThatCannotBeSentCostsNothing() {
            Adaptive policy = certain().withTuning(NO_JITTER.withBurst(1));
            VirtualNetwork network = learning(policy).unreachable("a").accepts("b", 40);
            knows(policy, network, "a", 15);
            knows(policy, network, "b", 40);
            policy.histories().of(network.addressOf("a")).failed(0);
            assertThat(network.rest(1_000).race())
                    .containsExactly("0 start a", "0 not sent a", "0 start b", "40 won b");
            assertThat(policy.budget().take()).isTrue();
        }

        @Test
        void theShareIsFromNoneToOneForEachRace() {
            Adaptive policy = RacePolicy.adaptive();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> policy.withExtraAttempts(-0.1))
                    .withMessage("share of extra attempts of -0.1 is not from 0 to 1");
            assertThatIllegalArgumentException().isThrownBy(() -> policy.withExtraAttempts(1.1));
            assertThatIllegalArgumentException().isThrownBy(() -> policy.withExtraAttempts(Double.NaN));
            assertThat(policy.withExtraAttempts(1)).hasToString("adaptive(10 ms to 2000 ms, 1.0 extra attempts)");
            assertThat(policy.withExtraAttempts(0)).hasToString("adaptive(10 ms to 2000 ms, 0.0 extra attempts)");
        }

        @Test
        void settingOneValueKeepsTheOthers() {
            Adaptive all = RacePolicy.adaptive()
                    .withTuning(NO_JITTER)
                    .withExploration(0.01)
                    .withSeed(5)
                    .withMinimumDelay(ms(20))
                    .withMaximumDelay(ms(1_000))
                    .withExtraAttempts(0.5);
            for (Adaptive policy : List.of(
                    all,
                    all.withExploration(0.01),
                    all.withTuning(NO_JITTER),
                    all.withSeed(5),
                    all.withMinimumDelay(ms(20)),
                    all.withMaximumDelay(ms(1_000)))) {
                assertThat(policy).hasToString("adaptive(20 ms to 1000 ms, 0.5 extra attempts)");
                assertThat(policy.exploration()).isEqualTo(0.01);
                assertThat(policy.tuning()).isSameAs(NO_JITTER);
                assertThat(policy.random().next(0)).isEqualTo(new SeededRandom(5L).next(1));
            }
        }
    }

    /** Races to one host that run side by side. */
    @Nested
    class SideBySide {
        private final Adaptive policy = certain().withTuning(NO_JITTER.withBurst(10));
        private final VirtualNetwork network = learning(policy).drops("a").accepts("b", 20);
        private final InetSocketAddress a = network.addressOf("a");
        private final InetSocketAddress b = network.addressOf("b");

        private Race race(long nowMillis) {
            return new Race(
                    policy, List.of(a, b), Duration.ZERO, 16, ms(nowMillis).toNanos());
        }

        private InetSocketAddress startAt(Race race, long nowMillis) {
            Attempt attempt = race.startNext(ms(nowMillis).toNanos());
            return attempt == null ? null : attempt.address();
        }

        private long waitsUntil(Race race) {
            return Duration.ofNanos(race.nanosUntilNextEvent(0)).toMillis();
        }

        @Test
        void whatIsLateInOneIsKnownToTheOthersAtOnce() {
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 25);
            Race first = race(0);
            assertThat(startAt(first, 0)).isSameAs(a);
            assertThat(startAt(race(29), 29)).isSameAs(a);
            assertThat(startAt(first, 30)).isSameAs(b);
            assertThat(startAt(race(30), 30)).isSameAs(b);
        }

        @Test
        void extraAttemptsDoNotAllFallUponTheNextAddress() {
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 25);
            Race first = race(0);
            Race second = race(0);
            Race third = race(0);
            startAt(first, 0);
            startAt(second, 0);
            startAt(third, 0);
            assertThat(startAt(first, 30)).isSameAs(b);
            assertThat(startAt(second, 30)).isNull();
            assertThat(startAt(third, 40)).isNull();
            assertThat(waitsUntil(second)).isEqualTo(50);
            assertThat(startAt(second, 50)).isSameAs(b);
            assertThat(startAt(third, 50)).isNull();
            assertThat(waitsUntil(third)).isEqualTo(70);
            // What had to wait took nothing out of the budget: of ten, two are gone; three races added to it.
            assertThat(spendAll(policy.budget())).isEqualTo(8);
        }

        @Test
        void noneWaitsLongerForThatThanRfc8305() {
            Adaptive wide = certain().withTuning(NO_JITTER.withGap(ms(1_000)));
            Race first = new Race(wide, List.of(a, b), Duration.ZERO, 16, 0);
            Race second = new Race(wide, List.of(a, b), Duration.ZERO, 16, 0);
            startAt(first, 0);
            startAt(second, 0);
            assertThat(startAt(first, 25)).isSameAs(b);
            assertThat(startAt(second, 25)).isNull();
            assertThat(waitsUntil(second)).isEqualTo(250);
            assertThat(startAt(second, 250)).isSameAs(b);
        }

        @Test
        void whatIsExploredIsNotExploredAgainWithinTheGapAndTakesNothingOutOfTheBudget() {
            Adaptive exploring = RacePolicy.adaptive()
                    .withExploration(0.03)
                    .withTuning(NO_JITTER.withBurst(1))
                    .withSeed(1);
            knows(exploring, network, "a", 20);
            exploring.histories().of(b).claimExtra(0);
            for (int i = 0; i < 500; i++) {
                assertThat(new Race(exploring, List.of(a, b), Duration.ZERO, 16, 0)
                                .startNext(0)
                                .address())
                        .isSameAs(a);
            }
            assertThat(exploring.budget().take()).isTrue();
        }

        @Test
        void whatHasFailedIsNotLateAsWell() {
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 25);
            Race race = race(0);
            Attempt first = race.startNext(0);
            race.startNext(ms(30).toNanos());
            race.failed(first, new ConnectException("Connection refused"), ms(40).toNanos());
            // One failure: even odds that its delay of 30 ms is added to the 30 ms that it was known to take at least.
            assertThat(policy.histories().of(a).outlook(ms(40).toNanos()).expectedNanos() / 1e6)
                    .isCloseTo(60, within(0.1));
        }

        @Test
        void onlyOneOfThemTriesAgainWhatFailed() {
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 25);
            policy.histories().of(a).failed(0);
            assertThat(startAt(race(1_000), 1_000)).isSameAs(a);
            assertThat(startAt(race(1_000), 1_000)).isSameAs(b);
        }

        @Test
        void whatAnOldNetworkTaughtIsNotTakenOverToTheNext() {
            Race race = race(0);
            Attempt attempt = race.startNext(0);
            policy.networkChanged();
            race.connected(attempt, ms(20).toNanos());
            assertThat(policy.histories().find(a)).isNull();
        }

        @Test
        void whatIsAbandonedEarlyIsNoFailure() {
            Race race = race(0);
            race.startNext(0);
            race.abandon(ms(249).toNanos());
            assertThat(policy.histories().of(a).outlook(0).rank()).isEqualTo(AddressHistory.Rank.UNKNOWN);
        }

        @Test
        void whatIsAbandonedWhenItWasLateIsOne() {
            Race race = new Race(policy, List.of(a), Duration.ZERO, 16, 0);
            race.startNext(0);
            race.abandon(ms(250).toNanos());
            assertThat(policy.histories().of(a).outlook(0).rank()).isEqualTo(AddressHistory.Rank.FAILING);
        }
    }
}
