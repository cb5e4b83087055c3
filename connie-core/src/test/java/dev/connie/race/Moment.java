package dev.connie.race;

import java.util.Locale;

/** What a {@link VirtualNetwork} saw of a race, in the order in which it came. Times count from the race's start. */
sealed interface Moment {
    long nanos();

    /** What becomes of addresses. The names are the words of {@link VirtualNetwork#race}. */
    enum What {
        LEARN,
        START,
        POSTPONED,
        NOT_SENT,
        FAILED,
        WON,
        LOST,
        TIMED_OUT,
        ABANDONED
    }

    /** The driver did this, or heard it of the network, or at the end of the report. */
    record Happened(long nanos, What what, String host) implements Moment {
        @Override
        public String toString() {
            return text(nanos, what.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + host);
        }
    }

    /**
     * The driver has started what is due, and sleeps.
     *
     * @param forNanos what the race said
     * @param report how the race then stood
     */
    record Slept(long nanos, long forNanos, RaceReport report) implements Moment {}

    /** Nothing will ever wake the driver. */
    record WaitsForEver(long nanos) implements Moment {
        @Override
        public String toString() {
            return text(nanos, "waits for ever");
        }
    }

    private static String text(long nanos, String words) {
        // To the nearest: what fades with time makes times that are not whole.
        return Math.round(nanos / 1e6) + " " + words;
    }
}
