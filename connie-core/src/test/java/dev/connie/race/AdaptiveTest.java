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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Races that share an adaptive policy, one after another by the same clock. */
class AdaptiveTest {
    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    /** A policy that leaves nothing to chance. */
    private static Adaptive certain() {
        return RacePolicy.adaptive().withExploration(0).withRandom(now -> 0);
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
        return spendAllBut(0, budget);
    }

    private static int spendAllBut(int left, Budget budget) {
        int spent = -left;
        while (budget.take()) {
            spent++;
        }
        for (int i = 0; i < left; i++) {
            budget.giveBack();
        }
        return spent;
    }

    @Nested
    class FirstContact {
        @Test
        void allAddressesStartAtOnce() {
            var race = learning(certain())
                    .drops("a")
                    .accepts("b", 30)
                    .drops("c")
                    .accepts("d", 20)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "0 start b",
                            "0 start c",
                            "0 start d",
                            "20 won d",
                            "20 lost a",
                            "20 lost b",
                            "20 lost c");
        }

        @Test
        void fromThenOnItIsOneConnect() {
            var network = learning(certain()).drops("a").accepts("b", 30).accepts("c", 20);
            network.race();
            for (int i = 0; i < 100; i++) {
                assertThat(network.race()).containsExactly("0 start c", "20 won c");
            }
        }

        @Test
        void noMoreAttemptsRunAtOnceThanMay() {
            var race = learning(certain())
                    .maxAttemptsInFlight(2)
                    .refuses("a", 20)
                    .drops("b")
                    .accepts("c", 30)
                    .race();
            assertThat(race).startsWith("0 start a", "0 start b", "20 failed a", "20 start c", "50 won c");
        }

        @Test
        void theFamiliesAreInterleavedAndTheFirstOnesLeads() {
            var race = learning(certain())
                    .maxAttemptsInFlight(3)
                    .drops("a")
                    .drops("b")
                    .drops("six1")
                    .accepts("six2", 20)
                    .abandonedAt(400)
                    .race();
            assertThat(race).startsWith("0 start a", "0 start six1", "0 start b");
        }

        @Test
        void whatAnswersWithinConnectIsTheOnlyOneTried() {
            var race = learning(certain()).accepts("a", 0).accepts("b", 1).race();
            assertThat(race).containsExactly("0 start a", "0 won a");
        }

        @Test
        void itIsOneAgainWhenWhatIsKnownIsTooOldToTrust() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 30);
            network.race();
            knows(policy, network, "b", 30);
            assertThat(network.rest(9 * 60_000).race()).containsExactly("0 start a", "20 won a");
            assertThat(network.rest(11 * 60_000).race()).startsWith("0 start a", "0 start b", "20 won a");
        }

        @Test
        void whatFailedWhenLastTriedIsLeftForLater() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").accepts("d", 400);
            policy.histories().of(network.addressOf("c")).failed(0);
            policy.histories().of(network.addressOf("d")).failed(0);
            // Of a and b nothing is known; the others have only what is left of their delays.
            assertThat(network.race()).startsWith("0 start a", "0 start b", "250 start c");
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
                    .startsWith("0 start six1", "0 not sent six1", "0 start a", "0 start b", "0 start c", "20 won c");
        }
    }

    /** What is known of the network turns out to hold no longer. */
    @Nested
    class ChangedWorld {
        private final Adaptive policy = certain();
        private final VirtualNetwork network = learning(policy)
                .accepts("a", 20)
                .accepts("b", 25)
                .accepts("c", 30)
                .accepts("d", 35);

        private void allAreKnown() {
            knows(policy, network, "a", 20);
            knows(policy, network, "b", 25);
            knows(policy, network, "c", 30);
            knows(policy, network, "d", 35);
            network.now();
        }

        @Test
        void oneThatIsLateMayBeAnAccident() {
            allAreKnown();
            assertThat(network.drops("a").race()).containsExactly("0 start a", "30 start b", "55 won b", "55 lost a");
        }

        @Test
        void afterASecondInTheSameRaceAllOthersStart() {
            allAreKnown();
            // b is late at 35, doubled to 70, for a is late as well.
            assertThat(network.drops("a").drops("b").race())
                    .startsWith("0 start a", "30 start b", "100 start c", "100 start d", "130 won c");
        }

        @Test
        void aFailureCountsAsOneThatIsLateDoes() {
            allAreKnown();
            assertThat(network.refuses("a", 20).refuses("b", 25).race())
                    .startsWith(
                            "0 start a",
                            "20 failed a",
                            "20 start b",
                            "45 failed b",
                            "45 start c",
                            "45 start d",
                            "75 won c");
        }

        @Test
        void afterASecondInTheNextRaceAllOthersStart() {
            allAreKnown();
            network.drops("a").race();
            assertThat(network.drops("b").race())
                    .startsWith("0 start b", "35 start c", "35 start d", "65 won c", "65 lost b");
        }

        @Test
        void twoRacesWithOneThatWentWellBetweenAreTwoAccidents() {
            allAreKnown();
            network.drops("a").race();
            network.race();
            assertThat(network.drops("b").race()).containsExactly("0 start b", "35 start c", "65 won c", "65 lost b");
        }

        @Test
        void twoThatAreMoreThanTenSecondsApartAreTwoAccidents() {
            allAreKnown();
            network.drops("a").race();
            network.rest(11_000);
            spendAllBut(1, policy.budget());
            allAreKnown();
            policy.histories().of(network.addressOf("a")).failed(network.clockNanos());
            network.rest(11_000);
            assertThat(network.drops("b").race()).hasSize(4).startsWith("0 start b");
        }

        @Test
        void whereNothingIsKnownOfTheOthersTheFirstOneIsEnough() {
            knows(policy, network, "a", 20);
            assertThat(network.now().drops("a").race())
                    .startsWith("0 start a", "30 start b", "30 start c", "30 start d", "55 won b");
            assertThat(network.race()).containsExactly("0 start b", "25 won b");
        }

        @Test
        void theBudgetBoundsThat() {
            knows(policy, network, "a", 20);
            spendAllBut(2, policy.budget());
            assertThat(network.now().drops("a").drops("b").drops("c").race())
                    .startsWith("0 start a", "30 start b", "30 start c", "280 start d", "315 won d");
        }
    }

    /** A handshake proves a kernel, the first byte a server. */
    @Nested
    class FirstBytes {
        private final Adaptive policy = certain();
        private final VirtualNetwork network =
                learning(policy).accepts("a", 10).accepts("b", 30).accepts("c", 40);

        private long answerDelay(String name, long connectMillis) {
            return Duration.ofNanos(policy.answerDelayNanos(
                            network.addressOf(name), ms(connectMillis).toNanos(), network.clockNanos()))
                    .toMillis();
        }

        private void speaks(String name, long tookMillis) {
            policy.spoke(network.addressOf(name), ms(tookMillis).toNanos(), network.clockNanos());
        }

        private void isMute(String name, long waitedMillis) {
            policy.mute(network.addressOf(name), ms(waitedMillis).toNanos(), network.clockNanos());
        }

        @Test
        void aMuteAddressIsNotTriedBeforeOneThatAnswers() {
            network.race();
            isMute("a", 130);
            speaks("b", 45);
            for (int i = 0; i < 20; i++) {
                assertThat(network.race().get(0)).isEqualTo("0 start b");
                speaks("b", 45);
            }
        }

        @Test
        void howeverOftenItConnects() {
            network.race();
            isMute("a", 130);
            speaks("b", 45);
            AddressHistory mute = policy.histories().of(network.addressOf("a"));
            for (int i = 0; i < 10; i++) {
                mute.connected(ms(10).toNanos(), false, network.clockNanos());
            }
            assertThat(mute.outlook(network.clockNanos()).rank()).isEqualTo(AddressHistory.Rank.FAILING);
            assertThat(network.race().get(0)).isEqualTo("0 start b");
        }

        @Test
        void itIsProbedAfterAWhileWithTheBestBesideIt() {
            network.race();
            isMute("a", 130);
            speaks("b", 45);
            // b takes 45 ms to connect, as far as is known, and as long to answer. Half of 2 s is left to chance.
            assertThat(network.rest(999).race().get(0)).isEqualTo("0 start b");
            var probe = network.rest(1_000).race();
            assertThat(probe).startsWith("0 start a").contains("10 won a");
            assertThat(policy.budget().take())
                    .as("what the hello to the best is paid out of")
                    .isTrue();
        }

        @Test
        void withoutBudgetForTheHelloToTheBestItIsNotProbed() {
            network.race();
            isMute("a", 130);
            speaks("b", 45);
            spendAllBut(1, policy.budget());
            assertThat(network.rest(60_000).race().get(0)).isEqualTo("0 start b");
        }

        @Test
        void whenItSpeaksItIsBackAtOnce() {
            network.race();
            isMute("a", 130);
            speaks("b", 45);
            speaks("a", 25);
            assertThat(network.race()).containsExactly("0 start a", "10 won a");
        }

        @Test
        void whereNothingIsReportedAHandshakeIsASuccess() {
            network.race();
            policy.disappointed(network.addressOf("a"), network.clockNanos());
            policy.histories().of(network.addressOf("a")).connected(ms(10).toNanos(), false, network.clockNanos());
            assertThat(network.race()).containsExactly("0 start a", "10 won a");
        }

        @Test
        void whereItIsADisappointmentIsOnlyMadeUpForByAFirstByte() {
            network.race();
            speaks("a", 25);
            policy.disappointed(network.addressOf("a"), network.clockNanos());
            AddressHistory history = policy.histories().of(network.addressOf("a"));
            history.connected(ms(10).toNanos(), false, network.clockNanos());
            assertThat(history.outlook(network.clockNanos()).rank()).isEqualTo(AddressHistory.Rank.FAILING);
            speaks("a", 25);
            assertThat(history.outlook(network.clockNanos()).rank()).isEqualTo(AddressHistory.Rank.GOOD);
        }

        @Test
        void whatAnswersSoonerGoesFirstThoughItConnectsLater() {
            knows(policy, network, "a", 10);
            knows(policy, network, "b", 30);
            for (int i = 0; i < 50; i++) {
                speaks("a", 190);
                speaks("b", 45);
            }
            assertThat(network.race()).containsExactly("0 start b", "30 won b");
        }

        @Test
        void whereNothingIsKnownTheDelayIsThatOfEveryPolicy() {
            assertThat(answerDelay("a", 10)).isEqualTo(100);
            assertThat(answerDelay("a", 40)).isEqualTo(170);
            assertThat(answerDelay("a", 400)).isEqualTo(250);
        }

        @Test
        void whatIsKnownToAnswerIsWaitedForByItsOwnHistory() {
            for (int i = 0; i < 100; i++) {
                speaks("a", 45);
            }
            assertThat(answerDelay("a", 10)).isEqualTo(65);
        }

        @Test
        void aFarServerIsNotAskedTwiceForBeingFar() {
            for (int i = 0; i < 100; i++) {
                speaks("a", 300);
            }
            // The first one looks like one that was sent twice; the second says that it is not.
            assertThat(answerDelay("a", 300)).isEqualTo(320);
        }

        @Test
        void aMuteOneIsWaitedForAsItsSiblingsThink() {
            network.race();
            isMute("a", 130);
            knows(policy, network, "b", 30);
            for (int i = 0; i < 100; i++) {
                speaks("b", 45);
            }
            // A round trip of 10 ms, 15 ms to think, and 20 ms more.
            assertThat(answerDelay("a", 10)).isEqualTo(45);
        }

        @Test
        void anAnswerThatWasPerhapsSentTwiceIsNoSample() {
            for (int i = 0; i < 100; i++) {
                speaks("a", 45);
            }
            speaks("a", 260);
            assertThat(answerDelay("a", 10)).isEqualTo(65);
            speaks("a", 260);
            assertThat(answerDelay("a", 10)).isGreaterThan(65);
        }

        @Test
        void anAnswerAfterAnotherServerWasAskedIsASample() {
            for (int i = 0; i < 100; i++) {
                speaks("a", 45);
            }
            speaks("a", 145);
            assertThat(answerDelay("a", 10)).isGreaterThan(65);
        }

        @Test
        void aRepeatedHelloIsPaidOutOfTheBudget() {
            assertThat(policy.claimRepeatedHello(0)).isTrue();
            spendAll(policy.budget());
            assertThat(policy.claimRepeatedHello(0)).isFalse();
        }
    }

    @Nested
    class Learning {
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
        void thoseAboutAsGoodAsTheBestTakeTurns() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 105).accepts("b", 100);
            knows(policy, network, "a", 105);
            knows(policy, network, "b", 100);
            assertThat(network.race()).containsExactly("0 start a", "105 won a");
            assertThat(network.race()).containsExactly("0 start b", "100 won b");
            assertThat(network.race()).containsExactly("0 start a", "105 won a");
        }

        @ParameterizedTest
        @ValueSource(longs = {0, 1, 20})
        void fourEqualServersGetAQuarterEach(long millis) {
            var network = learning(RacePolicy.adaptive().withSeed(1));
            List<String> names = List.of("a", "b", "c", "d");
            names.forEach(name -> network.accepts(name, millis));
            Map<String, Integer> wins = new TreeMap<>();
            for (int i = 0; i < 10_000; i++) {
                var winner = network.report().winner().orElseThrow();
                wins.merge(winner.address().getHostString(), 1, Integer::sum);
                network.rest(20);
            }
            assertThat(wins).hasSize(4);
            assertThat(wins.values()).allSatisfy(count -> assertThat(count).isBetween(2_000, 3_000));
        }

        @Test
        void aLoserThatConnectedInTheMomentOfTheWinIsKnownToConnect() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 20);
            Race race = new Race(
                    policy,
                    List.of(network.addressOf("a"), network.addressOf("b")),
                    Duration.ZERO,
                    16,
                    network.clockNanos());
            Attempt a = race.startNext(0);
            Attempt b = race.startNext(0);
            race.established(b);
            race.connected(a, ms(20).toNanos());
            assertThat(policy.histories().of(b.address()).outlook(0).rank()).isEqualTo(AddressHistory.Rank.GOOD);
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
            assertThat(network.race()).containsExactly("0 start a", "0 start b", "20 won b", "20 lost a");
        }

        @Test
        void aCopyWithOtherSettingsKnowsNothing() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").accepts("b", 20);
            network.race();
            assertThat(network.policy(policy.withExtraAttempts(0.2)).race()).startsWith("0 start a", "0 start b");
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
            knows(policy, network, "b", 30);
            knows(policy, network, "c", 25);
            assertThat(network.race()).startsWith("0 start a", "5 learn b", "5 learn c", "30 start c", "50 won c");
        }

        @ParameterizedTest
        @ValueSource(longs = {Long.MAX_VALUE - 40_000_000, Long.MIN_VALUE, -1})
        void theClockMayWrap(long start) {
            var network = learning(certain()).clockStartsAt(start).drops("a").accepts("b", 20);
            assertThat(network.race()).containsExactly("0 start a", "0 start b", "20 won b", "20 lost a");
            assertThat(network.race()).containsExactly("0 start b", "20 won b");
        }
    }

    @Nested
    class Delay {
        @Test
        void itIsDoubledForEachAttemptThatIsLate() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").timeout(1_000);
            for (String name : List.of("a", "b", "c")) {
                knows(policy, network, name, 20);
            }
            assertThat(network.race()).startsWith("0 start a", "30 start b", "90 start c");
        }

        @Test
        void doubledItIsNoLongerThanThatOfRfc8305() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").drops("b").drops("c").timeout(2_000);
            for (String name : List.of("a", "b", "c")) {
                knows(policy, network, name, 200);
            }
            // Of 210 ms the double would be 420.
            assertThat(network.race()).startsWith("0 start a", "210 start b", "460 start c");
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
            knows(policy, network, "c", 500);
            assertThat(network.race()).startsWith("0 start a", "40 start b", "340 start c");
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
                    .hasToString("adaptive(300 ms to 300 ms, 0.04 extra attempts)");
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
            knows(policy, network, "c", 30);
            assertThat(network.race()).startsWith("0 start a", "35 start b", "100 start c");
        }
    }

    @Nested
    class Exploration {
        private Adaptive exploring(double share) {
            return RacePolicy.adaptive()
                    .withExploration(share)
                    .withExtraAttempts(1)
                    .withSeed(1);
        }

        @Test
        void itIsDoneInTheShareThatIsSetAndCostsTwoMilliseconds() {
            Adaptive policy = exploring(0.02);
            VirtualNetwork network = learning(policy)
                    .accepts("a", 10)
                    .drops("b")
                    .accepts("c", 100)
                    .drops("d");
            knows(policy, network, "a", 10);
            int explored = 0;
            for (int i = 0; i < 10_000; i++) {
                List<String> race = network.race();
                if (!race.get(0).equals("0 start a")) {
                    explored++;
                    assertThat(race.get(1)).isEqualTo("2 start a");
                    assertThat(race.get(2)).isEqualTo("12 won a");
                }
                network.rest(200);
            }
            assertThat(explored).isBetween(160, 240);
        }

        @Test
        void orATenthOfTheTime() {
            Adaptive policy = exploring(0.03);
            VirtualNetwork network = learning(policy).accepts("a", 150).drops("b");
            knows(policy, network, "a", 150);
            assertThat(firstRaceThatExplores(network)).startsWith("0 start b", "15 start a", "165 won a");
        }

        @Test
        void whatWasNeverTriedComesBeforeWhatWasTriedLongAgo() {
            Adaptive policy = exploring(0.03);
            VirtualNetwork network =
                    learning(policy).accepts("a", 20).accepts("b", 100).accepts("c", 100);
            network.rest(100_000);
            knows(policy, network, "a", 20);
            policy.histories().of(network.addressOf("b")).triedAt(0);
            assertThat(firstRaceThatExplores(network).get(0)).isEqualTo("0 start c");
        }

        private List<String> firstRaceThatExplores(VirtualNetwork network) {
            while (true) {
                List<String> race = network.race();
                if (!race.get(0).equals("0 start a")) {
                    return race;
                }
            }
        }

        @Test
        void withoutAnythingKnownToConnectThereIsNone() {
            Adaptive policy = exploring(0.03);
            for (int i = 0; i < 300; i++) {
                VirtualNetwork network = learning(policy).accepts("a", 60).accepts("b", 60);
                policy.networkChanged();
                assertThat(network.race().get(0)).isEqualTo("0 start a");
            }
            assertThat(spendAll(policy.budget())).isEqualTo(Adaptive.RESERVE);
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
        void unlessAllThatCanBeSavedUpIsThereThereIsNone() {
            Adaptive policy = RacePolicy.adaptive().withExploration(0.03).withSeed(1);
            VirtualNetwork network = learning(policy).accepts("a", 20).accepts("b", 10);
            knows(policy, network, "a", 20);
            int races = 0;
            while (network.race().get(0).equals("0 start a")) {
                policy.budget().take();
                assertThat(++races).isLessThan(10_000);
                if (races == 500) {
                    return;
                }
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
        void itIsProbedAfterAnEighthToAQuarterOfASecondAndThatCostsATenthOfTheTime() {
            aDies();
            // Since 30 ms, at which it was late. What is left to chance is nothing here.
            network.rest(84);
            assertThat(network.race()).containsExactly("0 start b", "40 won b");
            assertThat(network.race()).containsExactly("0 start a", "4 start b", "44 won b", "44 lost a");
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

            assertThat(three.rest(300).driverStalls(3, 300).race())
                    .containsExactly("0 start a", "300 start b", "340 won b", "340 lost a");
        }

        @Test
        void whenItHasRecoveredItIsBackInUseAtOnce() {
            aDies();
            network.now().accepts("a", 20);
            assertThat(network.rest(1_000).race()).containsExactly("0 start a", "4 start b", "20 won a", "20 lost b");
            assertThat(network.race()).containsExactly("0 start a", "20 won a");
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 5, 20, 60, 540})
        void itIsBackInUseAfterTwiceAsLongAsItWasAwayAndHalfAMinuteAtMost(long secondsAway) {
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
                    .isLessThan(ms(Math.min(2_000 * secondsAway + 500, 30_100)));
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
            policy.budget().giveBack();
            assertThat(network.race()).containsExactly("0 start b", "19 won b");
        }

        @Test
        void theLastExtraAttemptIsKeptForOneThatIsLate() {
            aDies();
            spendAllBut(1, policy.budget());
            assertThat(network.rest(1_000).race()).containsExactly("0 start b", "40 won b");
            policy.budget().giveBack();
            assertThat(network.race()).startsWith("0 start a", "4 start b");
        }

        @Test
        void ofSeveralTheFastestIsTriedAgain() {
            network.accepts("c", 15);
            knows(policy, network, "c", 500);
            aDies();
            knows(policy, network, "c", 15);
            policy.histories().of(network.addressOf("c")).failed(network.clockNanos());
            assertThat(network.rest(1_000).race()).startsWith("0 start c", "4 start b", "15 won c");
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
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            for (String name : List.of("a", "b", "c")) {
                knows(policy, network, name, 20);
            }
            spendAllBut(1, policy.budget());
            assertThat(network.race()).startsWith("0 start a", "30 start b", "280 start c");
        }

        @Test
        void theyAreAFewInAHundredRacesInTheLongRun() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 60).accepts("b", 60);
            int extra = 0;
            for (int i = 0; i < 1_000; i++) {
                policy.networkChanged();
                knows(policy, network, "a", 40);
                extra += network.race().size() > 2 ? 1 : 0;
                network.rest(100);
            }
            // What the bucket holds at first, so that it takes nothing from the first race, and four in a hundred.
            assertThat(extra).isEqualTo(Adaptive.RESERVE + 39);
        }

        @Test
        void firstContactsHaveABudgetOfTheirOwn() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            spendAll(policy.budget());
            assertThat(network.race()).startsWith("0 start a", "0 start b", "0 start c", "20 won c");
            assertThat(spendAll(policy.firstContacts())).isEqualTo(Adaptive.FIRST_CONTACT_RESERVE - 2);
        }

        @Test
        void withTheirOwnUsedUpFirstContactsTakeNoOther() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).drops("a").drops("b").accepts("c", 20);
            spendAll(policy.firstContacts());
            // There is the one that this race adds.
            assertThat(network.race()).startsWith("0 start a", "0 start b", "250 start c", "270 won c");
            assertThat(spendAll(policy.budget())).isEqualTo(Adaptive.RESERVE);
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
            assertThat(extra).isEqualTo(Adaptive.FIRST_CONTACT_RESERVE + 999);
        }

        @Test
        void whatWasNotSentAtAFirstContactIsGivenBackToThese() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").unreachable("six").accepts("b", 20);
            spendAll(policy.firstContacts());
            assertThat(network.race()).startsWith("0 start a", "0 start six", "0 not sent six", "0 start b");
        }

        @Test
        void whatWasNotSentIsGivenBack() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").unreachable("six").accepts("b", 20);
            knows(policy, network, "a", 20);
            spendAllBut(1, policy.budget());
            assertThat(network.race()).startsWith("0 start a", "30 start six", "30 not sent six", "30 start b");
        }

        @Test
        void whatWasPostponedIsGivenBack() {
            Adaptive policy = certain();
            VirtualNetwork network =
                    learning(policy).drops("a").accepts("b", 20).noDescriptorAtStart(2);
            knows(policy, network, "a", 20);
            spendAllBut(1, policy.budget());
            assertThat(network.race()).startsWith("0 start a", "30 postponed b", "280 start b");
            assertThat(policy.budget().take()).isTrue();
        }

        @Test
        void aProbeThatWinsBeforeTheBestStartsTakesNone() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 1).accepts("b", 40);
            knows(policy, network, "a", 1);
            knows(policy, network, "b", 40);
            policy.histories().of(network.addressOf("a")).failed(0);
            assertThat(network.rest(1_000).race()).containsExactly("0 start a", "1 won a");
            assertThat(spendAll(policy.budget())).isEqualTo(Adaptive.RESERVE);
        }

        @Test
        void aProbeThatTakesLongerTakesOne() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).accepts("a", 15).accepts("b", 40);
            knows(policy, network, "a", 15);
            knows(policy, network, "b", 40);
            policy.histories().of(network.addressOf("a")).failed(0);
            assertThat(network.rest(1_000).race()).startsWith("0 start a", "4 start b", "15 won a");
            assertThat(spendAll(policy.budget())).isEqualTo(Adaptive.RESERVE - 1);
        }

        @Test
        void aProbeThatCannotBeSentCostsNothing() {
            Adaptive policy = certain();
            VirtualNetwork network = learning(policy).unreachable("a").accepts("b", 40);
            knows(policy, network, "a", 15);
            knows(policy, network, "b", 40);
            policy.histories().of(network.addressOf("a")).failed(0);
            assertThat(network.rest(1_000).race())
                    .containsExactly("0 start a", "0 not sent a", "0 start b", "40 won b");
            assertThat(spendAll(policy.budget())).isEqualTo(Adaptive.RESERVE);
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
                    .withExploration(0.01)
                    .withSeed(5)
                    .withMinimumDelay(ms(20))
                    .withMaximumDelay(ms(1_000))
                    .withExtraAttempts(0.5);
            for (Adaptive policy : List.of(
                    all,
                    all.withExploration(0.01),
                    all.withSeed(5),
                    all.withMinimumDelay(ms(20)),
                    all.withMaximumDelay(ms(1_000)))) {
                assertThat(policy).hasToString("adaptive(20 ms to 1000 ms, 0.5 extra attempts)");
                assertThat(policy.exploration()).isEqualTo(0.01);
            }
            assertThat(all.withSeed(5).random().applyAsDouble(0)).isEqualTo(new SeededRandom(5L).next(1));
        }
    }

    /** Races to one host that run side by side. */
    @Nested
    class SideBySide {
        private final Adaptive policy = certain();
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
            // What had to wait took nothing out of the budget.
            assertThat(spendAll(policy.budget())).isEqualTo(Adaptive.RESERVE - 2);
        }

        @Test
        void noneWaitsLongerForThatThanRfc8305() {
            knows(policy, network, "a", 235);
            Race first = race(0);
            Race second = race(0);
            startAt(first, 0);
            startAt(second, 0);
            assertThat(startAt(first, 245)).isSameAs(b);
            assertThat(startAt(second, 245)).isNull();
            assertThat(waitsUntil(second)).isEqualTo(250);
            assertThat(startAt(second, 250)).isSameAs(b);
        }

        @Test
        void whatIsExploredIsNotExploredAgainWithinTheGapAndTakesNothingOutOfTheBudget() {
            Adaptive exploring = RacePolicy.adaptive().withExploration(0.03).withSeed(1);
            knows(exploring, network, "a", 20);
            exploring.histories().of(b).claimExtra(0);
            for (int i = 0; i < 500; i++) {
                assertThat(new Race(exploring, List.of(a, b), Duration.ZERO, 16, 0)
                                .startNext(0)
                                .address())
                        .isSameAs(a);
            }
            assertThat(spendAll(exploring.budget())).isEqualTo(Adaptive.RESERVE);
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
