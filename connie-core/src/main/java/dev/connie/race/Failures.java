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

    // Since the last success: how often it failed, how often it was given time to recover, and until when.
    private int inARow;
    private long failedNanos;
    private int retries;
    private long retryNanos;
    // Whether the last thing it did was to connect and then be of no use.
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

    /** Returns whether it does not fail, or has had time to recover. */
    boolean mayRetry(long nowNanos) {
        return !isFailing() || nowNanos - retryNanos >= 0;
    }

    /** What failed fails again: the first time in a row with a chance of one half, then with half of what is left. */
    double risk(long nowNanos) {
        // As a rule it has not, and a race asks this of each of its addresses.
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
        // As a rule it is zero already.
        if (!isFailing() && rate > 0) {
            rate(0, nowNanos);
        }
        inARow = 0;
        // One that connects and then is of no use does so again; only the second success in a row is believed.
        if (!disappointing) {
            retries = 0;
        }
        disappointing = false;
    }

    /** Notes a first byte: it is of use. */
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
        // Those that were under way together fail together, and put the next try off once.
        if (mayRetry(nowNanos)) {
            backOff(nowNanos);
        }
        inARow++;
        failedNanos = nowNanos;
    }

    /**
     * Notes that it connected and then was of no use.
     *
     * @param awaitsFirstByte whether a first byte would be heard of if it were
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

    /** Returns how much that still counts which a failure told a while ago. */
    static double weight(long sinceNanos, long nowNanos) {
        return SmoothedTime.weight(sinceNanos, HALF_LIFE_NANOS, nowNanos);
    }
}
