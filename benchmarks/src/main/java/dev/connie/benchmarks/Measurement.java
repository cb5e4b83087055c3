package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.lab.Traffic;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one contender did in one scenario.
 *
 * <p>Failures are counted, and the times are those of the calls that succeeded: a client that gives up early is not to
 * look fast. Only where no call succeeded are the times those of the failures, the time to fail; then
 * {@link Times#ofFailures} says so.
 *
 * @param contender its name
 * @param nanos the wall-clock times of the calls that succeeded, in the order in which they ended, name look-up included
 * @param failedNanos the times of those that failed
 * @param failures each kind of failure's message with how often it came, most frequent first
 * @param traffic what its addresses saw, or null where packets are not seen
 * @param times null if there was no call
 */
public record Measurement(
        String contender,
        List<Long> nanos,
        List<Long> failedNanos,
        List<Failure> failures,
        @Nullable Traffic traffic,
        @Nullable Times times) {
    private static final String TIMES_OF = "times_of";
    private static final String FAILURES = "failures";
    private static final List<String> TIMES = List.of("mean_ms", "sd_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms");

    public Measurement {
        nanos = List.copyOf(nanos);
        failedNanos = List.copyOf(failedNanos);
        failures = List.copyOf(failures);
    }

    /** What is known before the times are worked out. */
    public Measurement(
            String contender,
            List<Long> nanos,
            List<Long> failedNanos,
            List<Failure> failures,
            @Nullable Traffic traffic) {
        this(contender, nanos, failedNanos, failures, traffic, Times.of(nanos, failedNanos));
    }

    /** How often a call ended with this message. */
    public record Failure(String message, long count) {}

    /**
     * Wall-clock times, in nanoseconds. Mean, deviation and maximum are exact.
     *
     * @param ofFailures whether they are times to fail
     * @param deviation the sample standard deviation, which divides by n - 1; NaN for one call, which has none
     * @param p50 the median, by HdrHistogram with {@value #SIGNIFICANT_DIGITS} significant digits, as are the next two
     */
    public record Times(
            boolean ofFailures, long count, double mean, double deviation, long p50, long p90, long p99, long max) {
        /** HdrHistogram's number of significant decimal digits: no percentile is off by more than 0.1 %. */
        private static final int SIGNIFICANT_DIGITS = 3;

        private static @Nullable Times of(List<Long> succeeded, List<Long> failed) {
            boolean allFailed = succeeded.isEmpty();
            List<Long> nanos = allFailed ? failed : succeeded;
            if (nanos.isEmpty()) {
                return null;
            }
            // Grows as needed: the longest call is not known beforehand.
            var histogram = new Histogram(SIGNIFICANT_DIGITS);
            nanos.forEach(histogram::recordValue);
            var all = nanos.stream().mapToLong(each -> each).summaryStatistics();
            double mean = all.getAverage();
            // In a second pass: the textbook's one pass, sum of squares less square of sum, loses the digits that
            // matter.
            double squares = nanos.stream()
                    .mapToDouble(each -> (each - mean) * (each - mean))
                    .sum();
            double deviation = nanos.size() == 1 ? Double.NaN : Math.sqrt(squares / (nanos.size() - 1));
            // The histogram answers with the upper end of a bucket, which may lie beyond the longest call.
            long max = all.getMax();
            long p50 = Math.min(histogram.getValueAtPercentile(50), max);
            long p90 = Math.min(histogram.getValueAtPercentile(90), max);
            long p99 = Math.min(histogram.getValueAtPercentile(99), max);
            return new Times(allFailed, nanos.size(), mean, deviation, p50, p90, p99, max);
        }
    }

    /** How many calls there were, failures included. */
    public int calls() {
        return nanos.size() + failedNanos.size();
    }

    /** Adds the counts and times to a line of results, times in milliseconds. */
    public void addTo(ObjectNode row) {
        row.put("calls", calls()).put("failed", failedNanos.size());
        row.put(TIMES_OF, times == null ? "nothing" : times.ofFailures ? FAILURES : "successes");
        double[] figures = times == null
                ? new double[0]
                : new double[] {times.mean, times.deviation, times.p50, times.p90, times.p99, times.max};
        for (int i = 0; i < TIMES.size(); i++) {
            boolean isKnown = times != null && !Double.isNaN(figures[i]);
            // To the nanosecond: digits that a table would round away cost a file nothing.
            row.put(TIMES.get(i), isKnown ? BigDecimal.valueOf(Math.round(figures[i]), 6) : null);
        }
    }

    /** Whether the times of a line of results are those to fail. */
    static boolean isOfFailures(ObjectNode row) {
        return row.path(TIMES_OF).asText().equals(FAILURES);
    }

    /** What its addresses saw of something, per call, failures included; null where packets are not seen. */
    @Nullable
    Double perCall(ToLongFunction<Traffic> count) {
        return per(calls(), count);
    }

    /** The same for each call that connected; null where none did. */
    public @Nullable Double perConnection(ToLongFunction<Traffic> count) {
        return per(nanos.size(), count);
    }

    private @Nullable Double per(int of, ToLongFunction<Traffic> count) {
        return traffic == null || of == 0 ? null : (Double) ((double) count.applyAsLong(traffic) / of);
    }
}
