package dev.connie.race;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One race to connect to one host: which attempts have started, what became of them, and what is due next.
 *
 * <p>A race is told the time and does nothing by itself. A driver starts the attempts that {@link #startNext} gives it,
 * reports how each ended, and sleeps for {@link #nanosUntilNextEvent} while {@link #isRunning}; it never learns why an
 * attempt is due. The same race so runs over selectors, callbacks, or a simulated network.
 *
 * <p>Times are nanoseconds of one monotonic clock, such as {@link System#nanoTime}, which may wrap. Not thread-safe.
 */
public final class Race {
    /** The most addresses that one race tries: a name with thousands of records must not become thousands of SYNs. */
    public static final int MAX_ADDRESSES = 64;

    /** A century, for ever to a race: so differences of times stay far below 2^63 ns. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(36_500);

    private final AttemptSchedule schedule;
    private final Attempts attempts;
    private final long startNanos;
    private final boolean hasDeadline;
    private final long deadlineNanos;

    private boolean won;
    private boolean abandoned;
    private boolean timedOut;
    // When the latest attempt ended, or the race was abandoned.
    private long endNanos;

    // When the next attempt is due.
    private long dueNanos;
    // Whether that is because the timer ran out; else it is the first start, or an attempt ended.
    private boolean dueByTimer;
    // The same before the latest start, which may be undone.
    private long previousDueNanos;
    private boolean previousDueByTimer;

    /**
     * Begins a race. Of equal addresses one is raced; of more than {@value #MAX_ADDRESSES}, those that come first in
     * the policy's order.
     *
     * @param timeout how long the race may run; zero for as long as its attempts do
     * @param maxAttemptsInFlight how many connection attempts may be in flight at once; at least 1
     * @throws IllegalArgumentException if there is no address, one is unresolved, the timeout is negative, or {@code
     *     maxAttemptsInFlight} is below 1
     */
    public Race(
            RacePolicy policy,
            Collection<InetSocketAddress> addresses,
            Duration timeout,
            int maxAttemptsInFlight,
            long nowNanos) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address to connect to");
        }
        List<InetSocketAddress> distinct = Addresses.distinct(addresses);
        Addresses.requireResolved(distinct);
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("negative timeout: " + timeout);
        }
        if (maxAttemptsInFlight < 1) {
            throw new IllegalArgumentException("maxAttemptsInFlight of " + maxAttemptsInFlight + " is below 1");
        }
        this.startNanos = nowNanos;
        this.dueNanos = nowNanos;
        this.hasDeadline = !timeout.isZero() && timeout.compareTo(LONGEST_TIMEOUT) < 0;
        this.deadlineNanos = hasDeadline ? nowNanos + timeout.toNanos() : 0;
        this.schedule = policy.begin(maxAttemptsInFlight, nowNanos);
        this.attempts = new Attempts(schedule.order(distinct, nowNanos), maxAttemptsInFlight);
    }

    /**
     * Returns the attempt that is due now, or null. It counts as started: the driver connects, and reports {@link
     * #connected}, {@link #failed}, {@link #notSent} or {@link #postpone}. Call it until it returns null.
     */
    public @Nullable Attempt startNext(long nowNanos) {
        if (!isRunning(nowNanos) || !attempts.mayStart() || nowNanos - dueNanos < 0) {
            return null;
        }
        if (dueByTimer) {
            dueNanos = schedule.dueByTimer(attempts.nextAddress(), dueNanos, nowNanos);
            if (nowNanos - dueNanos < 0) {
                return null;
            }
        }
        Attempt attempt = attempts.start(nowNanos);
        previousDueNanos = dueNanos;
        previousDueByTimer = dueByTimer;
        dueNanos = schedule.started(attempt, dueNanos, nowNanos);
        dueByTimer = true;
        return attempt;
    }

    /**
     * Reports that an attempt is established, although another one is about to win. The driver calls this before it
     * calls {@link #connected} for the other one; the report then shows that this connection was made and thrown away.
     * A driver that cannot tell need not call it.
     */
    public void established(Attempt attempt) {
        attempts.requireRunning(attempt);
        attempt.establish();
    }

    /**
     * Reports that an attempt connected. The first one wins; all others in flight have lost, and the driver closes
     * them. A connection that the driver saw at the deadline or after it still wins, if the driver has not called
     * {@link #abandon}.
     */
    public void connected(Attempt attempt, long nowNanos) {
        endAttempt(attempt, Outcome.WON, null, nowNanos);
        attempt.establish();
        won = true;
        endRunning(Outcome.LOST, nowNanos);
    }

    /** Reports that an attempt failed on the wire. The next one is due at once, within the policy's bounds. */
    public void failed(Attempt attempt, IOException cause, long nowNanos) {
        endAttempt(attempt, Outcome.FAILED, cause, nowNanos);
        dueNanos = later(nowNanos, attempts.lastStartNanos(startNanos) + schedule.minimumGapNanos());
        dueByTimer = false;
    }

    /**
     * Reports that the attempt just given by {@link #startNext} failed before any packet left this machine: no route, no
     * such family, no local port. It put no load on the network, so the next attempt takes its place at once.
     */
    public void notSent(Attempt attempt, IOException cause, long nowNanos) {
        attempts.requireLatest(attempt);
        endAttempt(attempt, Outcome.NOT_SENT, cause, nowNanos);
        dueNanos = previousDueNanos;
        dueByTimer = previousDueByTimer;
    }

    /**
     * Takes back the attempt just given by {@link #startNext}, for want of a descriptor or a permit. Its address is due
     * again when another attempt of this race fails, or after 250 ms.
     *
     * @return false if no other attempt is in flight, so that waiting would be in vain: the attempt is still running,
     *     and the driver reports it as {@link #notSent}
     */
    public boolean postpone(Attempt attempt, long nowNanos) {
        attempts.requireLatest(attempt);
        attempts.requireRunning(attempt);
        if (attempts.inFlight() == 1) {
            return false;
        }
        attempts.takeBack(attempt);
        schedule.takenBack(attempt);
        dueNanos = nowNanos + Attempts.POSTPONED_NANOS;
        dueByTimer = false;
        return true;
    }

    /**
     * Adds addresses that became known late. The whole list is put in order again, so that families stay interleaved
     * (RFC 8305, section 6, sorts the untried ones only; its successor draft all of them); attempts that started are not
     * touched. A race whose attempts have all failed runs again; one that is won, abandoned or out of time does not.
     *
     * @throws IllegalArgumentException if one is unresolved
     */
    public void add(Collection<InetSocketAddress> late) {
        Addresses.requireResolved(List.copyOf(late));
        if (!isEnded()) {
            attempts.reorder(schedule.order(attempts.addressesWith(late), attempts.lastStartNanos(startNanos)));
        }
    }

    /**
     * Drops addresses that the name no longer has: RFC 8305, section 6. Attempts that have started go on.
     */
    public void remove(Collection<InetSocketAddress> gone) {
        attempts.remove(gone);
    }

    /**
     * Ends the race from outside or at its deadline. The attempts in flight have then ended, and the driver closes
     * them.
     */
    public void abandon(long nowNanos) {
        if (isEnded()) {
            return;
        }
        if (hasMoreToCome()) {
            endNanos = nowNanos;
            timedOut = isOutOfTime(nowNanos);
        }
        abandoned = true;
        endRunning(timedOut ? Outcome.TIMED_OUT : Outcome.ABANDONED, nowNanos);
    }

    /** Returns false once the race is won, abandoned, out of time, or has nothing left to try. */
    public boolean isRunning(long nowNanos) {
        return !isEnded() && hasMoreToCome() && !isOutOfTime(nowNanos);
    }

    /** Returns true if the deadline has come and nobody won. */
    public boolean isOutOfTime(long nowNanos) {
        return !won && hasDeadline && nowNanos - deadlineNanos >= 0;
    }

    /**
     * Returns the nanoseconds until the deadline, also of a race that is won; {@link Long#MAX_VALUE} if there is none.
     */
    public long nanosLeft(long nowNanos) {
        return hasDeadline ? Math.max(0, deadlineNanos - nowNanos) : Long.MAX_VALUE;
    }

    /**
     * Returns how long the driver may sleep if no attempt ends, in nanoseconds: until an attempt is due or the race is
     * out of time. {@link Long#MAX_VALUE} if neither will happen.
     */
    public long nanosUntilNextEvent(long nowNanos) {
        if (isEnded()) {
            return Long.MAX_VALUE;
        }
        long wait = hasDeadline ? deadlineNanos - nowNanos : Long.MAX_VALUE;
        if (attempts.mayStart()) {
            wait = Math.min(wait, dueNanos - nowNanos);
        }
        return Math.max(0, wait);
    }

    /** Returns how many connection attempts are in flight. */
    public int attemptsInFlight() {
        return attempts.inFlight();
    }

    /**
     * Returns every attempt so far and how it stands. Changes nothing: attempts in flight after the deadline are
     * reported as timed out, though until {@link #abandon} they may still win.
     */
    public RaceReport report(long nowNanos) {
        boolean goesOn = !isEnded() && hasMoreToCome();
        return new RaceReport(
                attempts.started().stream()
                        .map(attempt -> report(attempt, nowNanos))
                        .toList(),
                attempts.waiting(),
                Duration.ofNanos((goesOn ? nowNanos : endNanos) - startNanos),
                timedOut || goesOn && isOutOfTime(nowNanos));
    }

    /** Returns how one attempt of this race stands. */
    public AttemptReport report(Attempt attempt, long nowNanos) {
        return attempt.report(startNanos, nowNanos, isOutOfTime(nowNanos));
    }

    /**
     * Returns what comes after the win, until a server has spoken; null if the race is not won, or the winner is the
     * only server left and there is nothing to choose. The race itself is over, and may be forgotten.
     */
    public @Nullable Opening opening() {
        boolean alone = !attempts.isAnyWaiting() && !attempts.isAnyLost();
        if (!won || alone) {
            return null;
        }
        return new Opening(
                schedule.policy(),
                new Contenders(attempts.started(), attempts.waiting()),
                schedule.minimumGapNanos(),
                startNanos,
                attempts.lastStartNanos(startNanos));
    }

    private boolean isEnded() {
        return won || abandoned;
    }

    private boolean hasMoreToCome() {
        return attempts.isAnyWaiting() || attempts.firstInFlight() != null;
    }

    private void endAttempt(Attempt attempt, Outcome outcome, @Nullable IOException cause, long nowNanos) {
        attempts.requireRunning(attempt);
        attempt.end(outcome, cause, nowNanos);
        endNanos = nowNanos;
        schedule.ended(attempt, nowNanos);
    }

    private void endRunning(Outcome outcome, long nowNanos) {
        for (Attempt each = attempts.firstInFlight(); each != null; each = attempts.firstInFlight()) {
            endAttempt(each, outcome, outcome == Outcome.TIMED_OUT ? Attempt.timeout() : null, nowNanos);
        }
    }

    /** The later of two times of a clock that may wrap. */
    static long later(long nanos, long otherNanos) {
        return nanos - otherNanos > 0 ? nanos : otherNanos;
    }
}
