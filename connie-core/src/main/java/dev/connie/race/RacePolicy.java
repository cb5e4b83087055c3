package dev.connie.race;

import java.net.InetSocketAddress;

/**
 * When the attempts of a race start, and in what order.
 *
 * <p>Policies are thread-safe, and their settings never change; {@link Adaptive} remembers what it has seen, the others
 * nothing. An attempt that runs is never ended by its policy: only a win, the deadline
 * of the race or its end from outside does that.
 */
public abstract sealed class RacePolicy permits StatelessPolicy, Adaptive {
    private static final long LEAST_ANSWER_DELAY_NANOS = 100_000_000;
    private static final long MOST_ANSWER_DELAY_NANOS = 250_000_000;

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

    /**
     * Connects as fast as {@link #allAtOnce()} at the cost of one connect, by learning: the first contact with a host
     * races all its addresses; from then on one connect goes to the best address known, and others follow only when
     * that one is late by its own history, fails, or says nothing. Addresses that are equally good share the load. A
     * budget bounds the extra connects to a few in a hundred.
     *
     * <p>Each call returns a new policy that knows nothing yet, and two policies share no memory. So keep one connector
     * for as long as the process runs.
     */
    public static Adaptive adaptive() {
        return new Adaptive();
    }

    /**
     * Begins a race.
     *
     * @param maxAttemptsInFlight how many of its attempts may be in flight at once
     */
    abstract AttemptSchedule begin(int maxAttemptsInFlight, long nowNanos);

    /**
     * Returns whether this policy remembers what became of addresses. If not, {@link #disappointed} and {@link
     * #networkChanged} do nothing, and need not be called.
     */
    public boolean learns() {
        return false;
    }

    /**
     * Is told that an address connected and then its server gave no answer to what it was asked.
     *
     * @param nowNanos by the clock of the races
     */
    public void disappointed(InetSocketAddress address, long nowNanos) {}

    /** Is told that this machine has other addresses than before, so that what was learned may no longer be so. */
    public void networkChanged() {}

    /**
     * Is told how a losing attempt ended that was not closed at the win but watched until it ended: it was established
     * after {@link AttemptReport#took}, failed, or was unanswered for as long as it was watched ({@link Outcome#LOST},
     * not established). The policy was told at the win that it had lost.
     *
     * @param nowNanos by the clock of the races
     */
    public void loserFinished(AttemptReport loser, long nowNanos) {}

    /**
     * Returns how long a server that was sent a TLS ClientHello may say nothing before another one is asked as well, in
     * nanoseconds. Where nothing is known that is three connect times and 50 ms, from 100 to 250 ms: a handshake's first
     * answer takes a round trip as the connect did, and the work of a server.
     *
     * @param connectNanos how long the connect to it took
     * @param nowNanos by the clock of the races
     */
    public long answerDelayNanos(InetSocketAddress address, long connectNanos, long nowNanos) {
        return Math.max(LEAST_ANSWER_DELAY_NANOS, Math.min(MOST_ANSWER_DELAY_NANOS, 3 * connectNanos + 50_000_000));
    }

    /**
     * Asks leave to send the ClientHello to another server, or to connect to one for that, because the first is silent.
     * A policy that keeps a budget of extra attempts pays for it out of that.
     *
     * @return false if no other server may be asked now
     */
    public boolean claimRepeatedHello(long nowNanos) {
        return true;
    }

    /**
     * Is told that a server sent its first byte.
     *
     * @param tookNanos since it was asked
     */
    public void spoke(InetSocketAddress address, long tookNanos, long nowNanos) {}

    /**
     * Is told that a server connected, was sent a ClientHello and said nothing, and another one answered in its place.
     *
     * @param waitedNanos since it was asked
     */
    public void mute(InetSocketAddress address, long waitedNanos, long nowNanos) {}
}
