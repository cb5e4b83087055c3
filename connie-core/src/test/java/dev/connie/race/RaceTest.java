package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RaceTest {
    private static final long MILLI = 1_000_000;
    private static final IOException REFUSED = new ConnectException("Connection refused");

    private static final InetSocketAddress A = VirtualNetwork.address("a", 1);
    private static final InetSocketAddress B = VirtualNetwork.address("b", 2);
    private static final InetSocketAddress C = VirtualNetwork.address("c", 3);

    /** A race of all at once whose clock begins at 0. */
    private static Race race(long timeoutMillis, InetSocketAddress... addresses) {
        return new Race(RacePolicy.allAtOnce(), List.of(addresses), Duration.ofMillis(timeoutMillis), 16, 0);
    }

    private static Race staggered(long timeoutMillis, InetSocketAddress... addresses) {
        return new Race(RacePolicy.rfc8305(), List.of(addresses), Duration.ofMillis(timeoutMillis), 16, 0);
    }

    private static Attempt start(Race race, long nowNanos) {
        Attempt attempt = race.startNext(nowNanos);
        assertThat(attempt).isNotNull();
        return attempt;
    }

    @Nested
    class Addresses {
        @Test
        void aRaceNeedsAnAddress() {
            assertThatIllegalArgumentException().isThrownBy(() -> race(0)).withMessage("no address to connect to");
        }

        @Test
        void anUnresolvedAddressIsRejectedByName() {
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved("example.com", 443);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> race(0, A, unresolved))
                    .withMessage("unresolved address: example.com:443");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> race(0, A).add(List.of(unresolved)))
                    .withMessage("unresolved address: example.com:443");
        }

        @Test
        void oneAddressHasNothingToWaitFor() {
            Race race = staggered(0, A);
            start(race, 0);
            assertThat(race.nanosUntilNextEvent(0)).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void equalAddressesAreTriedOnce() {
            Race race = race(0, A, VirtualNetwork.address("alias", 1), B, A);
            assertThat(race.report(0).notStarted()).containsExactly(A, B);
        }

        @Test
        void equalAddressesOnTwoLinksAreTriedOnEach() throws UnknownHostException {
            byte[] ip = InetAddress.getByName("fe80::1").getAddress();
            InetSocketAddress eth0 = new InetSocketAddress(Inet6Address.getByAddress(null, ip, 1), 443);
            InetSocketAddress eth1 = new InetSocketAddress(Inet6Address.getByAddress(null, ip, 2), 443);
            Race race = race(0, eth0);
            start(race, 0);

            race.add(List.of(eth1, eth0));

            assertThat(start(race, 0).address()).isSameAs(eth1);
            assertThat(race.startNext(0)).isNull();
        }

        @Test
        void ofMoreThanSixtyFourTheFirstAreTried() {
            Race race = new Race(RacePolicy.rfc8305(), addresses(70), Duration.ZERO, 16, 0);
            assertThat(race.report(0).notStarted()).containsExactlyElementsOf(addresses(64));
        }

        @Test
        void theBoundIsOnTheAddressesInThePolicysOrder() {
            List<InetSocketAddress> many = new ArrayList<>(addresses(70));
            InetSocketAddress six = VirtualNetwork.address("six", 71);
            many.add(six);
            Race race = new Race(RacePolicy.rfc8305(), many, Duration.ZERO, 16, 0);
            assertThat(race.report(0).notStarted()).hasSize(64).startsWith(many.get(0), six, many.get(1));
        }

        @Test
        void lateAddressesCountTowardsTheSixtyFour() {
            Race race = new Race(RacePolicy.allAtOnce(), addresses(60), Duration.ZERO, 100, 0);
            start(race, 0);
            race.add(addresses(70));
            assertThat(race.report(0).notStarted())
                    .containsExactlyElementsOf(addresses(64).subList(1, 64));

            while (race.startNext(0) != null) {}
            race.add(addresses(80));
            assertThat(race.report(0).attempts()).hasSize(64);
            assertThat(race.report(0).notStarted()).isEmpty();
        }

        private List<InetSocketAddress> addresses(int count) {
            return IntStream.rangeClosed(1, count)
                    .mapToObj(i -> VirtualNetwork.address("host" + i, i))
                    .toList();
        }
    }

    @Nested
    class Deadline {
        @Test
        void attemptsUnansweredAtTheDeadlineTimeOut() {
            var race = network().timeout(300).drops("a").drops("b").race();
            assertThat(race).containsExactly("0 start a", "0 start b", "300 timed out a", "300 timed out b");
        }

        @Test
        void theDeadlineIsExact() {
            Race race = race(300, A);
            start(race, 0);
            assertThat(race.isRunning(300 * MILLI - 1)).isTrue();
            assertThat(race.isOutOfTime(300 * MILLI - 1)).isFalse();
            assertThat(race.isRunning(300 * MILLI)).isFalse();
            assertThat(race.isOutOfTime(300 * MILLI)).isTrue();
        }

        @Test
        void aConnectionInTheTickOfTheDeadlineWins() {
            var race = network().timeout(300).accepts("a", 300).drops("b").race();
            assertThat(race).containsExactly("0 start a", "0 start b", "300 won a", "300 lost b");
        }

        @Test
        void aConnectionSeenAfterTheDeadlineWinsIfTheDriverHasNotGivenUp() {
            var race = network()
                    .timeout(300)
                    .accepts("a", 310)
                    .driverStalls(290, 350)
                    .race();
            assertThat(race).containsExactly("0 start a", "350 won a");
        }

        @Test
        void whatIsLeftOfTheTimeIsKnownOfAWonRaceToo() {
            Race race = race(300, A);
            race.connected(start(race, 0), 20 * MILLI);
            assertThat(race.nanosLeft(120 * MILLI)).isEqualTo(180 * MILLI);
            assertThat(race.nanosLeft(301 * MILLI)).isZero();
            assertThat(race(0, A).nanosLeft(120 * MILLI)).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void aRaceThatIsWonIsNotOutOfTimeLater() {
            Race race = race(300, A);
            race.connected(start(race, 0), 20 * MILLI);
            assertThat(race.isOutOfTime(400 * MILLI)).isFalse();
            assertThat(race.report(400 * MILLI).timedOut()).isFalse();
        }

        @Test
        void aFailureInTheTickOfTheDeadlineStartsNothing() {
            var race = network()
                    .rfc8305()
                    .timeout(100)
                    .refuses("a", 100)
                    .accepts("b", 1)
                    .race();
            assertThat(race).containsExactly("0 start a", "100 failed a");
        }

        @Test
        void noAttemptStartsAtTheDeadline() {
            var race =
                    network().rfc8305().timeout(250).drops("a").accepts("b", 1).race();
            assertThat(race).containsExactly("0 start a", "250 timed out a");
        }

        @Test
        void aRaceWhoseLastAttemptFailsAtTheDeadlineHasFailedAndNotTimedOut() {
            RaceReport report = network().timeout(300).refuses("a", 300).report();
            assertThat(report.timedOut()).isFalse();
            assertThat(report.attempts()).extracting(AttemptReport::outcome).containsExactly(Outcome.FAILED);
        }

        @Test
        void aRaceWithAddressesLeftAtTheDeadlineHasTimedOutThoughNoneIsUnanswered() {
            // a fails at 1 ms; b may start at 10 ms at the earliest, which is after the deadline.
            RaceReport report = network()
                    .rfc8305()
                    .timeout(5)
                    .refuses("a", 1)
                    .accepts("b", 1)
                    .report();
            assertThat(report.attempts()).extracting(AttemptReport::outcome).containsExactly(Outcome.FAILED);
            assertThat(report.notStarted()).hasSize(1);
            assertThat(report.timedOut()).isTrue();
            assertThat(report.duration()).isEqualTo(Duration.ofMillis(5));
        }

        @Test
        void aRaceWhoseTimeIsUpBeforeItsFirstAttemptHasTimedOut() {
            Race race = race(1, A);
            assertThat(race.startNext(MILLI)).isNull();
            race.abandon(MILLI);
            assertThat(race.report(MILLI).timedOut()).isTrue();
            assertThat(race.report(MILLI).attempts()).isEmpty();
        }

        @Test
        void zeroIsNoDeadline() {
            Race race = race(0, A);
            start(race, 0);
            assertThat(race.isRunning(Long.MAX_VALUE)).isTrue();
            assertThat(race.nanosUntilNextEvent(0)).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void withoutADeadlineUnansweredAttemptsAreWaitedForForEver() {
            var race = network().drops("a").race();
            assertThat(race).containsExactly("0 start a", "0 waits for ever", "0 abandoned a");
        }

        @Test
        void aTimeoutIsNotNegative() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> race(-1, A))
                    .withMessage("negative timeout: PT-0.001S");
        }

        @Test
        void aHundredYearsAreForEver() {
            Duration longest = Duration.ofDays(36_500);
            for (Duration timeout : List.of(longest, longest.plusDays(1), Duration.ofSeconds(Long.MAX_VALUE))) {
                Race race = new Race(RacePolicy.allAtOnce(), List.of(A), timeout, 16, 0);
                start(race, 0);
                assertThat(race.nanosUntilNextEvent(0)).isEqualTo(Long.MAX_VALUE);
            }
            Race race = new Race(RacePolicy.allAtOnce(), List.of(A), longest.minusNanos(1), 16, 0);
            start(race, 0);
            assertThat(race.nanosUntilNextEvent(0))
                    .isEqualTo(longest.minusNanos(1).toNanos());
        }

        @ParameterizedTest
        @ValueSource(longs = {Long.MAX_VALUE - 5 * MILLI, Long.MAX_VALUE - 255 * MILLI, Long.MIN_VALUE, -1})
        void theClockMayWrap(long start) {
            VirtualNetwork network = network()
                    .rfc8305()
                    .timeout(600)
                    .refuses("a", 3)
                    .drops("b")
                    .drops("c")
                    .drops("d");
            assertThat(network.clockStartsAt(start).race())
                    .containsExactly(
                            "0 start a",
                            "3 failed a",
                            "10 start b",
                            "260 start c",
                            "510 start d",
                            "600 timed out b",
                            "600 timed out c",
                            "600 timed out d");
        }
    }

    @Nested
    class Window {
        @Test
        void itIsAtLeastOne() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Race(RacePolicy.allAtOnce(), List.of(A), Duration.ZERO, 0, 0))
                    .withMessage("maxAttemptsInFlight of 0 is below 1");
        }

        @Test
        void oneTriesThemInTurn() {
            var race = network()
                    .maxAttemptsInFlight(1)
                    .refuses("a", 400)
                    .unreachable("b")
                    .accepts("c", 30)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a", "400 failed a", "400 start b", "400 not sent b", "400 start c", "430 won c");
        }

        @Test
        void whileItIsFullTheTimerStartsNothing() {
            var race = network()
                    .rfc8305()
                    .maxAttemptsInFlight(2)
                    .drops("a")
                    .refuses("b", 750)
                    .drops("c")
                    .timeout(2_000)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "250 start b",
                            "1000 failed b",
                            "1000 start c",
                            "2000 timed out a",
                            "2000 timed out c");
        }

        @Test
        void eachFailureFreesAPlaceThatIsFilledAtOnce() {
            var race = network()
                    .rfc8305()
                    .maxAttemptsInFlight(2)
                    .refuses("a", 400)
                    .refuses("b", 170)
                    .drops("c")
                    .accepts("d", 5)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "250 start b",
                            "400 failed a",
                            "400 start c",
                            "420 failed b",
                            "420 start d",
                            "425 won d",
                            "425 lost c");
        }

        @Test
        void whileItIsFullThereIsNothingToWakeUpFor() {
            Race race = new Race(RacePolicy.rfc8305(), List.of(A, B), Duration.ZERO, 1, 0);
            start(race, 0);
            assertThat(race.nanosUntilNextEvent(300 * MILLI)).isEqualTo(Long.MAX_VALUE);
            assertThat(race.startNext(300 * MILLI)).isNull();
        }

        @Test
        void attemptsInFlightAreCounted() {
            Race race = race(0, A, B, C);
            assertThat(race.attemptsInFlight()).isZero();
            Attempt a = start(race, 0);
            Attempt b = start(race, 0);
            race.notSent(b, REFUSED, 0);
            assertThat(race.attemptsInFlight()).isEqualTo(1);
            Attempt c = start(race, 0);
            assertThat(race.attemptsInFlight()).isEqualTo(2);
            assertThat(race.postpone(c, 0)).isTrue();
            assertThat(race.attemptsInFlight()).isEqualTo(1);
            race.failed(a, REFUSED, 1);
            assertThat(race.attemptsInFlight()).isZero();
        }
    }

    @Nested
    class LateAddresses {
        @Test
        void aRaceWhoseAttemptsHaveAllFailedRunsAgain() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 5)
                    .accepts("b", 10)
                    .knownFrom("b", 700)
                    .race();
            assertThat(race).containsExactly("0 start a", "5 failed a", "700 learn b", "700 start b", "710 won b");
        }

        @Test
        void rightAfterAFailureTheyTooKeepTheTenMilliseconds() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 2)
                    .accepts("b", 10)
                    .knownFrom("b", 3)
                    .race();
            assertThat(race).containsExactly("0 start a", "2 failed a", "3 learn b", "10 start b", "20 won b");
        }

        @Test
        void aRaceThatIsWonIgnoresThem() {
            Race race = race(0, A);
            race.connected(start(race, 0), 1);
            race.add(List.of(B));
            assertThat(race.isRunning(2)).isFalse();
            assertThat(race.startNext(2)).isNull();
            assertThat(race.report(2).notStarted()).isEmpty();
        }

        @Test
        void aRaceThatIsOutOfTimeTriesThemNoMore() {
            Race race = race(300, A);
            race.failed(start(race, 0), REFUSED, 1);
            race.add(List.of(B));
            assertThat(race.isRunning(300 * MILLI)).isFalse();
            assertThat(race.startNext(300 * MILLI)).isNull();
            assertThat(race.report(300 * MILLI).timedOut()).isTrue();
        }

        @Test
        void aRaceThatWasAbandonedIgnoresThemThoughAllHadFailed() {
            Race race = race(0, A);
            race.failed(start(race, 0), REFUSED, 1);
            race.abandon(2);
            race.add(List.of(B));
            assertThat(race.isRunning(3)).isFalse();
            assertThat(race.report(3).notStarted()).isEmpty();
        }

        @Test
        void aDriverThatWaitsForThemIsToldOfTheDeadline() {
            Race race = race(300, A);
            race.failed(start(race, 0), REFUSED, 1);
            assertThat(race.isRunning(1)).isFalse();
            assertThat(race.nanosUntilNextEvent(100 * MILLI)).isEqualTo(200 * MILLI);
            assertThat(race.isOutOfTime(300 * MILLI)).isTrue();
        }
    }

    /** For want of a descriptor (EMFILE) or a permit. */
    @Nested
    class Postponing {
        @Test
        void aPostponedAttemptIsDueAgainWhenAnotherFails() {
            var race = network()
                    .drops("a")
                    .refuses("b", 80)
                    .accepts("c", 10)
                    .noDescriptorAtStart(3)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "0 start b",
                            "0 postponed c",
                            "80 failed b",
                            "80 start c",
                            "90 won c",
                            "90 lost a");
        }

        @Test
        void aPostponedAttemptIsDueAgainAfterTwoHundredAndFiftyMilliseconds() {
            var race = network()
                    .drops("a")
                    .accepts("b", 10)
                    .drops("c")
                    .noDescriptorAtStart(2)
                    .noDescriptorAtStart(3)
                    .race();
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "0 postponed b",
                            "250 postponed b",
                            "500 start b",
                            "500 start c",
                            "510 won b",
                            "510 lost a",
                            "510 lost c");
        }

        @Test
        void aStaggeredRaceKeepsItsBoundsWhenOneIsPostponed() {
            var race = network()
                    .rfc8305()
                    .refuses("a", 254)
                    .drops("b")
                    .drops("c")
                    .accepts("d", 1)
                    .noDescriptorAtStart(2)
                    .race();
            // The 10 ms count from the start of a, not from that of b which was none.
            assertThat(race)
                    .containsExactly(
                            "0 start a",
                            "250 postponed b",
                            "254 failed a",
                            "254 start b",
                            "504 start c",
                            "754 start d",
                            "755 won d",
                            "755 lost b",
                            "755 lost c");
        }

        @Test
        void aRaceWithNothingElseUnderWayDoesNotWaitInVain() {
            var race =
                    network().drops("a").accepts("b", 5).noDescriptorAtStart(1).race();
            assertThat(race).containsExactly("0 not sent a", "0 start b", "5 won b");
        }

        @Test
        void aRaceWithoutAnyDescriptorFails() {
            RaceReport report = network()
                    .drops("a")
                    .drops("b")
                    .noDescriptorAtStart(1)
                    .noDescriptorAtStart(2)
                    .report();
            assertThat(report.attempts())
                    .extracting(AttemptReport::outcome)
                    .containsExactly(Outcome.NOT_SENT, Outcome.NOT_SENT);
            assertThat(report.failures())
                    .isEqualTo("192.0.2.1:443: Too many open files, 192.0.2.2:443: Too many open files");
        }

        @Test
        void aPostponedAttemptIsNotReportedAsOne() {
            Race race = race(0, A, B);
            start(race, 0);
            race.postpone(start(race, 0), 0);
            assertThat(race.report(0).attempts())
                    .extracting(AttemptReport::address)
                    .containsExactly(A);
            assertThat(race.report(0).notStarted()).containsExactly(B);
        }

        @Test
        void anAddressThatWasPostponedCanBeRemoved() {
            Race race = race(0, A, B);
            start(race, 0);
            race.postpone(start(race, 0), 0);
            race.remove(List.of(B));
            assertThat(race.report(0).notStarted()).isEmpty();
        }

        @Test
        void addressesLearnedInBetweenDoNotDisturbIt() {
            Race race = race(0, A, B);
            start(race, 0);
            Attempt b = start(race, 0);
            race.add(List.of(C));
            assertThat(race.postpone(b, 0)).isTrue();
            assertThat(race.report(0).notStarted()).containsExactly(B, C);
        }

        @Test
        void aPostponedAttemptCannotEnd() {
            Race race = race(0, A, B);
            start(race, 0);
            Attempt b = start(race, 0);
            race.postpone(b, 0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> race.connected(b, 1))
                    .withMessage("the attempt was postponed, or is of another race: 192.0.2.2:443 RUNNING");
            assertThatIllegalStateException().isThrownBy(() -> race.postpone(b, 1));
            assertThat(race.attemptsInFlight()).isEqualTo(1);
        }

        @Test
        void onlyTheLatestAttemptCanBePostponed() {
            Race race = race(0, A, B, C);
            Attempt a = start(race, 0);
            Attempt b = start(race, 0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> race.postpone(a, 0))
                    .withMessage("not the latest attempt: 192.0.2.1:443 RUNNING");
            start(race, 0);
            assertThatIllegalStateException().isThrownBy(() -> race.postpone(b, 0));
        }

        @Test
        void anAttemptThatHasEndedCannotBePostponed() {
            Race race = race(0, A, B);
            start(race, 0);
            Attempt b = start(race, 0);
            race.failed(b, REFUSED, 1);
            assertThatIllegalStateException()
                    .isThrownBy(() -> race.postpone(b, 1))
                    .withMessage("the attempt has ended: 192.0.2.2:443 FAILED");
        }
    }

    @Nested
    class Reporting {
        @Test
        void anAttemptEndsOnce() {
            Race race = race(0, A, B);
            Attempt a = start(race, 0);
            race.failed(a, REFUSED, 1);
            assertThatIllegalStateException()
                    .isThrownBy(() -> race.connected(a, 2))
                    .withMessage("the attempt has ended: 192.0.2.1:443 FAILED");
            assertThatIllegalStateException().isThrownBy(() -> race.failed(a, REFUSED, 2));
            assertThatIllegalStateException().isThrownBy(() -> race.notSent(a, REFUSED, 2));
        }

        @Test
        void aSecondWinnerIsALoserThatHasEnded() {
            Race race = race(0, A, B);
            Attempt a = start(race, 0);
            Attempt b = start(race, 0);
            race.connected(b, 1);
            assertThatIllegalStateException()
                    .isThrownBy(() -> race.connected(a, 1))
                    .withMessage("the attempt has ended: 192.0.2.1:443 LOST");
            assertThatIllegalStateException().isThrownBy(() -> race.failed(a, REFUSED, 2));
            assertThat(race.report(3).winner().orElseThrow().address()).isEqualTo(B);
        }

        @Test
        void anAttemptOfAnotherRaceIsRefused() {
            Race race = race(0, A);
            start(race, 0);
            Attempt foreign = start(race(0, A), 0);
            assertThatIllegalStateException().isThrownBy(() -> race.connected(foreign, 1));
        }

        @Test
        void onlyTheLatestAttemptCanTurnOutNotToHaveBeenSent() {
            Race race = race(0, A, B);
            Attempt a = start(race, 0);
            start(race, 0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> race.notSent(a, REFUSED, 0))
                    .withMessage("not the latest attempt: 192.0.2.1:443 RUNNING");
            // Nothing has changed.
            assertThat(race.attemptsInFlight()).isEqualTo(2);
            race.connected(a, 1);
        }

        @Test
        void theWinnerIsReportedWithItsTimes() {
            RaceReport report = network().rfc8305().drops("a").accepts("b", 40).report();
            AttemptReport winner = report.winner().orElseThrow();
            assertThat(winner.address().getHostString()).isEqualTo("b");
            assertThat(winner.start()).isEqualTo(Duration.ofMillis(250));
            assertThat(winner.end()).isEqualTo(Duration.ofMillis(290));
            assertThat(winner.error()).isNull();
        }

        @Test
        void eachFailureKeepsItsCauseAndItsTime() {
            Race race = race(0, A, B);
            Attempt a = start(race, 0);
            race.failed(a, REFUSED, 7 * MILLI);
            AttemptReport report = race.report(a, 99 * MILLI);
            assertThat(report).isEqualTo(race.report(99 * MILLI).attempts().get(0));
            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.error()).isSameAs(REFUSED);
            assertThat(report.end()).isEqualTo(Duration.ofMillis(7));
            assertThat(a.error()).isSameAs(REFUSED);
        }

        @Test
        void anAttemptUnderWayIsReportedUpToNow() {
            Race race = race(0, A);
            Attempt a = start(race, 0);
            assertThat(race.report(a, 5 * MILLI))
                    .isEqualTo(new AttemptReport(A, Duration.ZERO, Duration.ofMillis(5), Outcome.RUNNING, null));
            assertThat(race.report(5 * MILLI).duration()).isEqualTo(Duration.ofMillis(5));
        }

        @ParameterizedTest
        @ValueSource(longs = {1_000 * MILLI, Long.MAX_VALUE, -MILLI})
        void timesCountFromTheStartOfTheRaceWhateverItsClockShows(long start) {
            Race race = new Race(RacePolicy.allAtOnce(), List.of(A, B), Duration.ZERO, 16, start);
            race.failed(start(race, start + 2 * MILLI), REFUSED, start + 3 * MILLI);
            start(race, start + 4 * MILLI);
            assertThat(race.report(start + 5 * MILLI).attempts())
                    .containsExactly(
                            new AttemptReport(A, Duration.ofMillis(2), Duration.ofMillis(3), Outcome.FAILED, REFUSED),
                            new AttemptReport(B, Duration.ofMillis(4), Duration.ofMillis(5), Outcome.RUNNING, null));
            assertThat(race.report(start + 5 * MILLI).duration()).isEqualTo(Duration.ofMillis(5));
        }

        @Test
        void theDurationOfARaceThatIsWonEndsWithTheWin() {
            Race race = race(0, A);
            race.connected(start(race, 0), 20 * MILLI);
            race.abandon(30 * MILLI);
            assertThat(race.report(5_000 * MILLI).duration()).isEqualTo(Duration.ofMillis(20));
        }

        @Test
        void theDurationOfARaceThatHasFailedEndsWithTheLastFailure() {
            Race race = race(0, A);
            race.failed(start(race, 0), REFUSED, 20 * MILLI);
            race.abandon(30 * MILLI);
            assertThat(race.report(5_000 * MILLI).duration()).isEqualTo(Duration.ofMillis(20));
        }

        @Test
        void theDurationOfARaceThatIsAbandonedEndsThere() {
            Race race = race(0, A, B);
            race.abandon(30 * MILLI);
            assertThat(race.report(5_000 * MILLI).duration()).isEqualTo(Duration.ofMillis(30));
        }

        @Test
        void anAttemptSaysHowItStands() {
            Race race = race(0, A);
            Attempt a = start(race, 0);
            assertThat(a).hasToString("192.0.2.1:443 RUNNING");
            assertThat(a.outcome()).isEqualTo(Outcome.RUNNING);
            race.connected(a, 1);
            assertThat(a).hasToString("192.0.2.1:443 WON");
            assertThat(a.error()).isNull();
        }
    }

    @Nested
    class ReportingPastTheDeadline {
        @Test
        void whatStillRunsIsReportedAsTimedOut() {
            Race race = race(300, A);
            start(race, 0);
            RaceReport report = race.report(301 * MILLI);
            assertThat(report.timedOut()).isTrue();
            assertThat(report.duration()).isEqualTo(Duration.ofMillis(301));
            assertThat(report.attempts().get(0).outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(report.attempts().get(0).error())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Connect timed out");
        }

        @Test
        void aReportChangesNothingSoThatTheAttemptMayStillWin() {
            Race race = race(300, A);
            Attempt a = start(race, 0);
            race.report(301 * MILLI);
            assertThat(a.outcome()).isEqualTo(Outcome.RUNNING);
            assertThat(race.attemptsInFlight()).isEqualTo(1);

            race.connected(a, 302 * MILLI);

            assertThat(race.report(303 * MILLI).timedOut()).isFalse();
            assertThat(race.report(303 * MILLI).winner()).isPresent();
        }

        @Test
        void theDriverThatGivesUpLateIsReportedWithTheTimeItTook() {
            RaceReport report =
                    network().timeout(300).drops("a").driverStalls(200, 2_000).report();
            assertThat(report.timedOut()).isTrue();
            assertThat(report.duration()).isEqualTo(Duration.ofMillis(2_000));
            assertThat(report.attempts().get(0).end()).isEqualTo(Duration.ofMillis(2_000));
        }

        @Test
        void anAttemptThatHadFailedBeforeKeepsItsOwnFailure() {
            RaceReport report =
                    network().timeout(300).refuses("a", 5).drops("b").report();
            assertThat(report.attempts())
                    .extracting(AttemptReport::outcome)
                    .containsExactly(Outcome.FAILED, Outcome.TIMED_OUT);
        }
    }

    @Nested
    class Abandoning {
        @Test
        void whatRunsIsAbandonedAndWhatWaitsIsNotTried() {
            var network =
                    network().rfc8305().timeout(10_000).drops("a").drops("b").drops("c");
            assertThat(network.abandonedAt(300).race())
                    .containsExactly("0 start a", "250 start b", "300 abandoned a", "300 abandoned b");
            assertThat(network.report().timedOut()).isFalse();
            assertThat(network.report().notStarted()).hasSize(1);
        }

        @Test
        void anAbandonedRaceHasEnded() {
            Race race = race(300, A, B);
            Attempt a = start(race, 0);
            race.abandon(MILLI);
            assertThat(race.isRunning(MILLI)).isFalse();
            assertThat(race.startNext(MILLI)).isNull();
            assertThat(race.nanosUntilNextEvent(MILLI)).isEqualTo(Long.MAX_VALUE);
            assertThat(race.attemptsInFlight()).isZero();
            assertThatIllegalStateException().isThrownBy(() -> race.connected(a, MILLI));
        }

        @Test
        void anAbandonedRaceHasNotTimedOutLater() {
            Race race = race(300, A);
            Attempt a = start(race, 0);
            race.abandon(MILLI);
            race.abandon(400 * MILLI);
            assertThat(race.report(400 * MILLI).timedOut()).isFalse();
            assertThat(a.outcome()).isEqualTo(Outcome.ABANDONED);
        }

        @Test
        void aRaceThatIsWonCannotBeAbandoned() {
            Race race = race(0, A);
            Attempt a = start(race, 0);
            race.connected(a, 1);
            race.abandon(2);
            assertThat(a.outcome()).isEqualTo(Outcome.WON);
            assertThat(race.report(3).winner()).isPresent();
        }
    }

    @Nested
    class NanosUntilNextEvent {
        @Test
        void isZeroWhenAnAttemptIsDue() {
            assertThat(race(0, A).nanosUntilNextEvent(0)).isZero();
            assertThat(race(300, A).nanosUntilNextEvent(5)).isZero();
        }

        @Test
        void isTheTimeToTheNextStartToTheNanosecond() {
            Race race = staggered(1_000, A, B);
            start(race, 0);
            assertThat(race.nanosUntilNextEvent(1)).isEqualTo(250 * MILLI - 1);
            assertThat(race.nanosUntilNextEvent(250 * MILLI - 1)).isEqualTo(1);
            assertThat(race.startNext(250 * MILLI - 1)).isNull();
            assertThat(race.nanosUntilNextEvent(250 * MILLI)).isZero();
            assertThat(race.startNext(250 * MILLI)).isNotNull();
        }

        @Test
        void isTheTimeToTheDeadlineIfThatIsSooner() {
            Race race = staggered(200, A, B);
            start(race, 0);
            assertThat(race.nanosUntilNextEvent(1)).isEqualTo(200 * MILLI - 1);
            assertThat(race.nanosUntilNextEvent(200 * MILLI)).isZero();
            assertThat(race.nanosUntilNextEvent(201 * MILLI)).isZero();
        }

        @Test
        void isForEverOnceTheRaceIsWon() {
            Race race = staggered(300, A, B);
            race.connected(start(race, 0), 1);
            assertThat(race.nanosUntilNextEvent(1)).isEqualTo(Long.MAX_VALUE);
        }
    }
}
