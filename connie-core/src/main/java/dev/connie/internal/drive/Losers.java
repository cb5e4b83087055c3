package dev.connie.internal.drive;

import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.Opening;
import dev.connie.race.Race;
import dev.connie.race.RaceReport;
import org.jspecify.annotations.Nullable;

/**
 * The losers of a race that was won, where they are not closed: they are watched, or kept as runners-up. Not
 * thread-safe.
 */
final class Losers {
    private final Race race;
    private final long wonNanos;
    private final AttemptLine losers;
    private final AttemptPermits permits;
    private final @Nullable GuardedListener listener;

    /** @param losers the attempts that were in flight when the race was won */
    Losers(Race race, long wonNanos, AttemptLine losers, AttemptPermits permits, @Nullable GuardedListener listener) {
        this.race = race;
        this.wonNanos = wonNanos;
        this.losers = losers;
        this.permits = permits;
        this.listener = listener;
    }

    /**
     * Hands the losers to a watch, which owns them from here on. The sampler has picked the race. Returns false if it
     * fails.
     */
    boolean watch(RegretSampler sampler) {
        LosersWatch watch;
        try {
            RaceReport report = race.report(wonNanos);
            long raceStart = wonNanos - report.duration().toNanos();
            long deadline = wonNanos + Math.min(RegretSampler.MAX_WATCH_NANOS, race.nanosLeft(wonNanos));
            watch = new LosersWatch(sampler, permits, listener, report, raceStart, deadline);
            for (AttemptChannel loser = losers.first; loser != null; loser = loser.next) {
                watch.add(race.report(loser.attempt, wonNanos), loser);
            }
        } catch (RuntimeException | Error outOfMemory) {
            sampler.letGo();
            return false;
        }
        for (AttemptChannel loser = losers.first; loser != null; loser = loser.next) {
            // The watch runs on its own thread's selector.
            loser.handOn();
        }
        sampler.watch(watch);
        return true;
    }

    /**
     * Keeps the losers as runners-up until the server speaks.
     *
     * @param channels whether their channels are kept, or just their addresses
     * @return null if there is nothing to keep
     */
    @Nullable
    OpeningDriver keep(AttemptChannel winner, boolean channels) {
        Opening left = race.opening();
        if (left == null) {
            return null;
        }
        RunnersUp runnersUp = new RunnersUp(left, winner, permits, listener);
        if (!channels) {
            left.giveBack();
            return new OpeningDriver(runnersUp);
        }
        for (AttemptChannel loser = losers.first; loser != null; loser = loser.next) {
            winner.lendPermitTo(loser);
            loser.handOn();
            runnersUp.add(loser);
        }
        return new OpeningDriver(runnersUp);
    }
}
