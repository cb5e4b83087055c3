package dev.connie.race;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Races one after another and side by side, by one policy, to hosts that change.
 *
 * @param clockStartNanos what the clock shows at the start of the first race
 * @param hosts every host there is, as it is at first
 * @param races in the order of their starts
 */
record Scenario(PolicyChoice policy, long clockStartNanos, List<Host> hosts, List<Setup> races) {

    /** An address, by its place in the list of hosts, and how it behaves. */
    record Host(boolean isIpv6, Behaviour behaviour) {}

    enum Kind {
        ACCEPTS,
        REFUSES,
        DROPS,
        UNREACHABLE
    }

    /** What comes of a SYN, after how long. */
    record Behaviour(Kind kind, int millis) {
        @Override
        public String toString() {
            return kind == Kind.ACCEPTS || kind == Kind.REFUSES ? kind + "(" + millis + ")" : kind.name();
        }
    }

    /** From a race on, a host behaves in another way. */
    record Change(int host, Behaviour behaviour) {}

    /** The race is told of a host later. */
    record Late(int host, int millis) {}

    /**
     * How the resolver answers, by hosts' places, which wrap around the end of their list.
     *
     * @param first the hosts it gives at once, some perhaps twice; all, if it is empty
     */
    record Answers(List<Integer> first, List<Late> late) {}

    /**
     * What is amiss with the driver. Times are in milliseconds since the start of the race; 0 for never.
     *
     * @param startsWithoutDescriptor numbers of starts, from 1
     */
    record Driver(int timersLate, int stallFrom, int stallFor, int abandonedAt, Set<Integer> startsWithoutDescriptor) {}

    /** What is told to the policy when a race has ended. */
    enum Afterwards {
        NOTHING,
        DISAPPOINTED,
        NETWORK_CHANGED
    }

    /**
     * One race.
     *
     * @param gapMillis since the start of the race before
     * @param timeoutMillis 0 for none
     */
    record Setup(
            int gapMillis,
            List<Change> changes,
            Answers answers,
            int timeoutMillis,
            int maxAttemptsInFlight,
            Driver driver,
            Afterwards afterwards) {
        /** All hosts, no limit, and nothing amiss with the driver. */
        static Setup calm(int gapMillis, List<Change> changes) {
            return new Setup(
                    gapMillis,
                    changes,
                    new Answers(List.of(), List.of()),
                    0,
                    Integer.MAX_VALUE,
                    new Driver(0, 0, 0, 0, Set.of()),
                    Afterwards.NOTHING);
        }

        /** When the race is out of time, after its start. */
        long deadlineNanos() {
            return nanosOrNever(timeoutMillis);
        }

        /** When the race ends though nothing may have come of it, after its start. */
        long endNanos() {
            return Math.min(deadlineNanos(), nanosOrNever(driver.abandonedAt));
        }

        private static long nanosOrNever(int millis) {
            return millis == 0 ? Long.MAX_VALUE : Duration.ofMillis(millis).toNanos();
        }
    }

    /** Runs all races in virtual time. Returns them in the order of their starts. */
    List<PlayedRace> play() {
        return new ScenarioPlay(this).run();
    }
}
