package dev.connie.race;

import org.jspecify.annotations.Nullable;

/**
 * How many servers of an {@link Opening} are sent the client's TLS ClientHello, and which: one at first, and one more each
 * time those that have it say nothing for too long. While too few servers are connected, it counts how many of those that
 * still connect get the hello when they have. Not thread-safe.
 */
final class Hellos {
    private final Contenders contenders;
    private final Patience patience;

    private boolean begun;
    private boolean whole;
    // How many servers should have the hello, or get it when they connect.
    private int wanted = 1;
    // How many of those that still connect get it. Which ones they are is seen when they connect.
    private int owed;
    private int turns;

    Hellos(Contenders contenders, RacePolicy policy) {
        this.contenders = contenders;
        this.patience = new Patience(policy);
    }

    /** Is told that the client has begun to write what may be a ClientHello. */
    void begin(long nowNanos) {
        begun = true;
        fill(nowNanos);
    }

    /** Is told that the client has written a whole ClientHello. The servers have time to answer from here on. */
    void complete(long nowNanos) {
        whole = true;
        patience.begin(nowNanos);
    }

    boolean isBegun() {
        return begun;
    }

    boolean isWhole() {
        return whole;
    }

    /** Is told that a connection attempt to another server has started. */
    void started(long nowNanos) {
        if (begun) {
            owed++;
            patience.begin(nowNanos);
        }
    }

    /** Is told that a server has connected. */
    void connected(Contender contender) {
        if (owed > 0) {
            owed--;
            toAsk(contender);
        }
    }

    /** Is told that the whole hello was sent to this server. */
    void sent(Contender contender, long nowNanos) {
        contender.asked = true;
        contender.askedNanos = nowNanos;
        contender.delayNanos = patience.begin(contender.attempt.address(), contender.connectNanos(), nowNanos);
    }

    /** Is told that fewer servers connect than before. */
    void fewerConnect() {
        owed = Math.min(owed, contenders.count(Contender.State.CONNECTING));
    }

    /** Wants one server more to have the hello, if those that have it have said nothing for too long. */
    void wantMoreIfSilent(long nowNanos) {
        if (isPatient() && patience.isLost(nowNanos)) {
            wanted++;
        }
    }

    /** Finds a server for each hello that is wanted, as far as there are servers. */
    void fill(long nowNanos) {
        while (begun && missing() > 0) {
            Contender best = contenders.bestConnected();
            if (best != null) {
                toAsk(best);
            } else if (owed < contenders.count(Contender.State.CONNECTING)) {
                owed++;
                patience.begin(nowNanos);
            } else {
                return;
            }
        }
    }

    private void toAsk(Contender contender) {
        contender.state = Contender.State.TO_ASK;
        turns++;
        contender.turn = turns;
    }

    /** Returns the next server that the hello is to be sent to, which then counts as asked; null if there is none. */
    @Nullable
    Attempt next() {
        for (Contender contender : contenders.all()) {
            if (contender.state == Contender.State.TO_ASK) {
                contender.state = Contender.State.ASKED;
                return contender.attempt;
            }
        }
        return null;
    }

    /** Returns whether a server connects that is to get the hello. */
    boolean awaitsConnect() {
        return owed > 0;
    }

    /** Returns whether another server has to be connected to: for the hello, or before there is one because nobody is left. */
    boolean needsConnect() {
        return contenders.isAnyWaiting() && missing() > 0;
    }

    /** Returns how long until one server more is to have the hello if none answers, in nanoseconds; may be negative. */
    long nanosUntilMore(long nowNanos) {
        return isPatient() ? patience.nanosLeft(nowNanos) : Long.MAX_VALUE;
    }

    /** Returns how many servers too few have the hello; before there is a hello, whether there is nobody at all. */
    private int missing() {
        if (begun) {
            return wanted - contenders.count(Contender.State.TO_ASK) - contenders.count(Contender.State.ASKED) - owed;
        }
        return contenders.isAnyAliveBut(null) ? 0 : 1;
    }

    /** Returns whether an answer is waited for, and there is another server that the hello could be sent to. */
    private boolean isPatient() {
        return whole
                && missing() <= 0
                && (contenders.isAnyWaiting()
                        || contenders.count(Contender.State.CONNECTED) > 0
                        || contenders.count(Contender.State.CONNECTING) > owed);
    }
}
