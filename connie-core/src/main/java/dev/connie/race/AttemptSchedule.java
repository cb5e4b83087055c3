package dev.connie.race;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a policy decides in one race, and what the race tells it. A policy that remembers nothing has one for all races;
 * one that learns makes one for each. Called by its race only.
 *
 * <p>Times are nanoseconds of the race's clock, which may wrap.
 */
abstract class AttemptSchedule {
    /** Returns the policy that this is of. */
    abstract RacePolicy policy();

    /** Puts these distinct addresses in order. Asked at the start of the race, and again whenever addresses are added. */
    abstract List<InetSocketAddress> order(List<InetSocketAddress> addresses, long nowNanos);

    /**
     * Is told of a start, and returns when the next one is due if nothing fails.
     *
     * @param dueNanos when this one was due, which is now or earlier
     */
    abstract long started(Attempt attempt, long dueNanos, long nowNanos);

    /**
     * Is asked when the next attempt is due because the timer ran out, not because an attempt ended. Returns {@code
     * dueNanos} if the attempt may start, which it then does; else the later time to which its start is put off.
     */
    long dueByTimer(InetSocketAddress next, long dueNanos, long nowNanos) {
        return dueNanos;
    }

    /** Returns the time that must lie between two starts, in nanoseconds, even when an attempt fails. */
    abstract long minimumGapNanos();

    /** Is told that an attempt has ended; the attempt knows how and when. */
    void ended(Attempt attempt, long nowNanos) {}

    /** Is told that the attempt just started was postponed: it counts as not started. */
    void takenBack(Attempt attempt) {}
}
