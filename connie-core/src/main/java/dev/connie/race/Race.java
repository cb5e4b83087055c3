package dev.connie.race;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
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

    /**
     * How long a postponed attempt waits when no other attempt ends first: the delay that RFC 8305, section 8,
     * recommends.
     */
    private static final long POSTPONED_NANOS = Duration.ofMillis(250).toNanos();

    /** A century, for ever to a race: so differences of times stay far below 2^63 ns. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(36_500);

    private final RacePolicy policy;
    private final int maxAttemptsInFlight;
    private final long startNanos;
    private final boolean hasDeadline;
    private final long deadlineNanos;

    private final List<Attempt> attempts = new ArrayList<>();
    // Those from next on have not started.
    private List<InetSocketAddress> order;
    private int next;
    private int inFlight;
    private @Nullable Attempt winner;
    private boolean abandoned;

    private long dueNanos;
    private long lastStartNanos;
    // What startNext changed last, for an attempt that turns out not to be one.
    private long previousDueNanos;
    private long previousStartNanos;

    /**
     * Begins a race. Equal addresses are raced once; of more than {@value #MAX_ADDRESSES}, the first in the policy's
     * order.
     *
     * @param timeout how long the race may run; zero for as long as its attempts do
     * @param maxAttemptsInFlight how many attempts may be under way at once; at least 1
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
        addresses.forEach(Race::requireResolved);
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("negative timeout: " + timeout);
        }
        if (maxAttemptsInFlight < 1) {
            throw new IllegalArgumentException("maxAttemptsInFlight of " + maxAttemptsInFlight + " is below 1");
        }
        this.policy = policy;
        this.maxAttemptsInFlight = maxAttemptsInFlight;
        this.startNanos = nowNanos;
        this.dueNanos = nowNanos;
        this.hasDeadline = !timeout.isZero() && timeout.compareTo(LONGEST_TIMEOUT) < 0;
        this.deadlineNanos = hasDeadline ? nowNanos + timeout.toNanos() : 0;
        this.order = firstOf(policy.order(Addresses.distinct(addresses)), MAX_ADDRESSES);
    }

    /**
     * Returns the attempt that is due now, or null. It counts as started: the driver connects, and reports {@link
     * #connected}, {@link #failed}, {@link #notSent} or {@link #postpone}. Call it until it returns null.
     */
    public @Nullable Attempt startNext(long nowNanos) {
        if (!isRunning(nowNanos) || !mayStart() || nowNanos - dueNanos < 0) {
            return null;
        }
        Attempt attempt = new Attempt(order.get(next), nowNanos);
        next++;
        attempts.add(attempt);
        inFlight++;
        previousDueNanos = dueNanos;
        previousStartNanos = lastStartNanos;
        lastStartNanos = nowNanos;
        dueNanos = nowNanos + policy.attemptDelayNanos();
        return attempt;
    }

    /**
     * Reports that an attempt connected. The first one wins; all others that run are lost, and the driver closes them.
     * A connection that the driver saw at the deadline or after it still wins, if the driver has not given up.
     */
    public void connected(Attempt attempt, long nowNanos) {
        endAttempt(attempt, Outcome.WON, null, nowNanos);
        winner = attempt;
        endRunning(Outcome.LOST, nowNanos);
    }

    /** Reports that an attempt failed on the wire. The next one is due at once, within the policy's bounds. */
    public void failed(Attempt attempt, IOException cause, long nowNanos) {
        endAttempt(attempt, Outcome.FAILED, cause, nowNanos);
        long earliestNanos = lastStartNanos + policy.minimumGapNanos();
        long pulledNanos = earliestNanos - nowNanos > 0 ? earliestNanos : nowNanos;
        if (pulledNanos - dueNanos < 0) {
            dueNanos = pulledNanos;
        }
    }

    /**
     * Reports that an attempt failed before any packet left this machine: no route, no such family, no local port. It
     * put no load on the network, so the next attempt takes its place at once.
     */
    public void notSent(Attempt attempt, IOException cause, long nowNanos) {
        endAttempt(attempt, Outcome.NOT_SENT, cause, nowNanos);
        undoStart(attempt);
    }

    /**
     * Takes back an attempt just given by {@link #startNext}, for want of a descriptor or a permit. It is due again when
     * another attempt of this race ends, or after 250 ms.
     *
     * @return false if nothing else is under way, so that waiting would be in vain: the attempt is still running, and the
     *     driver reports it as {@link #notSent}
     */
    public boolean postpone(Attempt attempt, long nowNanos) {
        if (inFlight == 1) {
            return false;
        }
        requireRunning(attempt);
        undoStart(attempt);
        attempts.remove(attempt);
        inFlight--;
        next--;
        dueNanos = nowNanos + POSTPONED_NANOS;
        return true;
    }

    /**
     * Adds addresses that became known late. The whole list is put in order again, so that families stay interleaved;
     * attempts that started are not touched: RFC 8305, section 4.2 of Happy Eyeballs v3 and section 3 of v2. A race whose
     * attempts have all failed runs again; one that is won or out of time does not.
     *
     * @throws IllegalArgumentException if one is unresolved
     */
    public void add(Collection<InetSocketAddress> late) {
        late.forEach(Race::requireResolved);
        List<InetSocketAddress> started =
                attempts.stream().map(Attempt::address).toList();
        List<InetSocketAddress> all = new ArrayList<>(started);
        all.addAll(notStarted());
        all.addAll(late);
        List<InetSocketAddress> ordered = new ArrayList<>(policy.order(Addresses.distinct(all)));
        // By identity: distinct keeps the first of equal addresses, and InetSocketAddress.equals leaves out the scope.
        ordered.removeIf(address -> started.stream().anyMatch(old -> old == address));
        order = firstOf(ordered, Math.max(0, MAX_ADDRESSES - started.size()));
        next = 0;
    }

    /** Ends the race from outside: attempts that run are abandoned, and the driver closes them. */
    public void abandon(long nowNanos) {
        if (winner == null) {
            abandoned = true;
            endRunning(isOutOfTime(nowNanos) ? Outcome.TIMED_OUT : Outcome.ABANDONED, nowNanos);
        }
    }

    /** Returns false once the race is won, abandoned, out of time, or has nothing left to try. */
    public boolean isRunning(long nowNanos) {
        return winner == null && !abandoned && !isOutOfTime(nowNanos) && (inFlight > 0 || next < order.size());
    }

    /** Returns true if the deadline has come and nobody won. */
    public boolean isOutOfTime(long nowNanos) {
        return winner == null && hasDeadline && nowNanos - deadlineNanos >= 0;
    }

    /**
     * Returns how long the driver may sleep if no attempt ends, in nanoseconds: until an attempt is due or the race is
     * out of time. {@link Long#MAX_VALUE} if neither will come.
     */
    public long nanosUntilNextEvent(long nowNanos) {
        long wait = hasDeadline ? deadlineNanos - nowNanos : Long.MAX_VALUE;
        if (mayStart()) {
            wait = Math.min(wait, dueNanos - nowNanos);
        }
        return Math.max(0, wait);
    }

    /** Returns how many attempts are under way. */
    public int attemptsInFlight() {
        return inFlight;
    }

    /** Returns every attempt so far and how it stands. Attempts that ran out of time are reported as such. */
    public RaceReport report(long nowNanos) {
        if (isOutOfTime(nowNanos)) {
            endRunning(Outcome.TIMED_OUT, nowNanos);
        }
        return new RaceReport(
                attempts.stream()
                        .map(attempt -> attempt.report(startNanos, nowNanos))
                        .toList(),
                notStarted(),
                Duration.ofNanos(nowNanos - startNanos));
    }

    /** Returns how one attempt of this race stands. */
    public AttemptReport report(Attempt attempt, long nowNanos) {
        return attempt.report(startNanos, nowNanos);
    }

    private List<InetSocketAddress> notStarted() {
        return order.subList(next, order.size());
    }

    private boolean mayStart() {
        return next < order.size() && inFlight < maxAttemptsInFlight;
    }

    private void undoStart(Attempt attempt) {
        if (attempt != attempts.get(attempts.size() - 1)) {
            throw new IllegalStateException("not the latest attempt: " + attempt);
        }
        dueNanos = previousDueNanos;
        lastStartNanos = previousStartNanos;
    }

    private void endAttempt(Attempt attempt, Outcome outcome, @Nullable IOException cause, long nowNanos) {
        requireRunning(attempt);
        attempt.end(outcome, cause, nowNanos);
        inFlight--;
    }

    private void endRunning(Outcome outcome, long nowNanos) {
        for (Attempt attempt : attempts) {
            if (attempt.isRunning()) {
                IOException error =
                        outcome == Outcome.TIMED_OUT ? new SocketTimeoutException("Connect timed out") : null;
                endAttempt(attempt, outcome, error, nowNanos);
            }
        }
    }

    private static void requireResolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address: " + Addresses.format(address));
        }
    }

    private static void requireRunning(Attempt attempt) {
        if (!attempt.isRunning()) {
            throw new IllegalStateException("the attempt has ended: " + attempt);
        }
    }

    private static List<InetSocketAddress> firstOf(List<InetSocketAddress> addresses, int count) {
        return List.copyOf(addresses.subList(0, Math.min(count, addresses.size())));
    }
}
