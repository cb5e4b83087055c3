package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * RFC 8305 (Happy Eyeballs Version 2), clause by clause, as far as it speaks of connecting. The letters before each
 * sentence are those of the table in the README: Q queries, S sorting, C connecting, U updates of the list.
 */
@DisplayName("RFC 8305")
class Rfc8305Test {
    private static final Rfc8305 POLICY = RacePolicy.rfc8305();

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Nested
    @DisplayName("section 3: Hostname Resolution Query Handling")
    class Section3 {
        @Test
        @DisplayName("Q7: an answer that comes late joins the race that runs")
        void lateAnswersJoinTheRace() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .accepts("six", 30)
                    .knownFrom("six", 50)
                    .race();
            assertThat(race).containsExactly("0 start a", "50 learn six", "250 start six", "280 won six", "280 lost a");
        }

        @Test
        @DisplayName("Q7: an answer that comes after the delay is tried at once")
        void anAnswerAfterTheDelayIsTriedAtOnce() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .accepts("six", 30)
                    .knownFrom("six", 400)
                    .race();
            assertThat(race)
                    .containsExactly("0 start a", "400 learn six", "400 start six", "430 won six", "430 lost a");
        }

        @Test
        @DisplayName("Q7: once a connection is established, no late answer is tried")
        void noLateAnswerIsTriedAfterTheWin() {
            var race = network()
                    .rfc8305()
                    .accepts("a", 20)
                    .accepts("six", 1)
                    .knownFrom("six", 20)
                    .race();
            assertThat(race).containsExactly("0 start a", "20 won a");
        }
    }

    @Nested
    @DisplayName("section 4: Sorting Addresses")
    class Section4 {
        @Test
        @DisplayName("S5: the second address SHOULD be of the other family than the first")
        void familiesAreInterleaved() {
            assertThat(orderOf(POLICY, "six1", "six2", "six3", "a", "b"))
                    .containsExactly("six1", "a", "six2", "b", "six3");
        }

        @Test
        @DisplayName("S5: the family of the resolver's first address leads")
        void theResolverChoosesTheFamilyThatLeads() {
            assertThat(orderOf(POLICY, "a", "b", "six1", "six2")).containsExactly("a", "six1", "b", "six2");
        }

        @Test
        @DisplayName("S5: within a family the resolver's order (RFC 6724) is kept")
        void theOrderWithinAFamilyIsKept() {
            assertThat(orderOf(POLICY, "c", "a", "b")).containsExactly("c", "a", "b");
        }

        @Test
        @DisplayName("S6: the First Address Family Count is 1, and 2 favours a family")
        void firstAddressFamilyCountFavoursAFamily() {
            assertThat(orderOf(POLICY.withFirstAddressFamilyCount(2), "six1", "six2", "six3", "a", "b"))
                    .containsExactly("six1", "six2", "a", "six3", "b");
        }

        @Test
        @DisplayName("S6: the First Address Family Count is at least 1")
        void firstAddressFamilyCountIsAtLeastOne() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withFirstAddressFamilyCount(0))
                    .withMessage("First Address Family Count of 0 is below 1");
            assertThat(orderOf(POLICY.withFirstAddressFamilyCount(1), "six1", "six2", "a"))
                    .containsExactly("six1", "a", "six2");
        }

        @Test
        void aPreferredFamilyLeadsWhateverTheResolverSays() {
            assertThat(orderOf(POLICY.withPreferredFamily(StandardProtocolFamily.INET6), "a", "b", "six1"))
                    .containsExactly("six1", "a", "b");
            assertThat(orderOf(POLICY.withPreferredFamily(StandardProtocolFamily.INET), "six1", "six2", "a"))
                    .containsExactly("a", "six1", "six2");
        }

        @Test
        void aPreferredFamilyIsOneOfTheInternet() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withPreferredFamily(StandardProtocolFamily.UNIX))
                    .withMessage("not an Internet address family: UNIX");
        }

        /** The order in which a race tries hosts of which none answers. */
        private List<String> orderOf(RacePolicy policy, String... names) {
            VirtualNetwork network = network().policy(policy).timeout(60_000);
            for (String name : names) {
                network.drops(name);
            }
            return network.report().attempts().stream()
                    .map(attempt -> attempt.address().getHostString())
                    .toList();
        }
    }

    @Nested
    @DisplayName("section 5: Connection Attempts")
    class Section5 {
        @Test
        @DisplayName("C1: attempts SHOULD NOT be made simultaneously, but one after another; earlier ones go on")
        void attemptsAreMadeOneAfterAnother() {
            var race = network()
                    .rfc8305()
                    .accepts("a", 600)
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a", "250 start b", "500 start c", "600 won a", "600 lost b", "600 lost c");
        }

        @Test
        @DisplayName("C2: when one is established, the others SHOULD be cancelled and the untried ignored")
        void theWinnerEndsTheRace() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .accepts("b", 40)
                    .accepts("c", 1)
                    .race();
            assertThat(race).containsExactly("0 start a", "250 start b", "290 won b", "290 lost a");
        }

        @Test
        @DisplayName("C2: what a cancelled attempt would have brought later changes nothing")
        void losersThatCompleteLaterChangeNothing() {
            var race = network()
                    .rfc8305()
                    .accepts("a", 260)
                    .refuses("b", 20)
                    .accepts("c", 1)
                    .race();
            assertThat(race).containsExactly("0 start a", "250 start b", "260 won a", "260 lost b");
        }

        @Test
        @DisplayName("C3: the Connection Attempt Delay is 250 ms, fixed, and does not grow")
        void theDelayIsFixed() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .timeout(1_000)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "250 start b",
                            "500 start c",
                            "750 start d",
                            "1000 timed out a",
                            "1000 timed out b",
                            "1000 timed out c",
                            "1000 timed out d");
        }

        @Test
        @DisplayName("C4: a subsequent attempt MUST NOT start within 10 ms of the previous one, even when that failed")
        void aFailureDoesNotPullTheNextBelowTenMilliseconds() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 0)
                    .refuses("b", 1)
                    .refuses("c", 9)
                    .accepts("d", 5)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "0 failed a",
                            "10 start b",
                            "11 failed b",
                            "20 start c",
                            "29 failed c",
                            "30 start d",
                            "35 won d");
        }

        @Test
        @DisplayName("C4: two failures at once pull one attempt, for two would be within 10 ms of each other")
        void twoFailuresAtOncePullOneAttempt() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 300)
                    .refuses("b", 50)
                    .drops("c")
                    .accepts("d", 5)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "250 start b",
                            "300 failed a",
                            "300 failed b",
                            "300 start c",
                            "550 start d",
                            "555 won d",
                            "555 lost c");
        }

        @Test
        @DisplayName("C4: in no network do two SYNs leave within 10 ms, nor within 100 ms unless one failed")
        void noTwoSynsLeaveTogetherInAnyNetwork() {
            for (int seed = 0; seed < 2_000; seed++) {
                var race = randomNetwork(new Random(seed)).report();
                List<AttemptReport> sent = race.attempts().stream()
                        .filter(attempt -> attempt.outcome() != Outcome.NOT_SENT)
                        .toList();
                for (int i = 1; i < sent.size(); i++) {
                    AttemptReport previous = sent.get(i - 1);
                    AttemptReport next = sent.get(i);
                    Duration gap = next.start().minus(previous.start());
                    boolean oneFailed = sent.stream()
                            .anyMatch(attempt -> attempt.outcome() == Outcome.FAILED
                                    && attempt.end().compareTo(previous.start()) >= 0
                                    && attempt.end().compareTo(next.start()) <= 0);
                    assertThat(gap).as("seed %d: %s", seed, race).isGreaterThanOrEqualTo(oneFailed ? ms(10) : ms(100));
                }
            }
        }

        private VirtualNetwork randomNetwork(Random random) {
            VirtualNetwork network = network()
                    .rfc8305()
                    .timeout(1 + random.nextInt(3_000))
                    .maxAttemptsInFlight(1 + random.nextInt(4))
                    .timersFireLate(random.nextInt(20))
                    .driverStalls(100, 100 + random.nextInt(1_000))
                    .noDescriptorAtStart(1 + random.nextInt(6));
            for (int i = 0; i < 8; i++) {
                String name = (random.nextBoolean() ? "six" : "four") + i;
                switch (random.nextInt(5)) {
                    case 0 -> network.drops(name);
                    case 1 -> network.unreachable(name);
                    case 2 -> network.accepts(name, 1_000 + random.nextInt(1_000));
                    default -> network.refuses(name, random.nextInt(300));
                }
                if (i > 0 && random.nextInt(4) == 0) {
                    network.knownFrom(name, random.nextInt(1_000));
                }
            }
            return network;
        }

        @Test
        @DisplayName("C7: the timer is reset at each start, also at one that a failure has pulled")
        void theTimerIsResetAtEachStart() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 100)
                    .drops("b")
                    .drops("c")
                    .accepts("d", 10)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "100 failed a",
                            "100 start b",
                            "350 start c",
                            "600 start d",
                            "610 won d",
                            "610 lost b",
                            "610 lost c");
        }

        @Test
        @DisplayName("C7: at the end of the list there is no timer, and the race lasts as long as its attempts")
        void thereIsNoTimerAtTheEndOfTheList() {
            var race = network().rfc8305().drops("a").accepts("b", 9_000).race();
            assertThat(race).containsExactly("0 start a", "250 start b", "9250 won b", "9250 lost a");
        }

        @Test
        @DisplayName("not in the RFC: a failure starts the next attempt at once")
        void aFailureStartsTheNextAttemptAtOnce() {
            var race = network().rfc8305().refuses("a", 30).accepts("b", 10).race();
            assertThat(race).containsExactly("0 start a", "30 failed a", "30 start b", "40 won b");
        }

        @Test
        @DisplayName("not in the RFC: a failure of any attempt does, not only of the latest")
        void aFailureOfAnyAttemptStartsTheNext() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 260)
                    .drops("b")
                    .accepts("c", 10)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a", "250 start b", "260 failed a", "260 start c", "270 won c", "270 lost b");
        }

        @Test
        @DisplayName("not in the RFC: a failure in the tick of the timer starts one attempt, not two")
        void aFailureInTheTickOfTheTimerStartsOneAttempt() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 250)
                    .drops("b")
                    .accepts("c", 10)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a", "250 failed a", "250 start b", "500 start c", "510 won c", "510 lost b");
        }

        @Test
        @DisplayName("C4: what fails before it has sent a packet is not an attempt; the next is due at once")
        void aLocalFailureIsNotAnAttempt() {
            var race = network()
                    .rfc8305()
                    .unreachable("six1")
                    .drops("a")
                    .unreachable("six2")
                    .drops("b")
                    .accepts("c", 5)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start six1",
                            "0 not sent six1",
                            "0 start a",
                            "250 start six2",
                            "250 not sent six2",
                            "250 start b",
                            "500 start c",
                            "505 won c",
                            "505 lost a",
                            "505 lost b");
        }

        @Test
        @DisplayName("C4: the 10 ms count from the last packet, not from a local failure since")
        void aLocalFailureDoesNotMoveTheTenMilliseconds() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 4)
                    .unreachable("b")
                    .accepts("c", 5)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a", "4 failed a", "10 start b", "10 not sent b", "10 start c", "15 won c");
        }

        @Test
        @DisplayName("C4: a local failure while another attempt runs does not undo what that attempt's start bounds")
        void aLocalFailureKeepsTheBoundOfTheStartBefore() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 255)
                    .drops("b")
                    .unreachable("c")
                    .accepts("d", 5)
                    .race();
            // b started at 250, so that the failure of a at 255 may not start c before 260.
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "250 start b",
                            "255 failed a",
                            "260 start c",
                            "260 not sent c",
                            "260 start d",
                            "265 won d",
                            "265 lost b");
        }
    }

    @Nested
    @DisplayName("section 5: Connection Attempts, by a driver that is late")
    class Section5Late {
        @Test
        @DisplayName("C3: timers that fire late do not put off each attempt further than the one before")
        void latenessDoesNotAddUp() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .accepts("e", 1)
                    .timersFireLate(2)
                    .race();
            assertThat(race).startsWith("0 start a", "252 start b", "502 start c", "752 start d", "1002 start e");
        }

        @Test
        @DisplayName("C5: a late attempt and the next one keep the Minimum Connection Attempt Delay")
        void aLateAttemptAndTheNextKeepTheMinimum() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .accepts("d", 1)
                    .driverStalls(200, 450)
                    .race();
            assertThat(race).startsWith("0 start a", "450 start b", "550 start c", "800 start d");
        }

        @Test
        @DisplayName("C5: where the delay is the minimum, it counts from the start itself")
        void withoutRoomNothingIsMadeUpFor() {
            var race = network()
                    .policy(POLICY.withConnectionAttemptDelay(ms(100)))
                    .drops("a")
                    .drops("b")
                    .accepts("c", 1)
                    .timersFireLate(2)
                    .race();
            assertThat(race).startsWith("0 start a", "102 start b", "204 start c");
        }

        @Test
        @DisplayName("C3: attempts that a stall has put off by a delay or more do not start in a burst")
        void aStallIsNotMadeUpFor() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .accepts("d", 1)
                    .driverStalls(200, 500)
                    .race();
            assertThat(race).startsWith("0 start a", "500 start b", "750 start c", "1000 start d");
        }
    }

    @Nested
    @DisplayName("section 6: DNS Answer Changes During Happy Eyeballs Connection Setup")
    class Section6 {
        @Test
        @DisplayName("U1: an address that is added SHOULD be sorted in, so that the families stay interleaved")
        void addedAddressesAreSortedIn() {
            var race = network()
                    .rfc8305()
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .drops("six1")
                    .accepts("six2", 1)
                    .knownFrom("six1", 100)
                    .knownFrom("six2", 100)
                    .race();
            assertThat(race)
                    .startsWith(
                            "0 start a",
                            "100 learn six1",
                            "100 learn six2",
                            "250 start six1",
                            "500 start b",
                            "750 start six2");
        }

        @Test
        @DisplayName("U1: an address that was tried is not tried again when it is added once more")
        void addedAddressesAreNotTriedTwice() {
            InetSocketAddress a = VirtualNetwork.address("a", 1);
            InetSocketAddress b = VirtualNetwork.address("b", 2);
            Race race = new Race(POLICY, List.of(a), Duration.ZERO, 16, 0);
            race.startNext(0);

            race.add(List.of(VirtualNetwork.address("again", 1), b));

            assertThat(race.report(0).notStarted()).containsExactly(b);
        }

        @Test
        @DisplayName("U1: an address that is removed SHOULD NOT be tried, if it has not been yet")
        void removedAddressesAreNotTried() {
            InetSocketAddress a = VirtualNetwork.address("a", 1);
            InetSocketAddress b = VirtualNetwork.address("b", 2);
            InetSocketAddress c = VirtualNetwork.address("c", 3);
            Race race = new Race(POLICY, List.of(a, b, c), Duration.ZERO, 16, 0);
            race.startNext(0);

            race.remove(List.of(VirtualNetwork.address("gone", 2)));

            assertThat(race.report(0).notStarted()).containsExactly(c);
        }

        @Test
        @DisplayName("U1: a list whose every address was removed can grow again")
        void aListThatWasEmptiedCanGrowAgain() {
            InetSocketAddress a = VirtualNetwork.address("a", 1);
            Race race = new Race(POLICY, List.of(a), Duration.ZERO, 16, 0);
            race.remove(List.of(a));
            assertThat(race.isRunning(0)).isFalse();

            race.add(List.of());
            assertThat(race.isRunning(0)).isFalse();
            race.add(List.of(a));
            assertThat(race.startNext(0)).isNotNull();
        }

        @Test
        @DisplayName("U1: an attempt whose address is removed SHOULD NOT be cancelled")
        void attemptsWhoseAddressIsRemovedGoOn() {
            InetSocketAddress a = VirtualNetwork.address("a", 1);
            Race race = new Race(POLICY, List.of(a), Duration.ZERO, 16, 0);
            Attempt attempt = race.startNext(0);

            race.remove(List.of(a));

            assertThat(race.isRunning(0)).isTrue();
            race.connected(attempt, 1);
            assertThat(attempt.outcome()).isEqualTo(Outcome.WON);
        }
    }

    @Nested
    @DisplayName("section 8: Summary of Configurable Values")
    class Section8 {
        @Test
        @DisplayName("C3, C5: the recommended values are 250 ms, at least 100 ms")
        void theDefaultsAreTheRecommendedValues() {
            assertThat(POLICY.attemptDelayNanos()).isEqualTo(ms(250).toNanos());
            assertThat(POLICY.minimumDelayNanos()).isEqualTo(ms(100).toNanos());
            assertThat(POLICY.minimumGapNanos()).isEqualTo(ms(10).toNanos());
            assertThat(POLICY).hasToString("rfc8305(250 ms)");
        }

        @Test
        @DisplayName("C3: the Connection Attempt Delay can be set")
        void theDelayCanBeSet() {
            var race = network()
                    .policy(POLICY.withConnectionAttemptDelay(ms(150)))
                    .drops("a")
                    .accepts("b", 1)
                    .race();
            assertThat(race).startsWith("0 start a", "150 start b");
        }

        @Test
        @DisplayName("C5: the Connection Attempt Delay is at least the minimum of 100 ms")
        void theDelayIsAtLeastTheMinimum() {
            assertThat(POLICY.withConnectionAttemptDelay(ms(100)).attemptDelayNanos())
                    .isEqualTo(ms(100).toNanos());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withConnectionAttemptDelay(ms(100).minusNanos(1)))
                    .withMessage("Connection Attempt Delay of 99.999999 ms is below the minimum of 100 ms");
        }

        @Test
        @DisplayName("C6: the Connection Attempt Delay is at most 2 s")
        void theDelayIsAtMostTheMaximum() {
            assertThat(POLICY.withConnectionAttemptDelay(ms(2_000)).attemptDelayNanos())
                    .isEqualTo(ms(2_000).toNanos());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withConnectionAttemptDelay(ms(2_001)))
                    .withMessage(
                            "Connection Attempt Delay of 2001 ms is above the maximum of 2 s: RFC 8305, section 8");
        }

        @Test
        @DisplayName("C5: the Minimum Connection Attempt Delay can be set, and then bounds the delay")
        void theMinimumCanBeSet() {
            Rfc8305 quick = POLICY.withMinimumConnectionAttemptDelay(ms(20));
            assertThat(quick.withConnectionAttemptDelay(ms(20)).attemptDelayNanos())
                    .isEqualTo(ms(20).toNanos());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> quick.withConnectionAttemptDelay(ms(19)))
                    .withMessage("Connection Attempt Delay of 19 ms is below the minimum of 20 ms");
        }

        @Test
        @DisplayName("C4: the Minimum Connection Attempt Delay MUST NOT be below 10 ms")
        void theMinimumIsNeverBelowTenMilliseconds() {
            assertThat(POLICY.withMinimumConnectionAttemptDelay(ms(10)).minimumDelayNanos())
                    .isEqualTo(ms(10).toNanos());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withMinimumConnectionAttemptDelay(ms(9)))
                    .withMessage("Minimum Connection Attempt Delay of 9 ms is below 10 ms: RFC 8305, section 5");
        }

        @Test
        @DisplayName("C5: the Minimum Connection Attempt Delay is at most the delay itself")
        void theMinimumIsAtMostTheDelay() {
            assertThat(POLICY.withMinimumConnectionAttemptDelay(ms(250)).minimumDelayNanos())
                    .isEqualTo(ms(250).toNanos());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withMinimumConnectionAttemptDelay(ms(251)))
                    .withMessage(
                            "Minimum Connection Attempt Delay of 251 ms is above the Connection Attempt Delay of 250 ms");
        }

        @Test
        void absurdDurationsAreRejectedAsClearly() {
            Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withMinimumConnectionAttemptDelay(longest))
                    .withMessageContaining("is above the Connection Attempt Delay");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withConnectionAttemptDelay(longest))
                    .withMessageContaining("is above the maximum of 2 s");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> POLICY.withConnectionAttemptDelay(longest.negated()))
                    .withMessageContaining("is below the minimum of 100 ms");
        }

        @Test
        void settingOneValueKeepsTheOthers() {
            Rfc8305 all = POLICY.withFirstAddressFamilyCount(2)
                    .withPreferredFamily(StandardProtocolFamily.INET6)
                    .withMinimumConnectionAttemptDelay(ms(50))
                    .withConnectionAttemptDelay(ms(60));
            List<InetSocketAddress> addresses = new ArrayList<>();
            IntStream.rangeClosed(1, 3).forEach(i -> addresses.add(VirtualNetwork.address("four" + i, i)));
            IntStream.rangeClosed(4, 6).forEach(i -> addresses.add(VirtualNetwork.address("six" + i, i)));

            assertThat(all.attemptDelayNanos()).isEqualTo(ms(60).toNanos());
            assertThat(all.minimumDelayNanos()).isEqualTo(ms(50).toNanos());
            assertThat(all.order(addresses))
                    .extracting(InetSocketAddress::getHostString)
                    .containsExactly("six4", "six5", "four1", "six6", "four2", "four3");
            assertThat(POLICY.order(addresses))
                    .extracting(InetSocketAddress::getHostString)
                    .containsExactly("four1", "six4", "four2", "six5", "four3", "six6");
        }
    }
}
