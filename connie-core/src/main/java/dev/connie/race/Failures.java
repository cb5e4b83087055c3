package dev.connie.race;

import java.time.Duration;
import java.util.function.LongToDoubleFunction;

/**
 * How one destination failed, what that tells of the next attempt, and when it is worth a probe. A failure counts half after
 * a minute. Not thread-safe.
 */
final class Failures {
    private static final long HALF_LIFE_NANOS = Duration.ofMinutes(1).toNanos();

    /** What is older counts less than an eighth, and is forgotten. */
    static final long FORGOTTEN_NANOS = 3 * HALF_LIFE_NANOS;

    /** How much one attempt changes the failure rate: little, since one SYN in fifty is lost on a poor network. */
    private static final double RATE_GAIN = 1 / 32.0;

    /** Beyond it failures make no further difference. */
    private static final double HIGHEST_RISK = 0.98;

    /** After what time a destination that failed is worth a probe; doubled each time, up to the maximum. */
    private static final long RETRY_NANOS = Duration.ofMillis(250).toNanos();

    /** The same for a mute one: a client who finds out that it is still mute has lost more time. */
    private static final long MUTE_RETRY_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long MAXIMUM_RETRY_NANOS = Duration.ofSeconds(30).toNanos();

    private final LongToDoubleFunction random;

    // An outage is one failure, however long, so that it is over when it is over.
    private double rate;
    private long ratedNanos;

    // Since the last success: how often it failed, how often the next attempt was put off, and until when.
    private int inARow;
    private long failedNanos;
    private int retries;
    private long retryNanos;
    // Whether it gave no answer after the last time that it connected.
    private boolean disappointing;
    // Whether it was asked and said nothing, so that it takes a first byte to believe in it again.
    private boolean mute;

    Failures(LongToDoubleFunction random) {
        this.random = random;
    }

    boolean isFailing() {
        return inARow > 0;
    }

    boolean isMute() {
        return mute;
    }

    /** Returns whether the last failure is too old to count. */
    boolean isForgotten(long nowNanos) {
        return SmoothedTime.age(failedNanos, nowNanos) > FORGOTTEN_NANOS;
    }

    /** Returns whether an attempt may be made: it does not fail, or has had time to recover. */
    boolean mayRetry(long nowNanos) {
        return !isFailing() || nowNanos - retryNanos >= 0;
    }

    /**
     * Returns the chance that it fails: one half after one failure, and half of what is left more for each further one.
     */
    double risk(long nowNanos) {
        // As a rule there was no failure, and a race asks this of each of its addresses.
        if (inARow == 0 && rate == 0) {
            return 0;
        }
        double again = (1 - Math.pow(0.5, inARow)) * weight(failedNanos, nowNanos);
        return Math.min(HIGHEST_RISK, Math.max(again, rate(nowNanos)));
    }

    /** Notes a connect, which is a success unless a first byte is waited for. */
    void connected(long nowNanos) {
        if (mute) {
            return;
        }
        // As a rule the rate is zero already.
        if (!isFailing() && rate > 0) {
            rate(0, nowNanos);
        }
        inARow = 0;
        // A server that connected and gave no answer may do so again; only the second success in a row is believed.
        if (!disappointing) {
            retries = 0;
        }
        disappointing = false;
    }

    /** Notes a first byte: the server is of use. */
    void spoke(long nowNanos) {
        mute = false;
        disappointing = false;
        connected(nowNanos);
    }

    /** Notes a failure. */
    void failed(long nowNanos) {
        if (!isFailing()) {
            rate(1, nowNanos);
        }
        // Attempts that were in flight together fail together, and put the next one off once.
        if (mayRetry(nowNanos)) {
            backOff(nowNanos);
        }
        inARow++;
        failedNanos = nowNanos;
    }

    /**
     * Notes that the server connected and then gave no answer.
     *
     * @param awaitsFirstByte whether first bytes are reported, so that it takes one to believe in the server again
     */
    void disappointed(boolean awaitsFirstByte, long nowNanos) {
        disappointing = true;
        mute |= awaitsFirstByte;
        failed(nowNanos);
    }

    /**
     * Puts the next probe off. Half of the delay is left to chance, so that the clients of a server do not all come back at
     * the same time (Brooker, "Exponential Backoff And Jitter", 2015: "equal jitter").
     */
    void backOff(long nowNanos) {
        long firstNanos = mute ? MUTE_RETRY_NANOS : RETRY_NANOS;
        long delayNanos = Math.min(MAXIMUM_RETRY_NANOS, firstNanos << Math.min(retries, 20));
        retryNanos = nowNanos + delayNanos / 2 + (long) (delayNanos / 2 * random.applyAsDouble(nowNanos));
        retries++;
    }

    private double rate(long nowNanos) {
        return rate * weight(ratedNanos, nowNanos);
    }

    private void rate(double failed, long nowNanos) {
        double before = rate(nowNanos);
        rate = before + RATE_GAIN * (failed - before);
        ratedNanos = nowNanos;
    }

    /** Returns how much a failure of a while ago still counts, from 0 to 1. */
    static double weight(long sinceNanos, long nowNanos) {
        return SmoothedTime.weight(sinceNanos, HALF_LIFE_NANOS, nowNanos);
    }
}
