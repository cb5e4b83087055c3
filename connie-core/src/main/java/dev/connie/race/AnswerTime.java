package dev.connie.race;

import java.time.Duration;

/**
 * How long one server takes from being asked to its first byte: a round trip, and its think time. A server that says
 * nothing gives no sample; what is expected of it is known from its siblings, the servers of the same port that were raced
 * together with it, whose think time it shares. Not thread-safe, but for what siblings share.
 */
final class AnswerTime {
    /** An answer has this much more than its usual time before it is late: servers vary more than networks. */
    private static final long MARGIN_NANOS = Duration.ofMillis(20).toNanos();

    /**
     * A hello whose answer takes so much longer than usual may have been sent twice: Linux repeats data after 200 ms at
     * the earliest (TCP_RTO_MIN). By Karn's rule (RFC 6298, section 3) it is then no sample. Two in a row are a slow
     * server.
     */
    private static final long RETRANSMITTED_NANOS = Duration.ofMillis(200).toNanos();

    private final SmoothedTime sinceAsked = new SmoothedTime();
    // Shared by siblings, who may have other locks: guarded by itself.
    private final SmoothedTime thinkTime;
    private boolean perhapsRetransmitted;
    // An answer takes longer than this, as far as hellos since the last answer have shown.
    private long longerThanNanos;

    /** Begins with the think time that siblings share. */
    AnswerTime(SmoothedTime thinkTime) {
        this.thinkTime = thinkTime;
    }

    SmoothedTime thinkTime() {
        return thinkTime;
    }

    /** Returns whether this server, not just a sibling, has answered. */
    boolean isKnown(long nowNanos) {
        return sinceAsked.isKnown(nowNanos);
    }

    /**
     * Returns how long an answer usually takes; negative if nothing is known.
     *
     * @param connectNanos how long a connect takes, which is a round trip
     */
    double usualNanos(double connectNanos, long nowNanos) {
        if (isKnown(nowNanos)) {
            return sinceAsked.nanos();
        }
        synchronized (thinkTime) {
            return thinkTime.isKnown(nowNanos) ? connectNanos + thinkTime.nanos() : -1;
        }
    }

    /** Returns within what time there was no answer when it was last asked; 0 if there was one. */
    long longerThanNanos() {
        return longerThanNanos;
    }

    /** Returns after what time an answer is late. */
    long delayNanos(long connectNanos, long unknownNanos, long nowNanos) {
        if (isKnown(nowNanos)) {
            return sinceAsked.lateNanos(MARGIN_NANOS, unknownNanos, nowNanos);
        }
        synchronized (thinkTime) {
            return thinkTime.isKnown(nowNanos)
                    ? connectNanos + thinkTime.lateNanos(MARGIN_NANOS, unknownNanos, nowNanos)
                    : unknownNanos;
        }
    }

    /** Adds a sample, unless it looks like one of a hello that was sent twice. */
    void answered(long tookNanos, double connectNanos, long nowNanos) {
        longerThanNanos = 0;
        double usualNanos = Math.max(connectNanos, usualNanos(connectNanos, nowNanos));
        if (tookNanos > usualNanos + RETRANSMITTED_NANOS && !perhapsRetransmitted) {
            perhapsRetransmitted = true;
            return;
        }
        perhapsRetransmitted = false;
        sinceAsked.measure(tookNanos, nowNanos);
        synchronized (thinkTime) {
            thinkTime.measure(Math.max(0, (long) (tookNanos - connectNanos)), nowNanos);
        }
    }

    /** Notes that there was no answer within this time. */
    void unanswered(long waitedNanos) {
        longerThanNanos = Math.max(longerThanNanos, waitedNanos);
    }
}
