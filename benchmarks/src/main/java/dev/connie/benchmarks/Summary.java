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
 * @param contender its name
 * @param calls how many there were, failures included
 * @param failures how many of them failed
 * @param times null if there was no call
 * @param synsPerCall the SYNs that its addresses saw, per call, failures included; null where packets are not seen, as
 *     with the next two
 * @param handshakesPerCall the connections that its servers accepted, likewise
 * @param resetsPerCall the resets in either direction, likewise
 * @param cpuMicrosPerCall CPU time of this process, the lab's own threads left out; null where not measured
 * @param extraThreads the most threads beyond the callers' own; null where not measured
 */
public record Summary(
        String contender,
        int calls,
        int failures,
        @Nullable Times times,
        @Nullable Double synsPerCall,
        @Nullable Double handshakesPerCall,
        @Nullable Double resetsPerCall,
        @Nullable Double cpuMicrosPerCall,
        @Nullable Integer extraThreads) {

    /** HdrHistogram's number of significant decimal digits: no percentile is off by more than 0.1 %. */
    private static final int SIGNIFICANT_DIGITS = 3;

    /**
     * Wall-clock times, in nanoseconds. Mean, deviation and maximum are exact.
     *
     * @param ofFailures whether they are times to fail
     * @param count how many calls they are of
     * @param mean the sum by the count
     * @param deviation the sample standard deviation, which divides by n - 1; NaN for one call, which has none
     * @param p50 the median, by HdrHistogram with {@value #SIGNIFICANT_DIGITS} significant digits, as are the next two
     * @param p90 the time that 90 % of the calls did not exceed
     * @param p99 the time that 99 % of the calls did not exceed
     * @param max the longest
     */
    public record Times(
            boolean ofFailures, int count, double mean, double deviation, long p50, long p90, long p99, long max) {

        /** Of calls that succeeded; there must be one. */
        public static Times of(List<Long> nanos) {
            return times(false, nanos);
        }
    }

    public static Summary of(Measurement measurement) {
        int calls = measurement.count();
        int failures = measurement.failedNanos().size();
        boolean allFailed = failures == calls;
        var traffic = calls == 0 ? null : measurement.traffic();
        var cost = measurement.cost();
        return new Summary(
                measurement.contender(),
                calls,
                failures,
                calls == 0 ? null : times(allFailed, allFailed ? measurement.failedNanos() : measurement.nanos()),
                traffic == null ? null : (double) traffic.syns() / calls,
                traffic == null ? null : (double) traffic.handshakes() / calls,
                traffic == null ? null : (double) traffic.resets() / calls,
                cost == null ? null : cost.cpuNanos() / 1_000,
                cost == null ? null : cost.extraThreads());
    }

    private static Times times(boolean ofFailures, List<Long> nanos) {
        // Grows as needed: the longest call is not known beforehand.
        var histogram = new Histogram(SIGNIFICANT_DIGITS);
        double sum = 0;
        long max = 0;
        for (long each : nanos) {
            histogram.recordValue(each);
            sum += each;
            max = Math.max(max, each);
        }
        double mean = sum / nanos.size();
        // In a second pass: the textbook's one pass, sum of squares less square of sum, loses the digits that matter.
        double squares = 0;
        for (long each : nanos) {
            squares += (each - mean) * (each - mean);
        }
        return new Times(
                ofFailures,
                nanos.size(),
                mean,
                nanos.size() == 1 ? Double.NaN : Math.sqrt(squares / (nanos.size() - 1)),
                percentile(histogram, 50, max),
                percentile(histogram, 90, max),
                percentile(histogram, 99, max),
                max);
    }

    // The histogram answers with the upper end of a bucket, which may lie beyond the longest call.
    private static long percentile(Histogram histogram, double percentile, long max) {
        return Math.min(histogram.getValueAtPercentile(percentile), max);
    }
}
