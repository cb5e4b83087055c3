package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.connie.benchmarks.lab.Traffic;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final long MILLI = 1_000_000;
    private static final Percentage HISTOGRAM = Percentage.withPercentage(0.1);

    @Nested
    class Times {
        @Test
        void dividesTheSquaresByOneLessThanTheCount() {
            // Mean 5, squares 9+1+1+1+0+0+4+16 = 32, by 7 (by 8 it would be 2).
            Summary summary = Summary.of(succeeded(2, 4, 4, 4, 5, 5, 7, 9));

            assertThat(summary.times().mean()).isCloseTo(5 * MILLI, within(1e-6));
            assertThat(summary.times().deviation()).isCloseTo(Math.sqrt(32 / 7.0) * MILLI, within(1e-3));
        }

        @Test
        void losesNoDigitsOfASmallDeviationOfLargeTimes() {
            // 10,000 s and 1, 2, 3 ns: the sum of squares, 3e26, has no room for a 1 in a double.
            long large = 10_000_000_000_000L;
            Summary summary = Summary.of(measurement(List.of(large + 1, large + 2, large + 3), List.of()));

            assertThat(summary.times().deviation()).isCloseTo(1, within(1e-9));
        }

        @Test
        void readsPercentilesOfAHundredOrderedTimes() {
            Summary summary = Summary.of(
                    succeeded(IntStream.rangeClosed(1, 100).map(i -> 101 - i).toArray()));

            assertThat(summary.times().p50()).isCloseTo(50 * MILLI, HISTOGRAM);
            assertThat(summary.times().p90()).isCloseTo(90 * MILLI, HISTOGRAM);
            assertThat(summary.times().p99()).isCloseTo(99 * MILLI, HISTOGRAM);
            assertThat(summary.times().max()).isEqualTo(100 * MILLI);
        }

        @Test
        void neverExceedsTheLongestCall() {
            Summary summary = Summary.of(measurement(List.of(1_000_000_001L), List.of()));

            assertThat(summary.times().p50()).isEqualTo(1_000_000_001L);
            assertThat(summary.times().p99()).isEqualTo(1_000_000_001L);
        }

        @Test
        void hasNoDeviationForOneCall() {
            assertThat(Summary.of(succeeded(3)).times().deviation()).isNaN();
        }
    }

    @Nested
    class Failures {
        @Test
        void areCountedAndLeaveTheTimesAlone() {
            Summary summary = Summary.of(measurement(List.of(10 * MILLI, 20 * MILLI), List.of(1_000 * MILLI)));

            assertThat(summary.calls()).isEqualTo(3);
            assertThat(summary.failures()).isEqualTo(1);
            assertThat(summary.times().count()).isEqualTo(2);
            assertThat(summary.times().ofFailures()).isFalse();
            assertThat(summary.times().mean()).isEqualTo(15 * MILLI);
            assertThat(summary.times().max()).isEqualTo(20 * MILLI);
        }

        @Test
        void giveTheTimeToFailWhereNothingSucceeded() {
            Summary summary = Summary.of(measurement(List.of(), List.of(1_000 * MILLI, 1_002 * MILLI)));

            assertThat(summary.failures()).isEqualTo(2);
            assertThat(summary.times().ofFailures()).isTrue();
            assertThat(summary.times().mean()).isEqualTo(1_001 * MILLI);
        }

        @Test
        void leaveNothingToTellWhereThereWasNoCall() {
            Summary summary = Summary.of(measurement(List.of(), List.of()));

            assertThat(summary.calls()).isZero();
            assertThat(summary.times()).isNull();
            assertThat(summary.synsPerCall()).isNull();
        }
    }

    @Nested
    class WhatTheNetworkSaw {
        @Test
        void isPerCallWhetherItSucceededOrNot() {
            Summary summary = Summary.of(new Measurement(
                    "a", List.of(MILLI, MILLI, MILLI), List.of(MILLI), List.of(), new Traffic(10, 3, 1)));

            assertThat(summary.synsPerCall()).isEqualTo(2.5);
            assertThat(summary.perCall(Traffic::handshakes)).isEqualTo(0.75);
            assertThat(summary.perCall(Traffic::resets)).isEqualTo(0.25);
            assertThat(summary.perConnection(Traffic::syns)).isEqualTo(10 / 3.0);
        }

        @Test
        void isUnknownWhereItWasNotMeasured() {
            Summary summary = Summary.of(succeeded(1));

            assertThat(summary.synsPerCall()).isNull();
            assertThat(summary.perCall(Traffic::handshakes)).isNull();
            assertThat(summary.perCall(Traffic::resets)).isNull();
        }
    }

    private static Measurement succeeded(int... millis) {
        return measurement(IntStream.of(millis).mapToObj(each -> each * MILLI).toList(), List.of());
    }

    private static Measurement measurement(List<Long> nanos, List<Long> failedNanos) {
        return new Measurement("a", nanos, failedNanos, List.of(), null);
    }
}
