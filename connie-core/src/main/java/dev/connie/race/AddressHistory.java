package dev.connie.race;

import java.time.Duration;

/**
 * What is known of one destination. Thread-safe: every method holds its own lock and calls nobody but {@link SeededRandom}.
 *
 * <p>The connect time and its variation are smoothed as RFC 6298 does it (section 2: alpha 1/8, beta 1/4). What is known fades:
 * what was measured counts half after ten minutes and is forgotten after thirty; failures count half after one.
 *
 * <p>An attempt that ended without an answer, because another won, tells that the connect takes longer than that. It can
 * only raise what is expected, until a connect succeeds.
 */
final class AddressHistory {
    /** The delay that RFC 8305, section 8, recommends where nothing is known. */
    static final long UNKNOWN_DELAY_NANOS = Duration.ofMillis(250).toNanos();

    /**
     * What took this long was sent twice: the first SYN is repeated after 1 s (RFC 6298, section 2.1), and Linux is up to
     * a tenth early. By Karn's rule (section 3) it is no measure of the time; it is a SYN lost.
     */
    static final long RETRANSMITTED_NANOS = Duration.ofMillis(900).toNanos();

    private static final double ALPHA = 1 / 8.0;
    private static final double BETA = 1 / 4.0;

    private static final double TIMES_HALVE_NANOS = Duration.ofMinutes(10).toNanos();
    private static final double FAILURES_HALVE_NANOS = Duration.ofMinutes(1).toNanos();

    /** What counts less is not known any more: after three times its half life. */
    private static final double FORGOTTEN = 1 / 8.0;

    private static final double TIMES_FORGOTTEN_NANOS = 3 * TIMES_HALVE_NANOS;

    /** How long it is remembered that this machine could not even send: a route may come at any time. */
    private static final long NOT_SENT_NANOS = Duration.ofSeconds(10).toNanos();

    /** Beyond it failures make no further difference. */
    private static final double HIGHEST_RISK = 0.98;

    private final Tuning tuning;
    private final SeededRandom random;

    // All guarded by this.
    private boolean measured;
    private double smoothedNanos;
    private double variationNanos;
    private long measuredNanos;

    // Smoothed like the time. An outage is one failure, however long, so that it is over when it is over.
    private double failureRate;
    private long ratedNanos;

    // Since the last success: how often it failed, how often it was given time to recover, and until when.
    private int failuresInARow;
    private long failedNanos;
    private int retries;
    private long retryNanos;
    // Whether it connected, and then was of no use.
    private boolean disappointing;

    // Since the last success: it takes longer than this.
    private long longerThanNanos;
    private long unansweredNanos;

    private boolean notSent;
    private long notSentNanos;

    private boolean tried;
    private long triedNanos;
    private boolean extra;
    private long extraNanos;

    AddressHistory(Tuning tuning, SeededRandom random) {
        this.tuning = tuning;
        this.random = random;
    }

    /** How a destination stands among those that a race chooses from. */
    enum Rank {
        /** It has connected, and nothing speaks against it. */
        GOOD,
        /** Not tried, or long ago. */
        UNKNOWN,
        /** It failed, or kept somebody waiting, when last tried. */
        FAILING,
        /** This machine cannot send to it: no route, no such family. */
        NOT_SENT
    }

    /**
     * A glance at it.
     *
     * @param usualNanos the smoothed connect time; {@link Double#MAX_VALUE} if none is known
     * @param expectedNanos the time until connected, the risk of failure included
     * @param mayRetry false if it failed and is not yet to be tried again
     * @param untriedNanos how long it has not been tried; {@link Long#MAX_VALUE} if it never was
     */
    record Outlook(Rank rank, double usualNanos, double expectedNanos, boolean mayRetry, long untriedNanos) {
        static final Outlook BLANK = new Outlook(Rank.UNKNOWN, Double.MAX_VALUE, 0, true, Long.MAX_VALUE);
    }

    synchronized Outlook outlook(long nowNanos) {
        return new Outlook(
                rank(nowNanos),
                isMeasured(nowNanos) ? smoothedNanos : Double.MAX_VALUE,
                expectedNanos(nowNanos),
                !isFailing() || nowNanos - retryNanos >= 0,
                tried ? age(triedNanos, nowNanos) : Long.MAX_VALUE);
    }

    private Rank rank(long nowNanos) {
        if (notSent && age(notSentNanos, nowNanos) < NOT_SENT_NANOS) {
            return Rank.NOT_SENT;
        }
        if (isMeasured(nowNanos)) {
            return isFailing() ? Rank.FAILING : Rank.GOOD;
        }
        return isFailing() && weight(failedNanos, FAILURES_HALVE_NANOS, nowNanos) >= FORGOTTEN
                ? Rank.FAILING
                : Rank.UNKNOWN;
    }

    /**
     * The cost of a success: what a try costs, divided by how likely it succeeds. Trying destinations in the order of it
     * connects soonest on average. A try that fails costs the delay after which the next one starts.
     */
    private double expectedNanos(long nowNanos) {
        double usual = isMeasured(nowNanos) ? smoothedNanos : UNKNOWN_DELAY_NANOS;
        double excess = longerThanNanos - usual;
        double risk = risk(nowNanos);
        // As a rule there is neither, and a race asks this of each of its addresses.
        return usual
                + (excess > 0 ? excess * weight(unansweredNanos, FAILURES_HALVE_NANOS, nowNanos) : 0)
                + (risk > 0 ? delayNanos(nowNanos) * risk / (1 - risk) : 0);
    }

    /** What failed fails again: the first time in a row with a chance of one half, then with half of what is left. */
    private double risk(long nowNanos) {
        if (failuresInARow == 0 && failureRate == 0) {
            return 0;
        }
        double again = (1 - Math.pow(0.5, failuresInARow)) * weight(failedNanos, FAILURES_HALVE_NANOS, nowNanos);
        return Math.min(HIGHEST_RISK, Math.max(again, failureRate(nowNanos)));
    }

    /**
     * Returns how long an attempt may take before it is late: the smoothed time and four variations (RFC 6298, section 2.3),
     * in the measure that they still count; for the rest the delay of the unknown.
     *
     * <p>The variation of a single sample is a guess of half its time, so it is not let to wait much longer than if nothing
     * were known.
     */
    synchronized long delayNanos(long nowNanos) {
        if (!isMeasured(nowNanos)) {
            return UNKNOWN_DELAY_NANOS;
        }
        double weight = timesWeight(nowNanos);
        double late = smoothedNanos + Math.max(tuning.marginNanos(), 4 * variationNanos);
        double bounded = Math.min(late, Math.max(UNKNOWN_DELAY_NANOS, 1.5 * smoothedNanos));
        return (long) (bounded * weight + UNKNOWN_DELAY_NANOS * (1 - weight));
    }

    synchronized void triedAt(long nowNanos) {
        tried = true;
        triedNanos = nowNanos;
    }

    /**
     * Notes a connect that succeeded.
     *
     * @param wasLate whether {@link #late} was told of this attempt
     */
    synchronized void connected(long tookNanos, boolean wasLate, long nowNanos) {
        notSent = false;
        if (tookNanos >= RETRANSMITTED_NANOS) {
            if (!wasLate) {
                fail(nowNanos);
            }
            return;
        }
        measure(tookNanos, nowNanos);
        if (!isFailing()) {
            rate(0, nowNanos);
        }
        longerThanNanos = 0;
        failuresInARow = 0;
        // One that connects and then is of no use does so again; only the second success in a row is believed.
        if (!disappointing) {
            retries = 0;
        }
        disappointing = false;
    }

    /** RFC 6298, sections 2.2 and 2.3; a sample counts for more where the older ones count for less. */
    private void measure(long tookNanos, long nowNanos) {
        double weight = timesWeight(nowNanos);
        if (weight < FORGOTTEN) {
            smoothedNanos = tookNanos;
            variationNanos = tookNanos / 2.0;
        } else {
            double error = tookNanos - smoothedNanos;
            variationNanos += (1 - (1 - BETA) * weight) * (Math.abs(error) - variationNanos);
            smoothedNanos += (1 - (1 - ALPHA) * weight) * error;
        }
        measured = true;
        measuredNanos = nowNanos;
    }

    /** Notes that an attempt is, or was, unanswered for this long. */
    synchronized void unanswered(long tookNanos, long nowNanos) {
        if (tookNanos >= longerThanNanos) {
            longerThanNanos = tookNanos;
            unansweredNanos = nowNanos;
        }
    }

    /** Notes a failure: refused, timed out, or later than {@link #delayNanos} at its start. Once for each attempt. */
    synchronized void failed(long nowNanos) {
        fail(nowNanos);
    }

    /** Notes that it connected and then was of no use. */
    synchronized void disappointed(long nowNanos) {
        fail(nowNanos);
        disappointing = true;
    }

    private void fail(long nowNanos) {
        if (!isFailing()) {
            rate(1, nowNanos);
        }
        // Those that were under way together fail together, and put the next try off once.
        if (!isFailing() || nowNanos - retryNanos >= 0) {
            backOff(nowNanos);
        }
        failuresInARow++;
        failedNanos = nowNanos;
    }

    private boolean isFailing() {
        return failuresInARow > 0;
    }

    private void backOff(long nowNanos) {
        long delay = Math.min(tuning.maximumRetryNanos(), tuning.retryNanos() << Math.min(retries, 20));
        retryNanos = nowNanos + (long) (delay * (1 + tuning.jitter() * random.next(nowNanos)));
        retries++;
    }

    /** Notes that no packet left this machine. */
    synchronized void notSent(long nowNanos) {
        notSent = true;
        notSentNanos = nowNanos;
    }

    /**
     * Claims an extra attempt for the caller.
     *
     * @return 0 if it is granted, else how long to wait after the last one by any race, in nanoseconds
     */
    synchronized long claimExtra(long nowNanos) {
        long wait = extra ? tuning.gapNanos() - age(extraNanos, nowNanos) : 0;
        if (wait > 0) {
            return wait;
        }
        extra = true;
        extraNanos = nowNanos;
        return 0;
    }

    /** Claims an attempt to find out how it stands. If it failed before, nobody else does for a while. */
    synchronized boolean claimExploration(long nowNanos) {
        if (isFailing() && nowNanos - retryNanos < 0 || claimExtra(nowNanos) > 0) {
            return false;
        }
        if (isFailing()) {
            backOff(nowNanos);
        }
        return true;
    }

    private boolean isMeasured(long nowNanos) {
        return measured && age(measuredNanos, nowNanos) <= TIMES_FORGOTTEN_NANOS;
    }

    private double timesWeight(long nowNanos) {
        return measured ? weight(measuredNanos, TIMES_HALVE_NANOS, nowNanos) : 0;
    }

    private double failureRate(long nowNanos) {
        return failureRate * weight(ratedNanos, FAILURES_HALVE_NANOS, nowNanos);
    }

    private void rate(double failed, long nowNanos) {
        double rate = failureRate(nowNanos);
        failureRate = rate + ALPHA * (failed - rate);
        ratedNanos = nowNanos;
    }

    private static double weight(long sinceNanos, double halfLifeNanos, long nowNanos) {
        return Math.pow(0.5, age(sinceNanos, nowNanos) / halfLifeNanos);
    }

    /** Races that run side by side tell of the time in no order. */
    private static long age(long sinceNanos, long nowNanos) {
        return Math.max(0, nowNanos - sinceNanos);
    }
}
