package dev.connie.race;

import java.time.Duration;
import java.util.List;

/**
 * What a race would have got from its losers, had it waited for them: how much longer it took than the best address needs.
 *
 * <p>It knows of the addresses whose attempts had started when the race was won, not of {@link RaceReport#notStarted}; so
 * the regret is a lower bound.
 *
 * @param race the race, which was won
 * @param losers how each loser ended: it was established, failed, or stayed unanswered as long as it was watched ({@link
 *     Outcome#LOST}, not established). A loser that was established when the race was won ended by then
 */
public record RegretReport(RaceReport race, List<AttemptReport> losers) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if nobody won the race
     */
    public RegretReport {
        if (race.winner().isEmpty()) {
            throw new IllegalArgumentException("a race that nobody won");
        }
        losers = List.copyOf(losers);
    }

    /** Returns the attempt that took the shortest time from its own start to its connection: the winner or a loser. */
    public AttemptReport best() {
        AttemptReport best = race.winner().orElseThrow();
        for (AttemptReport loser : losers) {
            if (loser.established() && loser.took().compareTo(best.took()) < 0) {
                best = loser;
            }
        }
        return best;
    }

    /**
     * Returns the connect time above the best address's: from the start of the race until it was won, less what the best
     * attempt took by itself. Never negative.
     */
    public Duration regret() {
        return race.winner().orElseThrow().end().minus(best().took());
    }
}
