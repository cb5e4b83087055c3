package dev.connie.internal.lineup;

import dev.connie.internal.lineup.LineupConnect.Sharing;
import dev.connie.internal.socket.Conversation.Impression;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/**
 * Which connects belong to a round, where several client calls may come by the same addresses. One call comes once with
 * an address; it comes with a further one only when the connect before has failed, when the connection before has let it
 * down, or when the connect before is late. While a connection is in use, or after it was of use, a connect is another
 * call's, and gets a round of its own: two calls of two users are two races.
 *
 * <p>Not thread-safe; belongs to its {@link LineupRound}, under whose lock it is.
 */
final class RoundMembership {
    /** OkHttp tries a second address beside the first after 250 ms; what comes much sooner is another call. */
    private static final long SIDE_BY_SIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** A client's loop goes on within a millisecond of a failure; what comes much later is another call. */
    private static final long LOOP_NANOS = TimeUnit.SECONDS.toNanos(1);

    // By the address's place in the lineup.
    private final BitSet tookPart = new BitSet();
    private long raceStartNanos;
    // How many winners are handed out and not known to have been closed.
    private int inUse;
    private boolean anyWasFine;
    private boolean anyLetDown;
    // When a connect last failed or a winner was last closed, and on which thread the former was.
    private long lastEndNanos;
    private long lastFailureThreadId;

    /** Lets a connect take part; returns false if it is another call's. */
    boolean takePart(LineupConnect connect, boolean running, long nowNanos) {
        boolean admitted = !tookPart.get(connect.own)
                && (connect.sharing == Sharing.ONE_CALL
                        || tookPart.isEmpty()
                        || (running ? mayBeLate(nowNanos) : mayGoOn(connect, nowNanos)));
        if (admitted) {
            tookPart.set(connect.own);
        }
        return admitted;
    }

    /** Whether a connect that comes during a race may be the same call's, which lost patience with the first. */
    private boolean mayBeLate(long nowNanos) {
        return nowNanos - raceStartNanos >= SIDE_BY_SIDE_NANOS;
    }

    /** Whether a connect that comes when no race runs may be the next of the same call. */
    private boolean mayGoOn(LineupConnect connect, long nowNanos) {
        if (inUse > 0 || anyWasFine || nowNanos - lastEndNanos > LOOP_NANOS) {
            return false;
        }
        // Those who share no more than a name share a failed race on the same thread only.
        return anyLetDown || connect.sharing == Sharing.BY_ADDRESS || connect.threadId == lastFailureThreadId;
    }

    /** Takes back that a connect has taken part: its turn is still to come. */
    void leave(int own) {
        tookPart.clear(own);
    }

    void raceBegins(long nowNanos) {
        raceStartNanos = nowNanos;
    }

    /** Notes that the calling thread's connect failed. */
    void failed(long nowNanos) {
        lastEndNanos = nowNanos;
        lastFailureThreadId = Thread.currentThread().getId();
    }

    void handedOut() {
        inUse++;
    }

    /** Notes that a winner was closed. */
    void ended(Impression impression, long nowNanos) {
        inUse--;
        if (impression == Impression.DISAPPOINTING) {
            anyLetDown = true;
        } else {
            anyWasFine = true;
        }
        lastEndNanos = nowNanos;
    }

    boolean isAnyInUse() {
        return inUse > 0;
    }
}
