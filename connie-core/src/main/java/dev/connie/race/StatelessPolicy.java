package dev.connie.race;

import java.net.InetSocketAddress;
import java.util.List;

/** A policy that learns nothing: it treats all races alike. */
abstract non-sealed class StatelessPolicy extends RacePolicy {
    // One schedule for all races, so that a race allocates none.
    private final AttemptSchedule schedule = new FixedSchedule();

    /** Returns the order in which to try these distinct addresses. */
    abstract List<InetSocketAddress> order(List<InetSocketAddress> addresses);

    /** Returns how long the next start waits after the latest one, in nanoseconds, while nothing fails. */
    abstract long attemptDelayNanos();

    /** Returns the time that must lie between two starts, in nanoseconds, while nothing fails; at most the delay. */
    abstract long minimumDelayNanos();

    /** Returns the time that must lie between two starts, in nanoseconds, even when an attempt fails. */
    abstract long minimumGapNanos();

    @Override
    final AttemptSchedule begin(int maxAttemptsInFlight, long nowNanos) {
        return schedule;
    }

    private final class FixedSchedule extends AttemptSchedule {
        @Override
        RacePolicy policy() {
            return StatelessPolicy.this;
        }

        @Override
        List<InetSocketAddress> order(List<InetSocketAddress> addresses, long nowNanos) {
            return StatelessPolicy.this.order(addresses);
        }

        /**
         * The delay counts from when the attempt was due, so that a driver which always wakes a little late does not
         * fall further behind with each start. A start later than that, because there was nothing to start, begins anew.
         */
        @Override
        long started(Attempt attempt, long dueNanos, long nowNanos) {
            long delayNanos = attemptDelayNanos();
            long countsFromNanos = nowNanos - dueNanos < delayNanos ? dueNanos : nowNanos;
            return Race.later(countsFromNanos + delayNanos, nowNanos + minimumDelayNanos());
        }

        @Override
        long minimumGapNanos() {
            return StatelessPolicy.this.minimumGapNanos();
        }
    }
}
