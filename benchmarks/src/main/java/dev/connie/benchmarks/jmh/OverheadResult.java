package dev.connie.benchmarks.jmh;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of one case.
 *
 * @param samples one for each iteration of each fork
 */
record OverheadResult(OverheadCase what, List<Sample> samples) {
    /** What one operation took in one iteration, of a plain socket and of Connie. */
    record Sample(double plainMicros, double connieMicros, double plainBytes, double connieBytes) {
        double timeRatio() {
            return connieMicros / plainMicros;
        }

        double bytesRatio() {
            return connieBytes / plainBytes;
        }
    }

    /** Copies the list. */
    OverheadResult {
        samples = List.copyOf(samples);
    }

    double median(ToDoubleFunction<Sample> figure) {
        return quantile(0.5, figure);
    }

    /** Returns the sample's figure below which this part of the samples lies. */
    double quantile(double part, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(part * (sorted.length - 1))];
    }

    /** Returns whether every goal that there is was met; true if there is none. */
    boolean isMet() {
        return isWithin(what.timeGoal(), median(Sample::timeRatio))
                && isWithin(what.bytesGoal(), median(Sample::bytesRatio));
    }

    String verdict() {
        boolean hasGoal = what.timeGoal() != null || what.bytesGoal() != null;
        return hasGoal ? isMet() ? "met" : "missed" : "";
    }

    private static boolean isWithin(@Nullable Double goal, double ratio) {
        return goal == null || ratio <= goal;
    }
}
