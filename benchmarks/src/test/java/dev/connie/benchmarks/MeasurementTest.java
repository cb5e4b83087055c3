package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.connie.benchmarks.lab.Traffic;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static final long MILLI = 1_000_000;
    private static final Percentage HISTOGRAM = Percentage.withPercentage(0.1);

    @Nested
    class Times {
        @Test
        void dividesTheSquaresByOneLessThanTheCount() {
            // Mean 5, squares 9+1+1+1+0+0+4+16 = 32, by 7 (by 8 it would be 2).
            Measurement measured = succeeded(2, 4, 4, 4, 5, 5, 7, 9);

            assertThat(measured.times().mean()).isCloseTo(5 * MILLI, within(1e-6));
            assertThat(measured.times().deviation()).isCloseTo(Math.sqrt(32 / 7.0) * MILLI, within(1e-3));
        }

        @Test
        void losesNoDigitsOfASmallDeviationOfLargeTimes() {
            // 10,000 s and 1, 2, 3 ns: the sum of squares, 3e26, has no room for a 1 in a double.
            long large = 10_000_000_000_000L;
            Measurement measured = measurement(List.of(large + 1, large + 2, large + 3), List.of());

            assertThat(measured.times().deviation()).isCloseTo(1, within(1e-9));
        }

        @Test
        void readsPercentilesOfAHundredOrderedTimes() {
            Measurement measured =
                    succeeded(IntStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());

            assertThat(measured.times().p50()).isCloseTo(50 * MILLI, HISTOGRAM);
            assertThat(measured.times().p90()).isCloseTo(90 * MILLI, HISTOGRAM);
            assertThat(measured.times().p99()).isCloseTo(99 * MILLI, HISTOGRAM);
            assertThat(measured.times().max()).isEqualTo(100 * MILLI);
        }

        @Test
        void neverExceedsTheLongestCall() {
            Measurement measured = measurement(List.of(1_000_000_001L), List.of());

            assertThat(measured.times().p50()).isEqualTo(1_000_000_001L);
            assertThat(measured.times().p99()).isEqualTo(1_000_000_001L);
        }

        @Test
        void hasNoDeviationForOneCall() {
            assertThat(succeeded(3).times().deviation()).isNaN();
        }
    }

    @Nested
    class Failures {
        @Test
        void areCountedAndLeaveTheTimesAlone() {
            Measurement measured = measurement(List.of(10 * MILLI, 20 * MILLI), List.of(1_000 * MILLI));

            assertThat(measured.calls()).isEqualTo(3);
            assertThat(measured.failedNanos()).hasSize(1);
            assertThat(measured.times().count()).isEqualTo(2);
            assertThat(measured.times().ofFailures()).isFalse();
            assertThat(measured.times().mean()).isEqualTo(15 * MILLI);
            assertThat(measured.times().max()).isEqualTo(20 * MILLI);
        }

        @Test
        void giveTheTimeToFailWhereNothingSucceeded() {
            Measurement measured = measurement(List.of(), List.of(1_000 * MILLI, 1_002 * MILLI));

            assertThat(measured.failedNanos()).hasSize(2);
            assertThat(measured.times().ofFailures()).isTrue();
            assertThat(measured.times().mean()).isEqualTo(1_001 * MILLI);
        }

        @Test
        void leaveNothingToTellWhereThereWasNoCall() {
            Measurement measured = measurement(List.of(), List.of());

            assertThat(measured.calls()).isZero();
            assertThat(measured.times()).isNull();
            assertThat(measured.perCall(Traffic::syns)).isNull();
        }
    }

    @Nested
    class WhatTheNetworkSaw {
        @Test
        void isPerCallWhetherItSucceededOrNot() {
            Measurement measured = new Measurement(
                    "a", List.of(MILLI, MILLI, MILLI), List.of(MILLI), List.of(), new Traffic(10, 3, 1));

            assertThat(measured.perCall(Traffic::syns)).isEqualTo(2.5);
            assertThat(measured.perCall(Traffic::handshakes)).isEqualTo(0.75);
            assertThat(measured.perCall(Traffic::resets)).isEqualTo(0.25);
            assertThat(measured.perConnection(Traffic::syns)).isEqualTo(10 / 3.0);
        }

        @Test
        void isUnknownWhereItWasNotMeasured() {
            Measurement measured = succeeded(1);

            assertThat(measured.perCall(Traffic::syns)).isNull();
            assertThat(measured.perCall(Traffic::handshakes)).isNull();
            assertThat(measured.perCall(Traffic::resets)).isNull();
        }
    }

    private static Measurement succeeded(int... millis) {
        return measurement(IntStream.of(millis).mapToObj(each -> each * MILLI).toList(), List.of());
    }

    private static Measurement measurement(List<Long> nanos, List<Long> failedNanos) {
        return new Measurement("a", nanos, failedNanos, List.of(), null);
    }
}
