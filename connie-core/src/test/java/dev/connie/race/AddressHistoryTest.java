package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.connie.race.AddressHistory.Outlook;
import dev.connie.race.AddressHistory.Rank;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times in milliseconds. */
class AddressHistoryTest {
    private static final long MINUTE = 60_000;

    private final AddressHistory knowledge = new AddressHistory(Tuning.DEFAULT.withJitter(0), new SeededRandom(1L));

    private static long nanos(double millis) {
        return Math.round(millis * 1_000_000);
    }

    private void connects(double took, long now) {
        knowledge.connected(nanos(took), false, nanos(now));
    }

    private double delay(long now) {
        return knowledge.delayNanos(nanos(now)) / 1e6;
    }

    private Outlook outlook(long now) {
        return knowledge.outlook(nanos(now));
    }

    private double usual(long now) {
        return outlook(now).usualNanos() / 1e6;
    }

    private double expected(long now) {
        return outlook(now).expectedNanos() / 1e6;
    }

    private Rank rank(long now) {
        return outlook(now).rank();
    }

    @Nested
    class Times {
        @Test
        void nothingIsKnownAtFirst() {
            assertThat(outlook(0)).isEqualTo(new Outlook(Rank.UNKNOWN, Double.MAX_VALUE, 250e6, true, Long.MAX_VALUE));
            assertThat(delay(0)).isEqualTo(250);
        }

        @Test
        void theFirstSampleVariesByHalfOfItself() {
            connects(20, 0);
            assertThat(usual(0)).isEqualTo(20);
            assertThat(delay(0)).isEqualTo(60);
            assertThat(rank(0)).isEqualTo(Rank.GOOD);
        }

        @Test
        void furtherSamplesAreSmoothed() {
            connects(20, 0);
            connects(28, 0);
            // 7/8 of 20 and 1/8 of 28; 3/4 of 10 and 1/4 of 8.
            assertThat(usual(0)).isEqualTo(21);
            assertThat(delay(0)).isEqualTo(21 + 4 * 9.5);
        }

        @Test
        void howeverRegularAnAnswerItMayBeTenMillisecondsLate() {
            for (int i = 0; i < 100; i++) {
                connects(20, 0);
            }
            assertThat(delay(0)).isCloseTo(30, within(1e-6));
        }

        @Test
        void aGuessOfTheVariationIsNotWaitedForLongerThanTheUnknownOrHalfAsLongAgain() {
            connects(100, 0);
            assertThat(delay(0)).isEqualTo(250);
            AddressHistory far = new AddressHistory(Tuning.DEFAULT, new SeededRandom(1L));
            far.connected(nanos(200), false, 0);
            assertThat(far.delayNanos(0)).isEqualTo(nanos(300));
        }

        @Test
        void theDelayFadesTowardsThatOfTheUnknown() {
            connects(20, 0);
            assertThat(delay(10 * MINUTE)).isCloseTo((60 + 250) / 2.0, within(1e-6));
            assertThat(usual(10 * MINUTE)).isEqualTo(20);
        }

        @Test
        void anOldSampleCountsHalfAgainstANewOne() {
            connects(20, 0);
            connects(36, 10 * MINUTE);
            assertThat(usual(10 * MINUTE)).isEqualTo(20 + (1 - 7 / 16.0) * 16);
            // The variation: 3/8 of 10, and the rest of 16.
            assertThat(delay(10 * MINUTE)).isEqualTo(29 + 4 * (10 * 3 / 8.0 + 16 * 5 / 8.0));
        }

        @Test
        void afterHalfAnHourItIsForgotten() {
            connects(20, 0);
            assertThat(rank(30 * MINUTE)).isEqualTo(Rank.GOOD);
            assertThat(rank(30 * MINUTE + 1)).isEqualTo(Rank.UNKNOWN);
            assertThat(delay(30 * MINUTE + 1)).isEqualTo(250);
            assertThat(outlook(30 * MINUTE + 1).usualNanos()).isEqualTo(Double.MAX_VALUE);
            connects(40, 31 * MINUTE);
            assertThat(usual(31 * MINUTE)).isEqualTo(40);
            assertThat(delay(31 * MINUTE)).isEqualTo(120);
        }

        @ParameterizedTest
        @ValueSource(doubles = {900, 1_020, 3_060})
        void whatTookSoLongThatTheSynWasRepeatedIsALossAndNoSample(double took) {
            connects(took, 0);
            assertThat(rank(0)).isEqualTo(Rank.FAILING);
            assertThat(delay(0)).isEqualTo(250);
            assertThat(outlook(0).usualNanos()).isEqualTo(Double.MAX_VALUE);
        }

        @Test
        void whatTookJustLessIsASample() {
            connects(899.9, 0);
            assertThat(usual(0)).isEqualTo(899.9);
            assertThat(rank(0)).isEqualTo(Rank.GOOD);
        }

        @Test
        void aLossThatWasLateIsNotCountedTwice() {
            connects(20, 0);
            knowledge.failed(0);
            knowledge.connected(nanos(1_020), true, 0);
            // A failure rate of a half: even odds that the delay is added.
            assertThat(expected(0)).isEqualTo(20 + 60);
        }

        @Test
        void itIsRememberedWhenItWasTried() {
            assertThat(outlook(5).untriedNanos()).isEqualTo(Long.MAX_VALUE);
            knowledge.triedAt(nanos(5));
            assertThat(outlook(25).untriedNanos()).isEqualTo(nanos(20));
            // By another race, whose clock was read a little earlier.
            assertThat(outlook(4).untriedNanos()).isZero();
        }
    }

    @Nested
    class Failures {
        @Test
        void eachFailureInARowHalvesWhatIsLeftOfTheTrust() {
            connects(20, 0);
            assertThat(expected(0)).isEqualTo(20);
            knowledge.failed(0);
            assertThat(rank(0)).isEqualTo(Rank.FAILING);
            assertThat(expected(0)).isEqualTo(20 + 60);
            knowledge.failed(0);
            assertThat(expected(0)).isEqualTo(20 + 60 * 3);
        }

        @Test
        void theRiskHasABound() {
            connects(20, 0);
            for (int i = 0; i < 100; i++) {
                knowledge.failed(0);
            }
            assertThat(expected(0)).isCloseTo(20 + 60 * 49, within(1e-6));
        }

        @Test
        void aFailureCountsHalfAfterAMinute() {
            connects(20, 0);
            knowledge.failed(0);
            double delay = delay(MINUTE);
            assertThat(expected(MINUTE)).isCloseTo(20 + delay / 3, within(1e-6));
        }

        @Test
        void aConnectMakesItGoodAgainAndLeavesARiskOfAnEighth() {
            connects(20, 0);
            knowledge.failed(0);
            connects(20, 0);
            assertThat(rank(0)).isEqualTo(Rank.GOOD);
            assertThat(expected(0)).isCloseTo(20 + delay(0) / 7, within(1e-6));
        }

        @Test
        void howeverLongAnOutageLastsItIsOneFailureWhenItIsOver() {
            connects(20, 0);
            for (int i = 0; i < 100; i++) {
                knowledge.failed(0);
            }
            connects(20, 0);
            assertThat(expected(0)).isCloseTo(20 + delay(0) / 7, within(1e-6));
        }

        @Test
        void whatKeepsFailingNowAndThenIsARisk() {
            for (int i = 0; i < 200; i++) {
                connects(20, 0);
                connects(20, 0);
                knowledge.failed(0);
            }
            connects(20, 0);
            // Between the first and the second success: about every other one was followed by a failure.
            assertThat(expected(0)).isBetween(20 + 30 * 0.8, 20 + 30 * 1.2);
        }

        @Test
        void theRiskFadesWithConnectsAndWithTime() {
            connects(20, 0);
            knowledge.failed(0);
            connects(20, 0);
            connects(20, 0);
            double risk = 7 / 64.0;
            assertThat(expected(0)).isCloseTo(20 + delay(0) * risk / (1 - risk), within(1e-6));
            risk /= 2;
            assertThat(expected(MINUTE)).isCloseTo(20 + delay(MINUTE) * risk / (1 - risk), within(1e-6));
        }

        @Test
        void whatNeverConnectedIsUnknownAgainThreeMinutesAfterItFailed() {
            knowledge.failed(0);
            assertThat(rank(3 * MINUTE)).isEqualTo(Rank.FAILING);
            assertThat(rank(3 * MINUTE + 1)).isEqualTo(Rank.UNKNOWN);
        }

        @Test
        void whatConnectedBeforeFailsUntilItConnectsOrIsForgotten() {
            connects(20, 0);
            knowledge.failed(0);
            assertThat(rank(30 * MINUTE)).isEqualTo(Rank.FAILING);
            assertThat(rank(30 * MINUTE + 1)).isEqualTo(Rank.UNKNOWN);
        }

        @Test
        void whatCannotBeSentToIsSoForTenSeconds() {
            connects(20, 0);
            knowledge.notSent(nanos(100));
            assertThat(rank(10_099)).isEqualTo(Rank.NOT_SENT);
            assertThat(rank(10_100)).isEqualTo(Rank.GOOD);
            knowledge.notSent(nanos(20_000));
            connects(20, 20_001);
            assertThat(rank(20_001)).isEqualTo(Rank.GOOD);
        }
    }

    @Nested
    class Unanswered {
        @Test
        void itTakesLongerThanThat() {
            connects(20, 0);
            knowledge.unanswered(nanos(75), 0);
            assertThat(expected(0)).isEqualTo(75);
            assertThat(rank(0)).isEqualTo(Rank.GOOD);
            assertThat(usual(0)).isEqualTo(20);
            assertThat(delay(0)).isEqualTo(60);
        }

        @Test
        void lessThanIsExpectedTellsNothing() {
            connects(20, 0);
            knowledge.unanswered(nanos(15), 0);
            assertThat(expected(0)).isEqualTo(20);
        }

        @Test
        void itOnlyRaises() {
            connects(20, 0);
            knowledge.unanswered(nanos(75), 0);
            knowledge.unanswered(nanos(50), nanos(MINUTE));
            assertThat(expected(MINUTE)).isCloseTo(20 + 55 / 2.0, within(1e-6));
            knowledge.unanswered(nanos(75), nanos(MINUTE));
            assertThat(expected(MINUTE)).isEqualTo(75);
        }

        @Test
        void aConnectEndsIt() {
            connects(20, 0);
            knowledge.unanswered(nanos(75), 0);
            connects(20, 0);
            assertThat(expected(0)).isEqualTo(20);
        }

        @Test
        void itMakesTheUnknownNoBetterThanTheUnknown() {
            knowledge.unanswered(nanos(15), 0);
            assertThat(rank(0)).isEqualTo(Rank.UNKNOWN);
            assertThat(expected(0)).isEqualTo(250);
        }
    }

    @Nested
    class Retries {
        private boolean mayRetry(long now) {
            return outlook(now).mayRetry();
        }

        private void isRetriedAt(long now) {
            assertThat(mayRetry(now - 1)).isFalse();
            assertThat(mayRetry(now)).isTrue();
        }

        @Test
        void theTimeDoublesWithEachTryUpToHalfAMinute() {
            knowledge.failed(0);
            long at = 0;
            for (long wait : new long[] {250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
                at += wait;
                isRetriedAt(at);
                assertThat(knowledge.claimExploration(nanos(at))).isTrue();
            }
        }

        @Test
        void itStaysHalfAMinuteHoweverOftenItFails() {
            long at = 0;
            for (int i = 0; i < 100; i++) {
                knowledge.failed(nanos(at));
                at += 30_000;
            }
            assertThat(mayRetry(at - 1)).isFalse();
            assertThat(mayRetry(at)).isTrue();
        }

        @Test
        void thoseThatFailTogetherAreOneFailure() {
            knowledge.failed(0);
            knowledge.failed(0);
            knowledge.failed(nanos(249));
            isRetriedAt(250);
        }

        @Test
        void aFailureAtThatTimeOrLaterPutsItOff() {
            knowledge.failed(0);
            knowledge.failed(nanos(250));
            isRetriedAt(750);
        }

        @Test
        void onlyOneRaceClaimsIt() {
            knowledge.failed(0);
            assertThat(knowledge.claimExploration(nanos(249))).isFalse();
            assertThat(knowledge.claimExploration(nanos(250))).isTrue();
            assertThat(knowledge.claimExploration(nanos(250))).isFalse();
            assertThat(knowledge.claimExploration(nanos(749))).isFalse();
            assertThat(knowledge.claimExploration(nanos(750))).isTrue();
        }

        @Test
        void aConnectBeginsAnew() {
            knowledge.failed(0);
            knowledge.failed(nanos(250));
            connects(20, 300);
            assertThat(mayRetry(300)).isTrue();
            knowledge.failed(nanos(1_000));
            isRetriedAt(1_250);
        }

        @Test
        void whatConnectsAndThenIsOfNoUseDoesNotBeginAnew() {
            connects(20, 0);
            knowledge.disappointed(nanos(0));
            assertThat(rank(0)).isEqualTo(Rank.FAILING);
            isRetriedAt(250);
            connects(20, 250);
            assertThat(rank(250)).isEqualTo(Rank.GOOD);
            knowledge.disappointed(nanos(250));
            isRetriedAt(750);
            connects(20, 750);
            connects(20, 760);
            knowledge.disappointed(nanos(1_000));
            isRetriedAt(1_250);
        }

        @Test
        void aTenthMoreIsLeftToChance() {
            AddressHistory jittery = new AddressHistory(Tuning.DEFAULT, new SeededRandom(1L));
            double chance = new SeededRandom(1L).next(0);
            jittery.failed(0);
            long retry = (long) (nanos(250) * (1 + 0.1 * chance));
            assertThat(jittery.outlook(retry - 1).mayRetry()).isFalse();
            assertThat(jittery.outlook(retry).mayRetry()).isTrue();
        }
    }

    @Nested
    class Extras {
        @Test
        void twentyMillisecondsLieBetweenTwo() {
            assertThat(knowledge.claimExtra(0)).isZero();
            assertThat(knowledge.claimExtra(nanos(5))).isEqualTo(nanos(15));
            assertThat(knowledge.claimExtra(nanos(20))).isZero();
            assertThat(knowledge.claimExtra(nanos(39))).isEqualTo(nanos(1));
        }

        @Test
        void anExplorationIsOne() {
            assertThat(knowledge.claimExploration(0)).isTrue();
            assertThat(knowledge.claimExploration(nanos(19))).isFalse();
            assertThat(knowledge.claimExtra(nanos(19))).isEqualTo(nanos(1));
            assertThat(knowledge.claimExploration(nanos(20))).isTrue();
        }
    }

    @Test
    void theClockMayWrap() {
        long start = Long.MAX_VALUE - nanos(100);
        knowledge.connected(nanos(20), false, start);
        knowledge.triedAt(start);
        knowledge.claimExtra(start);
        knowledge.failed(start);
        knowledge.unanswered(nanos(75), start);
        long later = start + nanos(249);
        assertThat(later).isNegative();
        assertThat(knowledge.outlook(later).rank()).isEqualTo(Rank.FAILING);
        assertThat(knowledge.outlook(later).mayRetry()).isFalse();
        assertThat(knowledge.outlook(later + nanos(1)).mayRetry()).isTrue();
        assertThat(knowledge.outlook(later).untriedNanos()).isEqualTo(nanos(249));
        assertThat(knowledge.outlook(later).expectedNanos()).isCloseTo(nanos(135), within(1e6));
        assertThat(knowledge.claimExtra(later)).isZero();
    }
}
