package dev.connie.benchmarks;

import java.util.List;
import java.util.stream.DoubleStream;

/** A logarithmic axis from one value to another. */
public record LogAxis(double least, double most) {
    private static final List<double[]> TICKS_IN_A_DECADE =
            List.of(new double[] {1, 2, 5}, new double[] {1, 3}, new double[] {1});

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
