package dev.connie.benchmarks;

import java.util.List;
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
        return new Summary(
                measurement,
                measurement.count(),
                measurement.failedNanos().size(),
                nanos.isEmpty() ? null : times(allFailed, nanos));
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

    /** The SYNs that its addresses saw, per call, failures included; null where packets are not seen. */
    public @Nullable Double synsPerCall() {
        var traffic = measurement.traffic();
        return traffic == null ? null : perCall(traffic.syns());
    }

    /** The connections that its servers accepted, likewise. */
    @Nullable
    Double handshakesPerCall() {
        var traffic = measurement.traffic();
        return traffic == null ? null : perCall(traffic.handshakes());
    }

    /** The resets in either direction, likewise. */
    @Nullable
    Double resetsPerCall() {
        var traffic = measurement.traffic();
        return traffic == null ? null : perCall(traffic.resets());
    }

    private @Nullable Double perCall(long count) {
        return calls == 0 ? null : (double) count / calls;
    }

    /** CPU time of this process, the lab's own threads left out; null where not measured. */
    @Nullable
    Double cpuMicrosPerCall() {
        var cost = measurement.cost();
        return cost == null ? null : cost.cpuNanos() / 1_000;
    }

    /** The most threads beyond the callers' own; null where not measured. */
    @Nullable
    Integer extraThreads() {
        var cost = measurement.cost();
        return cost == null ? null : cost.extraThreads();
    }
}
