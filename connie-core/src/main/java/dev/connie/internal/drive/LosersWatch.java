package dev.connie.internal.drive;

import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The losers of one race that was won, left to connect so that it is known how long each would have taken. Each is closed
 * when it has answered, or else at the deadline.
 *
 * <p>Filled by the thread that raced, then used by the selector thread only. Owns the channels it is given, and their
 * permits.
 */
public final class LosersWatch extends SelectorLoop.Task {
    /** A loser, whose channel is open until it has ended. */
    private static final class Loser {
        final AttemptReport lost;
        final AttemptChannel attempt;

        @Nullable
        AttemptReport end;

        Loser(AttemptReport lost, AttemptChannel attempt) {
            this.lost = lost;
            this.attempt = attempt;
        }
    }

    private final RegretSampler sampler;
    private final AttemptPermits permits;
    private final @Nullable GuardedListener listener;
    private final RaceReport race;
    private final long raceStartNanos;
    private final long deadlineNanos;
    private final List<Loser> losers = new ArrayList<>();
    // Whether all have answered or the time is up; false if the watch was called off.
    private boolean complete;

    /**
     * @param sampler is told of the end
     * @param race the report of the race, whose clock began at {@code raceStartNanos}
     */
    LosersWatch(
            RegretSampler sampler,
            AttemptPermits permits,
            @Nullable GuardedListener listener,
            RaceReport race,
            long raceStartNanos,
            long deadlineNanos) {
        this.sampler = sampler;
        this.permits = permits;
        this.listener = listener;
        this.race = race;
        this.raceStartNanos = raceStartNanos;
        this.deadlineNanos = deadlineNanos;
    }

    /** Takes over a loser's channel. */
    void add(AttemptReport lost, AttemptChannel attempt) {
        losers.add(new Loser(lost, attempt));
    }

    @Override
    boolean step(@Nullable Selector selector, boolean closed) {
        if (closed) {
            return false;
        }
        long now = System.nanoTime();
        boolean answered = true;
        for (Loser loser : losers) {
            if (loser.end == null) {
                end(loser, look(loser, selector, now));
            }
            answered &= loser.end != null;
        }
        complete = answered || now - deadlineNanos >= 0;
        if (!complete) {
            wakeAt(deadlineNanos);
        }
        return !complete;
    }

    /** Returns how it ended; null if it is still connecting, and registered if there is a selector. */
    private @Nullable AttemptReport look(Loser loser, @Nullable Selector selector, long now) {
        if (loser.lost.established()) {
            return loser.lost;
        }
        AttemptChannel attempt = loser.attempt;
        try {
            if (!attempt.isRegistered() && selector != null) {
                attempt.register(selector, SelectionKey.OP_CONNECT, this);
                return null;
            }
            // Without a selector the channel is just polled.
            if (attempt.isRegistered() && !attempt.isConnectable() || !attempt.finishConnect()) {
                return null;
            }
            return report(loser, Outcome.LOST, null, true, now);
        } catch (IOException | RuntimeException e) {
            return report(loser, Outcome.FAILED, Failures.asIOException(e), false, now);
        }
    }

    private AttemptReport report(
            Loser loser, Outcome outcome, @Nullable IOException error, boolean established, long now) {
        return new AttemptReport(
                loser.lost.address(),
                loser.lost.start(),
                Duration.ofNanos(now - raceStartNanos),
                outcome,
                error,
                established);
    }

    @Override
    void end(@Nullable Throwable failure) {
        long now = System.nanoTime();
        for (Loser loser : losers) {
            if (loser.end == null) {
                end(loser, report(loser, Outcome.LOST, null, false, now));
            }
        }
    }

    /** Closes the channel of a loser that has ended. */
    private void end(Loser loser, @Nullable AttemptReport end) {
        if (end != null) {
            loser.end = end;
            loser.attempt.close(permits);
        }
    }

    @Override
    void ended() {
        List<AttemptReport> ends = new ArrayList<>(losers.size());
        for (Loser loser : losers) {
            if (loser.end != null) {
                ends.add(loser.end);
            }
        }
        sampler.ended(ends, complete);
        if (complete && listener != null) {
            listener.losersFinished(new RegretReport(race, ends));
        }
    }
}
