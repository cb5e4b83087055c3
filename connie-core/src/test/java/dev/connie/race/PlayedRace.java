package dev.connie.race;

import dev.connie.race.Moment.Happened;
import dev.connie.race.Moment.Slept;
import dev.connie.race.Moment.What;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * One race of a {@link Scenario} and what became of it. Hosts are known by their names, times count from its start.
 *
 * @param startNanos since the start of the first race
 * @param resolved the hosts that it was given at its start, some perhaps twice
 * @param accepting the hosts that accept in the time of this race
 * @param endNanos when its driver left it
 */
record PlayedRace(
        PolicyChoice policy,
        Scenario.Setup setup,
        long startNanos,
        List<String> resolved,
        Set<String> accepting,
        List<Moment> moments,
        long endNanos,
        RaceReport report) {

    /** A race tries no more of them. */
    static final int MOST_ADDRESSES = 64;

    /** How a race stands, as the network and the driver know. */
    static final class RankedAddress {
        final Set<String> known;
        final Set<String> tried = new LinkedHashSet<>();
        final Set<String> inFlight = new LinkedHashSet<>();

        private RankedAddress(List<String> resolved) {
            known = new HashSet<>(resolved);
        }

        /** How many addresses wait for their turn. */
        int waiting() {
            return Math.min(MOST_ADDRESSES, known.size()) - tried.size();
        }

        private void hear(Happened happened) {
            String host = happened.host();
            switch (happened.what()) {
                case LEARN -> known.add(host);
                case START -> {
                    tried.add(host);
                    inFlight.add(host);
                }
                case NOT_SENT -> {
                    // Without a descriptor it had not started.
                    tried.add(host);
                    inFlight.remove(host);
                }
                case FAILED, WON, LOST, TIMED_OUT, ABANDONED -> inFlight.remove(host);
                case POSTPONED -> {}
            }
        }
    }

    /** Shows each moment, with how the race stands after it. */
    void replay(BiConsumer<Moment, RankedAddress> watcher) {
        RankedAddress standing = new RankedAddress(resolved);
        for (Moment moment : moments) {
            if (moment instanceof Happened happened) {
                standing.hear(happened);
            }
            watcher.accept(moment, standing);
        }
    }

    RankedAddress inTheEnd() {
        AtomicReference<RankedAddress> end = new AtomicReference<>(new RankedAddress(resolved));
        replay((moment, standing) -> end.set(standing));
        return end.get();
    }

    boolean isWon() {
        return moments.stream().anyMatch(moment -> moment instanceof Happened happened && happened.what() == What.WON);
    }

    /** Whether its driver left it at its deadline or later. */
    boolean isOutOfTime() {
        return endNanos >= setup.deadlineNanos();
    }

    /** Whether there is an address to try, and room for it. */
    boolean canStart(RankedAddress standing) {
        return standing.waiting() > 0 && standing.inFlight.size() < setup.maxAttemptsInFlight();
    }

    /** Shows each attempt that followed another one though none had failed in between; of those that were sent. */
    void forEachUnforcedStart(BiConsumer<AttemptReport, AttemptReport> watcher) {
        List<AttemptReport> sent = report.attempts().stream()
                .filter(attempt -> attempt.outcome() != Outcome.NOT_SENT)
                .toList();
        for (int i = 1; i < sent.size(); i++) {
            AttemptReport previous = sent.get(i - 1);
            AttemptReport next = sent.get(i);
            if (sent.stream().noneMatch(attempt -> failedBetween(attempt, previous.start(), next.start()))) {
                watcher.accept(previous, next);
            }
        }
    }

    private static boolean failedBetween(AttemptReport attempt, Duration from, Duration to) {
        return attempt.outcome() == Outcome.FAILED
                && attempt.end().compareTo(from) >= 0
                && attempt.end().compareTo(to) <= 0;
    }

    /** How the assertions name it. */
    @Override
    public String toString() {
        return policy + ", " + setup + "\n"
                + moments.stream()
                        .filter(moment -> !(moment instanceof Slept))
                        .map(Moment::toString)
                        .collect(Collectors.joining("\n"));
    }
}
