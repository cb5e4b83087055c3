package dev.connie.httpclient5;

import dev.connie.RaceBooks;
import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The losers of one race that was won, left to connect so that it is known how long each would have taken. Each is closed
 * when it has answered, or else when the time is up. Thread-safe.
 */
final class LosersWatch {
    private final RaceBooks books;
    private final RaceListener listener;
    private final BooleanSupplier reactorIsClosing;
    private final RaceReport race;
    private final long raceStartNanos;

    // Guarded by this. Empty once the watch has ended.
    private final Map<ReactorConnect, AttemptReport> pending = new LinkedHashMap<>();
    private final List<AttemptReport> ends = new ArrayList<>();
    private @Nullable Future<?> timer;

    /** @param race the report of the race, made at {@code wonNanos} */
    LosersWatch(
            RaceBooks books, RaceListener listener, BooleanSupplier reactorIsClosing, RaceReport race, long wonNanos) {
        this.books = books;
        this.listener = listener;
        this.reactorIsClosing = reactorIsClosing;
        this.race = race;
        this.raceStartNanos = wonNanos - race.duration().toNanos();
    }

    /** Adds a loser, before any can end. */
    void add(ReactorConnect loser, AttemptReport lost) {
        pending.put(loser, lost);
    }

    /** Starts the clock, once the race is over for everybody else. */
    synchronized void start(long raceNanosLeft) {
        look(System.nanoTime() + Math.min(RaceBooks.LONGEST_WATCH.toNanos(), raceNanosLeft));
    }

    private synchronized void look(long endNanos) {
        if (pending.isEmpty()) {
            return;
        }
        long left = endNanos - System.nanoTime();
        if (left <= 0 || reactorIsClosing.getAsBoolean()) {
            // Not on the timer's thread, since the listener is told; and without the lock.
            CompletableFuture.runAsync(() -> end(left <= 0));
        } else {
            timer = RaceTimer.after(Math.min(left, AsyncRacedConnect.REACTOR_LOOK_NANOS), () -> look(endNanos));
        }
    }

    /** Is told that a loser has connected, or failed if there is an error. */
    void ended(ReactorConnect loser, @Nullable IOException error) {
        synchronized (this) {
            AttemptReport lost = pending.remove(loser);
            if (lost == null) {
                return;
            }
            ends.add(
                    error == null
                            ? report(lost, Outcome.LOST, null, true)
                            : report(lost, Outcome.FAILED, error, false));
            if (!pending.isEmpty()) {
                return;
            }
        }
        tell(true);
    }

    /** Ends the watch: complete when the time is up, incomplete when the reactor is being closed. */
    void end(boolean complete) {
        List<ReactorConnect> unanswered;
        synchronized (this) {
            if (pending.isEmpty()) {
                return;
            }
            unanswered = List.copyOf(pending.keySet());
            pending.values().forEach(lost -> ends.add(report(lost, Outcome.LOST, null, false)));
            pending.clear();
        }
        unanswered.forEach(ReactorConnect::close);
        tell(complete);
    }

    private void tell(boolean complete) {
        List<AttemptReport> all;
        synchronized (this) {
            if (timer != null) {
                timer.cancel(false);
            }
            all = List.copyOf(ends);
        }
        books.losersFinished(all, complete);
        if (complete) {
            listener.losersFinished(new RegretReport(race, all));
        }
    }

    private AttemptReport report(
            AttemptReport lost, Outcome outcome, @Nullable IOException error, boolean established) {
        Duration now = Duration.ofNanos(System.nanoTime() - raceStartNanos);
        return new AttemptReport(lost.address(), lost.start(), now, outcome, error, established);
    }
}
