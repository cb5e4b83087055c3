package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.lab.Traffic;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A contender's figures in a scenario.
 *
 * <p>Failures are counted, and the times are those of the calls that succeeded: a client that gives up early is not to
 * look fast. Only where no call succeeded are the times those of the failures, the time to fail; then
 * {@link Times#ofFailures} says so.
 *
 * @param measurement what they are of
 * @param calls how many there were, failures included
 * @param times null if there was no call
 */
public record Summary(
        Measurement measurement,
        int calls,
        int failures,
        @Nullable Times times) {
    /** HdrHistogram's number of significant decimal digits: no percentile is off by more than 0.1 %. */
    private static final int SIGNIFICANT_DIGITS = 3;

    private static final String TIMES_OF = "times_of";
    private static final String FAILURES = "failures";
    private static final List<String> TIMES = List.of("mean_ms", "sd_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms");

    /**
     * Wall-clock times, in nanoseconds. Mean, deviation and maximum are exact.
     *
     * @param ofFailures whether they are times to fail
     * @param deviation the sample standard deviation, which divides by n - 1; NaN for one call, which has none
     * @param p50 the median, by HdrHistogram with {@value #SIGNIFICANT_DIGITS} significant digits, as are the next two
     */
    public record Times(
            boolean ofFailures, int count, double mean, double deviation, long p50, long p90, long p99, long max) {}

    public static Summary of(Measurement measurement) {
        boolean allFailed = measurement.nanos().isEmpty();
        List<Long> nanos = allFailed ? measurement.failedNanos() : measurement.nanos();
        int failures = measurement.failedNanos().size();
        Times times = nanos.isEmpty() ? null : times(allFailed, nanos);
        return new Summary(measurement, measurement.count(), failures, times);
    }

    private static Times times(boolean ofFailures, List<Long> nanos) {
        // Grows as needed: the longest call is not known beforehand.
        var histogram = new Histogram(SIGNIFICANT_DIGITS);
        nanos.forEach(histogram::recordValue);
        int count = nanos.size();
        double mean = nanos.stream().mapToDouble(each -> each).reduce(0, Double::sum) / count;
        // In a second pass: the textbook's one pass, sum of squares less square of sum, loses the digits that matter.
        double squares = nanos.stream()
                .mapToDouble(each -> (each - mean) * (each - mean))
                .reduce(0, Double::sum);
        double deviation = count == 1 ? Double.NaN : Math.sqrt(squares / (count - 1));
        long max = nanos.stream().mapToLong(each -> each).max().orElseThrow();
        // The histogram answers with the upper end of a bucket, which may lie beyond the longest call.
        return new Times(
                ofFailures,
                count,
                mean,
                deviation,
                Math.min(histogram.getValueAtPercentile(50), max),
                Math.min(histogram.getValueAtPercentile(90), max),
                Math.min(histogram.getValueAtPercentile(99), max),
                max);
    }

    public String contender() {
        return measurement.contender();
    }

    /** Adds the counts and times to a line of results, times in milliseconds. */
    public void addTo(ObjectNode row) {
        row.put("calls", calls).put("failed", failures);
        row.put(TIMES_OF, times == null ? "nothing" : times.ofFailures ? FAILURES : "successes");
        double[] nanos = times == null
                ? new double[0]
                : new double[] {times.mean, times.deviation, times.p50, times.p90, times.p99, times.max};
        for (int i = 0; i < TIMES.size(); i++) {
            boolean isKnown = times != null && !Double.isNaN(nanos[i]);
            // To the nanosecond: digits that a table would round away cost a file nothing.
            row.put(TIMES.get(i), isKnown ? BigDecimal.valueOf(Math.round(nanos[i]), 6) : null);
        }
    }

    /** Whether the times of a line of results are those to fail. */
    static boolean isOfFailures(ObjectNode row) {
        return row.path(TIMES_OF).asText().equals(FAILURES);
    }

    /** The SYNs that its addresses saw, per call, failures included; null where packets are not seen. */
    @Nullable
    Double synsPerCall() {
        return perCall(Traffic::syns);
    }

    /** What its addresses saw of something, likewise. */
    @Nullable
    Double perCall(ToLongFunction<Traffic> count) {
        return per(calls, count);
    }

    /** The same for each call that connected; null where none did. */
    public @Nullable Double perConnection(ToLongFunction<Traffic> count) {
        return per(calls - failures, count);
    }

    private @Nullable Double per(int of, ToLongFunction<Traffic> count) {
        var traffic = measurement.traffic();
        return traffic == null || of == 0 ? null : (double) count.applyAsLong(traffic) / of;
    }
}
