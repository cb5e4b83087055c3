package dev.connie.race;

import dev.connie.race.Moment.Happened;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the next attempt of a race is due at the latest: a delay after the last start, or as soon as one fails, but not
 * within the floor of the last start. An attempt that was not sent did not count; one that was postponed waits for the
 * next failure or 250 ms.
 */
record DueTime(
        long nanos,
        long lastStartNanos,
        @Nullable String lastStarted,
        @Nullable DueTime beforeLastStart) {
    private static final long POSTPONED_NANOS = Duration.ofMillis(250).toNanos();

    /** The first attempt is due at once. */
    static final DueTime FIRST = new DueTime(0, 0, null, null);

    DueTime after(Happened happened, PolicyChoice policy) {
        long now = happened.nanos();
        return switch (happened.what()) {
            case START -> new DueTime(now + policy.longestDelayNanos(), now, happened.host(), this);
            case NOT_SENT -> happened.host().equals(lastStarted) && beforeLastStart != null ? beforeLastStart : this;
            case FAILED -> dueAt(Math.min(nanos, Math.max(now, lastStartNanos + policy.longestGapNanos())));
            case POSTPONED -> dueAt(now + POSTPONED_NANOS);
            case LEARN, WON, LOST, TIMED_OUT, ABANDONED -> this;
        };
    }

    private DueTime dueAt(long dueNanos) {
        return new DueTime(dueNanos, lastStartNanos, lastStarted, beforeLastStart);
    }
}
