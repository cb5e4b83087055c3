package dev.connie.benchmarks;

import dev.connie.benchmarks.Summary.Times;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** A logarithmic axis from one value to another. */
public record LogAxis(double least, double most) {
    private static final List<double[]> TICKS_IN_A_DECADE =
            List.of(new double[] {1, 2, 5}, new double[] {1, 3}, new double[] {1});

    /**
     * An axis of milliseconds with room for all of these results: from a little less than the least of what stands for a
     * usual call to a little more than the longest 99th percentile.
     */
    public static LogAxis ofTimes(List<ScenarioResult> results, ToDoubleFunction<Times> usualNanos) {
        return new LogAxis(
                millis(results, usualNanos).min().orElse(1) / 1.3,
                millis(results, Times::p99).max().orElse(1) * 1.1);
    }

    private static DoubleStream millis(List<ScenarioResult> results, ToDoubleFunction<Times> nanos) {
        return results.stream()
                .flatMap(result -> result.measurements().stream())
                .map(measurement -> Summary.of(measurement).times())
                .filter(times -> times != null)
                .mapToDouble(times -> nanos.applyAsDouble(times) / 1e6);
    }

    /** Where a value lies: 0 is the least, 1 the most. */
    public double position(double value) {
        return Math.log(value / least) / Math.log(most / least);
    }

    /** Round numbers, no more of them than there is room for, if it can be helped. */
    public double[] ticks(int max) {
        double[] ticks = {};
        for (double[] inADecade : TICKS_IN_A_DECADE) {
            ticks = DoubleStream.iterate(0.001, decade -> decade <= most, decade -> decade * 10)
                    .flatMap(decade -> DoubleStream.of(inADecade).map(digit -> digit * decade))
                    .filter(tick -> tick >= least && tick <= most)
                    .toArray();
            if (ticks.length <= max) {
                break;
            }
        }
        return ticks;
    }
}
