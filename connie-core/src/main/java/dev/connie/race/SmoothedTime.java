package dev.connie.race;

import java.time.Duration;

/**
 * How long something usually takes, and by how much that varies: smoothed as RFC 6298 does it (section 2: alpha 1/8, beta
 * 1/4). What was measured counts half after ten minutes, and is then too old to be trusted. Not thread-safe.
 */
final class SmoothedTime {
    private static final double ALPHA = 1 / 8.0;
    private static final double BETA = 1 / 4.0;

    /**
     * How long a sample is trusted, and after what time it counts half. Most servers' addresses are kept no longer by those
     * who resolve their names; a busier network than usual is over by then.
     */
    private static final long TRUSTED_NANOS = Duration.ofMinutes(10).toNanos();

    private boolean measured;
    private double smoothedNanos;
    private double variationNanos;
    private long measuredNanos;

    /**
     * Adds a sample: RFC 6298, sections 2.2 and 2.3. It counts for more where the older ones count for less. A sample
     * of less than half the usual time is of another path, since queues and losses only ever lengthen it: all begins
     * anew.
     */
    void measure(long tookNanos, long nowNanos) {
        if (isKnown(nowNanos) && tookNanos > smoothedNanos / 2) {
            double weight = weight(nowNanos);
            double error = tookNanos - smoothedNanos;
            variationNanos += (1 - (1 - BETA) * weight) * (Math.abs(error) - variationNanos);
            smoothedNanos += (1 - (1 - ALPHA) * weight) * error;
        } else {
            smoothedNanos = tookNanos;
            variationNanos = tookNanos / 2.0;
        }
        measured = true;
        measuredNanos = nowNanos;
    }

    /** Returns whether there is a sample that is not too old. */
    boolean isKnown(long nowNanos) {
        return measured && age(measuredNanos, nowNanos) <= TRUSTED_NANOS;
    }

    /** Returns the age of the latest sample; {@link Long#MAX_VALUE} if there is none. */
    long ageNanos(long nowNanos) {
        return measured ? age(measuredNanos, nowNanos) : Long.MAX_VALUE;
    }

    /** Returns the smoothed time, however old; {@link Double#MAX_VALUE} if there is none. */
    double nanos() {
        return measured ? smoothedNanos : Double.MAX_VALUE;
    }

    /** Returns by how much it varies; only if {@link #isKnown}. */
    double variationNanos() {
        return variationNanos;
    }

    /**
     * Returns after what time it is late: the smoothed time and four variations (RFC 6298, section 2.3) as far as they
     * still count, and for the rest the time after which it is late where nothing is known.
     *
     * <p>The variation of a single sample is a guess of half its time. It must not make anybody wait much longer than if
     * nothing were known: hence the bound. A bound without regard to the time would call whatever is far away late.
     *
     * @param marginNanos the least by which it may exceed the smoothed time: what a busy scheduler or a queue on the way
     *     adds (RFC 6298, section 2, calls it the clock granularity)
     * @param unknownNanos after what time it is late where nothing is known
     */
    long lateNanos(long marginNanos, long unknownNanos, long nowNanos) {
        if (!isKnown(nowNanos)) {
            return unknownNanos;
        }
        double weight = weight(nowNanos);
        double late = smoothedNanos + Math.max(marginNanos, 4 * variationNanos);
        double bounded = Math.min(late, Math.max(AddressHistory.UNKNOWN_DELAY_NANOS, 1.5 * smoothedNanos));
        return (long) (bounded * weight + unknownNanos * (1 - weight));
    }

    private double weight(long nowNanos) {
        return weight(measuredNanos, TRUSTED_NANOS, nowNanos);
    }

    /** Returns how much what was seen a while ago still counts, from 0 to 1. */
    static double weight(long sinceNanos, double halfLifeNanos, long nowNanos) {
        return Math.pow(0.5, age(sinceNanos, nowNanos) / halfLifeNanos);
    }

    /** Returns the time since then, never negative: races that run side by side report their times in no order. */
    static long age(long sinceNanos, long nowNanos) {
        return Math.max(0, nowNanos - sinceNanos);
    }
}
