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

    private final AddressHistory history = new AddressHistory(now -> 1);

    private static long nanos(double millis) {
        return Math.round(millis * 1_000_000);
    }

    private void connects(double took, long now) {
        history.connected(nanos(took), false, nanos(now));
    }

    private double delay(long now) {
        return history.delayNanos(nanos(now)) / 1e6;
    }

    private Outlook outlook(long now) {
        return history.outlook(nanos(now));
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
            assertThat(outlook(0))
                    .isEqualTo(new Outlook(Rank.UNKNOWN, Double.MAX_VALUE, 0, 250e6, -1, true, true, Long.MAX_VALUE));
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
            AddressHistory far = new AddressHistory(now -> 0);
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
        void afterTenMinutesItIsTooOldToTrust() {
            connects(20, 0);
            assertThat(rank(10 * MINUTE)).isEqualTo(Rank.GOOD);
            assertThat(rank(10 * MINUTE + 1)).isEqualTo(Rank.UNKNOWN);
            assertThat(delay(10 * MINUTE + 1)).isEqualTo(250);
            assertThat(outlook(10 * MINUTE + 1).usualNanos()).isEqualTo(Double.MAX_VALUE);
            connects(40, 11 * MINUTE);
            assertThat(usual(11 * MINUTE)).isEqualTo(40);
            assertThat(delay(11 * MINUTE)).isEqualTo(120);
        }

        @Test
        void aSampleOfLessThanHalfIsOfAnotherPathAndBeginsAnew() {
            connects(200, 0);
            connects(201, 0);
            connects(90, 0);
            assertThat(usual(0)).isEqualTo(90);
            assertThat(delay(0)).isEqualTo(250);
            connects(50, 0);
            assertThat(usual(0)).isEqualTo(85);
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
            history.failed(0);
            history.connected(nanos(1_020), true, 0);
            // One failure: even odds that the delay is added.
            assertThat(expected(0)).isEqualTo(20 + 60);
        }

        @Test
        void itIsRememberedWhenItWasTried() {
            assertThat(outlook(5).untriedNanos()).isEqualTo(Long.MAX_VALUE);
            history.triedAt(nanos(5));
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
            history.failed(0);
            assertThat(rank(0)).isEqualTo(Rank.FAILING);
            assertThat(expected(0)).isEqualTo(20 + 60);
            history.failed(0);
            assertThat(expected(0)).isEqualTo(20 + 60 * 3);
        }

        @Test
        void theRiskHasABound() {
            connects(20, 0);
            for (int i = 0; i < 100; i++) {
                history.failed(0);
            }
            assertThat(expected(0)).isCloseTo(20 + 60 * 49, within(1e-6));
        }

        @Test
        void aFailureCountsHalfAfterAMinute() {
            connects(20, 0);
            history.failed(0);
            double delay = delay(MINUTE);
            assertThat(expected(MINUTE)).isCloseTo(20 + delay / 3, within(1e-6));
        }

        @Test
        void aConnectMakesItGoodAgainAndLeavesARiskOfOneInThirtyTwo() {
            connects(20, 0);
            history.failed(0);
            connects(20, 0);
            assertThat(rank(0)).isEqualTo(Rank.GOOD);
            assertThat(expected(0)).isCloseTo(20 + delay(0) / 31, within(1e-6));
        }

        @Test
        void howeverLongAnOutageLastsItIsOneFailureWhenItIsOver() {
            connects(20, 0);
            for (int i = 0; i < 100; i++) {
                history.failed(0);
            }
            connects(20, 0);
            assertThat(expected(0)).isCloseTo(20 + delay(0) / 31, within(1e-6));
        }

        @Test
        void whatKeepsFailingNowAndThenIsARisk() {
            for (int i = 0; i < 200; i++) {
                connects(20, 0);
                connects(20, 0);
                history.failed(0);
            }
            connects(20, 0);
            // Between the first and the second success: about every other one was followed by a failure.
            assertThat(expected(0)).isBetween(20 + 30 * 0.9, 20 + 30 * 1.1);
        }

        @Test
        void theRiskFadesWithConnectsAndWithTime() {
            connects(20, 0);
            history.failed(0);
            connects(20, 0);
            connects(20, 0);
            double risk = 31 / 1024.0;
            assertThat(expected(0)).isCloseTo(20 + delay(0) * risk / (1 - risk), within(1e-6));
            risk /= 2;
            assertThat(expected(MINUTE)).isCloseTo(20 + delay(MINUTE) * risk / (1 - risk), within(1e-6));
        }

        @Test
        void whatNeverConnectedIsUnknownAgainThreeMinutesAfterItFailed() {
            history.failed(0);
            assertThat(rank(3 * MINUTE)).isEqualTo(Rank.FAILING);
            assertThat(rank(3 * MINUTE + 1)).isEqualTo(Rank.UNKNOWN);
        }

        @Test
        void whatConnectedBeforeFailsUntilItConnectsOrIsForgotten() {
            connects(20, 0);
            history.failed(0);
            assertThat(rank(10 * MINUTE)).isEqualTo(Rank.FAILING);
            assertThat(rank(10 * MINUTE + 1)).isEqualTo(Rank.UNKNOWN);
        }

        @Test
        void whatCannotBeSentToIsSoForTenSeconds() {
            connects(20, 0);
            history.notSent(nanos(100));
            assertThat(rank(10_099)).isEqualTo(Rank.NOT_SENT);
            assertThat(rank(10_100)).isEqualTo(Rank.GOOD);
            history.notSent(nanos(20_000));
            connects(20, 20_001);
            assertThat(rank(20_001)).isEqualTo(Rank.GOOD);
        }
    }

    @Nested
    class Unanswered {
        @Test
        void itTakesLongerThanThat() {
            connects(20, 0);
            history.unanswered(nanos(75), 0);
            assertThat(expected(0)).isEqualTo(75);
            assertThat(rank(0)).isEqualTo(Rank.GOOD);
            assertThat(usual(0)).isEqualTo(20);
            assertThat(delay(0)).isEqualTo(60);
        }

        @Test
        void lessThanIsExpectedTellsNothing() {
            connects(20, 0);
            history.unanswered(nanos(15), 0);
            assertThat(expected(0)).isEqualTo(20);
        }

        @Test
        void itOnlyRaises() {
            connects(20, 0);
            history.unanswered(nanos(75), 0);
            history.unanswered(nanos(50), nanos(MINUTE));
            assertThat(expected(MINUTE)).isCloseTo(20 + 55 / 2.0, within(1e-6));
            history.unanswered(nanos(75), nanos(MINUTE));
            assertThat(expected(MINUTE)).isEqualTo(75);
        }

        @Test
        void aConnectEndsIt() {
            connects(20, 0);
            history.unanswered(nanos(75), 0);
            connects(20, 0);
            assertThat(expected(0)).isEqualTo(20);
        }

        @Test
        void itMakesTheUnknownNoBetterThanTheUnknown() {
            history.unanswered(nanos(15), 0);
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
            history.failed(0);
            long at = 0;
            for (long wait : new long[] {250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
                at += wait;
                isRetriedAt(at);
                assertThat(history.claimProbe(nanos(at))).isTrue();
            }
        }

        @Test
        void itStaysHalfAMinuteHoweverOftenItFails() {
            long at = 0;
            for (int i = 0; i < 100; i++) {
                history.failed(nanos(at));
                at += 30_000;
            }
            assertThat(mayRetry(at - 1)).isFalse();
            assertThat(mayRetry(at)).isTrue();
        }

        @Test
        void thoseThatFailTogetherAreOneFailure() {
            history.failed(0);
            history.failed(0);
            history.failed(nanos(249));
            isRetriedAt(250);
        }

        @Test
        void aFailureAtThatTimeOrLaterPutsItOff() {
            history.failed(0);
            history.failed(nanos(250));
            isRetriedAt(750);
        }

        @Test
        void onlyOneRaceClaimsIt() {
            history.failed(0);
            assertThat(history.claimProbe(nanos(249))).isFalse();
            assertThat(history.claimProbe(nanos(250))).isTrue();
            assertThat(history.claimProbe(nanos(250))).isFalse();
            assertThat(history.claimProbe(nanos(749))).isFalse();
            assertThat(history.claimProbe(nanos(750))).isTrue();
        }

        @Test
        void aConnectBeginsAnew() {
            history.failed(0);
            history.failed(nanos(250));
            connects(20, 300);
            assertThat(mayRetry(300)).isTrue();
            history.failed(nanos(1_000));
            isRetriedAt(1_250);
        }

        @Test
        void whatConnectsAndThenIsOfNoUseDoesNotBeginAnew() {
            connects(20, 0);
            history.disappointed(nanos(0));
            assertThat(rank(0)).isEqualTo(Rank.FAILING);
            isRetriedAt(250);
            connects(20, 250);
            assertThat(rank(250)).isEqualTo(Rank.GOOD);
            history.disappointed(nanos(250));
            isRetriedAt(750);
            connects(20, 750);
            connects(20, 760);
            history.disappointed(nanos(1_000));
            isRetriedAt(1_250);
        }

        @Test
        void halfOfTheTimeIsLeftToChance() {
            AddressHistory lucky = new AddressHistory(now -> 0.5);
            lucky.failed(0);
            assertThat(lucky.outlook(nanos(187.4)).mayRetry()).isFalse();
            assertThat(lucky.outlook(nanos(187.5)).mayRetry()).isTrue();
        }

        @Test
        void aMuteOneIsGivenEightTimesAsLong() {
            connects(20, 0);
            history.mute(nanos(100), 0);
            isRetriedAt(2_000);
            connects(20, 2_000);
            assertThat(rank(2_000)).isEqualTo(Rank.FAILING);
            history.spoke(nanos(40), nanos(2_050));
            assertThat(rank(2_050)).isEqualTo(Rank.GOOD);
        }
    }

    @Nested
    class Extras {
        @Test
        void twentyMillisecondsLieBetweenTwo() {
            assertThat(history.claimExtra(0)).isZero();
            assertThat(history.claimExtra(nanos(5))).isEqualTo(nanos(15));
            assertThat(history.claimExtra(nanos(20))).isZero();
            assertThat(history.claimExtra(nanos(39))).isEqualTo(nanos(1));
        }

        @Test
        void anExplorationIsOne() {
            assertThat(history.claimProbe(0)).isTrue();
            assertThat(history.claimProbe(nanos(19))).isFalse();
            assertThat(history.claimExtra(nanos(19))).isEqualTo(nanos(1));
            assertThat(history.claimProbe(nanos(20))).isTrue();
        }
    }

    @Test
    void theClockMayWrap() {
        long start = Long.MAX_VALUE - nanos(100);
        history.connected(nanos(20), false, start);
        history.triedAt(start);
        history.claimExtra(start);
        history.failed(start);
        history.unanswered(nanos(75), start);
        long later = start + nanos(249);
        assertThat(later).isNegative();
        assertThat(history.outlook(later).rank()).isEqualTo(Rank.FAILING);
        assertThat(history.outlook(later).mayRetry()).isFalse();
        assertThat(history.outlook(later + nanos(1)).mayRetry()).isTrue();
        assertThat(history.outlook(later).untriedNanos()).isEqualTo(nanos(249));
        assertThat(history.outlook(later).expectedNanos()).isCloseTo(nanos(135), within(1e6));
        assertThat(history.claimExtra(later)).isZero();
    }
}
