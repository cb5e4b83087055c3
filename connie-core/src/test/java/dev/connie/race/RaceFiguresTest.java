package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a report counts: the figures that metrics are made of. */
class RaceFiguresTest {
    private static final InetSocketAddress A = VirtualNetwork.address("a", 1);
    private static final InetSocketAddress B = VirtualNetwork.address("b", 2);
    private static final InetSocketAddress C = VirtualNetwork.address("c", 3);
    private static final IOException REFUSED = new ConnectException("Connection refused");

    private static Race race() {
        return new Race(RacePolicy.allAtOnce(), List.of(A, B, C), Duration.ZERO, 16, 0);
    }

    private static Attempt start(Race race) {
        Attempt attempt = race.startNext(0);
        assertThat(attempt).isNotNull();
        return attempt;
    }

    @Nested
    class OutcomeOfTheRace {
        @Test
        void isThatOfItsWinnerIfThereIsOne() {
            assertThat(network().refuses("a", 1).accepts("b", 2).report().outcome())
                    .isEqualTo(Outcome.WON);
        }

        @Test
        void isAFailureOnlyIfAllHaveFailed() {
            assertThat(network().refuses("a", 1).unreachable("six").report().outcome())
                    .isEqualTo(Outcome.FAILED);
        }

        @Test
        void isATimeoutIfTheTimeWasUp() {
            assertThat(network().timeout(9).drops("a").refuses("b", 1).report().outcome())
                    .isEqualTo(Outcome.TIMED_OUT);
        }

        @Test
        void isAnAbandonedRaceIfItWasCalledOffWhileAnAttemptRan() {
            Race race = race();
            start(race);
            start(race);
            start(race);
            race.abandon(1);
            assertThat(race.report(1).outcome()).isEqualTo(Outcome.ABANDONED);
        }

        @Test
        void isAnAbandonedRaceIfItWasCalledOffBeforeAllHadTheirTurn() {
            Race race = race();
            race.failed(start(race), REFUSED, 1);
            race.abandon(1);
            assertThat(race.report(1).outcome()).isEqualTo(Outcome.ABANDONED);
        }
    }

    @Nested
    class WinnerIndex {
        @Test
        void isItsPlaceInTheOrderOfStarts() {
            assertThat(network().accepts("a", 1).drops("b").report().winnerIndex())
                    .hasValue(0);
            assertThat(network()
                            .rfc8305()
                            .refuses("a", 1)
                            .drops("b")
                            .accepts("c", 1)
                            .report()
                            .winnerIndex())
                    .hasValue(2);
        }

        @Test
        void isNoneWhereNobodyWon() {
            assertThat(network().refuses("a", 1).report().winnerIndex()).isEmpty();
        }
    }

    @Nested
    class AttemptsStarted {
        @Test
        void areAllThatMayHaveSentAPacket() {
            RaceReport report = network()
                    .rfc8305()
                    .timeout(300)
                    .refuses("a", 1)
                    .unreachable("six")
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .report();
            assertThat(report.attempts()).hasSize(4);
            assertThat(report.attemptsStarted()).isEqualTo(3);
        }
    }

    @Nested
    class AttemptsDiscarded {
        @Test
        void areLosersThatTheDriverKnowsToBeConnected() {
            Race race = race();
            Attempt a = start(race);
            Attempt b = start(race);
            Attempt c = start(race);
            race.established(c);
            race.connected(b, 5);

            RaceReport report = race.report(5);
            assertThat(report.attemptsDiscarded()).isEqualTo(1);
            assertThat(report.attempts())
                    .extracting(AttemptReport::outcome)
                    .containsExactly(Outcome.LOST, Outcome.WON, Outcome.LOST);
            assertThat(report.attempts()).extracting(AttemptReport::established).containsExactly(false, true, true);
            assertThat(List.of(a.isEstablished(), b.isEstablished(), c.isEstablished()))
                    .containsExactly(false, true, true);
        }

        @Test
        void areNoneWhereNobodyLost() {
            assertThat(network().refuses("a", 1).accepts("b", 1).report().attemptsDiscarded())
                    .isZero();
        }

        @Test
        void areNotThoseThatFailAfterAll() {
            Race race = race();
            Attempt a = start(race);
            Attempt b = start(race);
            race.established(a);
            race.failed(a, REFUSED, 1);
            race.connected(b, 2);
            assertThat(race.report(2).attemptsDiscarded()).isZero();
        }

        @Test
        void cannotBeToldOfOneThatHasEnded() {
            Race race = race();
            Attempt a = start(race);
            race.failed(a, REFUSED, 1);
            assertThatIllegalStateException().isThrownBy(() -> race.established(a));
        }
    }

    @Nested
    class OneAttempt {
        @Test
        void tookTheTimeFromItsStartToItsEnd() {
            AttemptReport attempt =
                    new AttemptReport(A, Duration.ofMillis(250), Duration.ofMillis(290), Outcome.FAILED, REFUSED);
            assertThat(attempt.took()).isEqualTo(Duration.ofMillis(40));
            assertThat(attempt.established()).isFalse();
        }

        @Test
        void thatWonWasEstablished() {
            assertThat(new AttemptReport(A, Duration.ZERO, Duration.ZERO, Outcome.WON, null).established())
                    .isTrue();
        }
    }
}
