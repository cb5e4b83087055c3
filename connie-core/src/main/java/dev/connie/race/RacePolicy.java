package dev.connie.race;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * When the attempts of a race start, and in what order.
 *
 * <p>Policies are immutable and thread-safe. An attempt that runs is never ended by its policy: only a win, the deadline
 * of the race or its end from outside does that.
 */
public abstract sealed class RacePolicy permits AllAtOnce, Rfc8305 {

    RacePolicy() {}

    /**
     * Starts every address at once, in the order given: the fastest policy, at the cost of a connect to each address.
     *
     * <p>RFC 8305, section 5, says that attempts should not be made simultaneously. This policy does so on purpose; use
     * {@link #rfc8305()} where conformance or the load on servers matters more than the last millisecond.
     */
    public static RacePolicy allAtOnce() {
        return AllAtOnce.INSTANCE;
    }

    /** Starts attempts one after another as RFC 8305 (Happy Eyeballs Version 2) says, with its recommended values. */
    public static Rfc8305 rfc8305() {
        return Rfc8305.RECOMMENDED;
    }

    /** Returns the order in which to try these distinct addresses. */
    abstract List<InetSocketAddress> order(List<InetSocketAddress> addresses);

    /** Returns how long the next start waits after the latest one, in nanoseconds, while nothing fails. */
    abstract long attemptDelayNanos();

    /** Returns the time that must lie between two starts, in nanoseconds, while nothing fails; at most the delay. */
    abstract long minimumDelayNanos();

    /** Returns the time that must lie between two starts, in nanoseconds, even when an attempt fails. */
    abstract long minimumGapNanos();

    /**
     * Returns whether this policy remembers what became of addresses. If not, {@link #disappointed} and {@link
     * #networkChanged} do nothing, and need not be called.
     */
    public boolean learns() {
        return false;
    }

    /**
     * Is told of an address that connected and turned out to be of no use: what was asked there got no answer.
     *
     * @param nowNanos by the clock of the races
     */
    public void disappointed(InetSocketAddress address, long nowNanos) {}

    /** Is told that this machine has other addresses than before, so that what was learned may no longer be so. */
    public void networkChanged() {}

    /**
     * Is told how a loser would have ended, of a race whose losers were let finish after the win: it was established after
     * {@link AttemptReport#took}, failed, or was unanswered for as long as it was watched ({@link Outcome#LOST}, not
     * established). At the win it was reported as lost already.
     *
     * @param nowNanos by the clock of the races
     */
    public void loserFinished(AttemptReport loser, long nowNanos) {}
}
