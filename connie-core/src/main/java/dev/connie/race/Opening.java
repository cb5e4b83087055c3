package dev.connie.race;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes after a {@link Race}: a handshake proves a kernel, not a server, so the race goes on until a server speaks.
 *
 * <p>The winner of the race leads; every other server that connected, or may still connect, is a runner-up. A client
 * that begins with a TLS ClientHello has it sent to the leader; to the best runner-up too when the leader has said
 * nothing for as long as {@link RacePolicy#answerDelayNanos} lets expect, and so on; and to a runner-up at once when a
 * server that was asked ends the connection or refuses the handshake. The first server that answers is the connection.
 * If the client waits for the server to begin, the first that does is the connection. When the client begins with
 * anything else, or writes more than the hello, that cannot be said twice, and the leader is the connection. The client
 * sees a failure only when nobody is left, or when two servers gave the same reason: then it is the client's fault.
 *
 * <p>It is told the time and what happened, as a race is. A driver starts what {@link #startNext} gives it, sends the hello
 * to what {@link #askNext} gives it, and sleeps for {@link #nanosUntilNextEvent}, until it {@link #isOver}. It may close at
 * any time what the opening does not {@link #keeps keep}. Not thread-safe.
 */
public final class Opening {
    private final RacePolicy policy;
    private final Contenders contenders;
    private final Hellos hellos;
    private final long raceStartNanos;
    private final long startGapNanos;
    private long nextStartNanos;

    // The server whose failure tells most. The client sees that one if nobody is left.
    private @Nullable Contender lastWord;
    // When a server that had connected last failed.
    private long failedNanos;
    private boolean over;
    private @Nullable Contender connection;
    private long endNanos;

    /** @param startGapNanos the time that must lie between two starts */
    Opening(RacePolicy policy, Contenders contenders, long startGapNanos, long raceStartNanos, long lastStartNanos) {
        this.policy = policy;
        this.contenders = contenders;
        this.hellos = new Hellos(contenders, policy);
        this.raceStartNanos = raceStartNanos;
        this.startGapNanos = startGapNanos;
        this.nextStartNanos = lastStartNanos + startGapNanos;
    }

    /** Reports that the client has begun to write what may be a ClientHello. */
    public void helloBegun(long nowNanos) {
        requireUnderWay();
        hellos.begin(nowNanos);
    }

    /** Reports that the client has written a whole ClientHello. The time that servers have to answer begins here. */
    public void helloWhole(long nowNanos) {
        helloBegun(nowNanos);
        hellos.complete(nowNanos);
    }

    /** Reports that an attempt connected. */
    public void connected(Attempt attempt, long nowNanos) {
        requireUnderWay();
        Contender contender = contenders.of(attempt);
        contender.connect(nowNanos);
        contender.tellConnect(policy, Outcome.LOST, raceStartNanos, nowNanos);
        hellos.connected(contender);
    }

    /** Reports that the whole hello has been sent to a server that {@link #askNext} returned. */
    public void asked(Attempt attempt, long nowNanos) {
        requireUnderWay();
        hellos.sent(contenders.of(attempt), nowNanos);
    }

    /** Reports what a server has said so far: it is the connection, unless it refuses or that is too little to tell. */
    public void heard(Attempt attempt, FirstAnswer answer, long nowNanos) {
        requireUnderWay();
        Contender contender = contenders.of(attempt);
        contender.hear(nowNanos);
        // Before the hello the server begins, with whatever it says. While it is written, a server may refuse.
        FirstAnswer.Kind kind = answer.kind();
        boolean begins = !hellos.isBegun() || !hellos.isWhole() && kind == FirstAnswer.Kind.OTHER;
        if (begins || kind == FirstAnswer.Kind.SPEAKS) {
            end(contender, nowNanos);
        } else if (kind == FirstAnswer.Kind.REFUSES) {
            contender.alert = answer.alert();
            IOException refusal = new IOException("TLS handshake refused: alert " + contender.alert);
            fail(contender, Contender.Failure.ALERT, refusal, nowNanos);
        } else if (kind == FirstAnswer.Kind.OTHER) {
            fail(contender, Contender.Failure.OTHER_ANSWER, new IOException("The answer is not TLS"), nowNanos);
        }
    }

    /** Reports that an attempt did not connect, or that its connection ended or broke before an answer came. */
    public void failed(Attempt attempt, IOException cause, long nowNanos) {
        requireUnderWay();
        Contender contender = contenders.of(attempt);
        if (contender.state == Contender.State.CONNECTING) {
            contender.tellConnect(policy, Outcome.FAILED, raceStartNanos, nowNanos);
        }
        fail(contender, contender.failureOnEnd(), cause, nowNanos);
    }

    /**
     * Takes back the attempt just given by {@link #startNext}, for want of a descriptor or a permit. Its address is due
     * again after 250 ms.
     *
     * @return false if no other server is left, so that waiting would be in vain: the driver reports the attempt as
     *     failed
     */
    public boolean postpone(Attempt attempt, long nowNanos) {
        requireUnderWay();
        Contender contender = contenders.of(attempt);
        if (!contenders.isAnyAliveBut(contender)) {
            return false;
        }
        contenders.takeBack(contender);
        hellos.fewerConnect();
        nextStartNanos = nowNanos + Attempts.POSTPONED_NANOS;
        return true;
    }

    /** Reports that the client writes what cannot be said twice: the server that leads is the connection. */
    public void commit(long nowNanos) {
        requireUnderWay();
        Contender leader = contenders.leader();
        end(leader != null ? leader : lastWord != null ? lastWord : contenders.winner(), nowNanos);
    }

    /**
     * Gives back every connection but the leader's and those of servers that were asked. Their addresses are kept, and
     * connected to anew when they are needed.
     *
     * @return the attempts whose channels the driver closes
     */
    public List<Attempt> giveBack() {
        requireUnderWay();
        List<Attempt> given = contenders.giveBack();
        hellos.fewerConnect();
        return given;
    }

    /** Ends the opening from outside: there is no connection. */
    public void abandon(long nowNanos) {
        if (!over) {
            end(null, nowNanos);
        }
    }

    /** Returns an attempt that is due now, or null. It counts as started. Call it until it returns null. */
    public @Nullable Attempt startNext(long nowNanos) {
        advance(nowNanos);
        if (!mayStart() || nowNanos - nextStartNanos < 0) {
            return null;
        }
        nextStartNanos = nowNanos + startGapNanos;
        hellos.started(nowNanos);
        return contenders.start(nowNanos).attempt;
    }

    /**
     * Returns a connected attempt to whose server the hello is to be sent, or null. The driver sends as much of it as
     * there is, and whatever the client adds. Call it until it returns null.
     */
    public @Nullable Attempt askNext(long nowNanos) {
        advance(nowNanos);
        return over ? null : hellos.next();
    }

    /** Returns how long the driver may sleep if nothing happens, in nanoseconds; {@link Long#MAX_VALUE} for ever. */
    public long nanosUntilNextEvent(long nowNanos) {
        if (over) {
            return Long.MAX_VALUE;
        }
        long wait = hellos.nanosUntilMore(nowNanos);
        if (mayStart()) {
            wait = Math.min(wait, nextStartNanos - nowNanos);
        }
        for (Contender contender : contenders.all()) {
            if (isHoldingUp(contender)) {
                wait = Math.min(wait, contender.giveUpNanos(failedNanos) - nowNanos);
            }
        }
        return Math.max(0, wait);
    }

    /**
     * Returns whether it matters now that an attempt connects. If not, the driver need not look, and may report
     * connects later, when this returns true. To a policy that learns it always matters: so it knows whom to ask first.
     */
    public boolean awaitsConnects() {
        return !over && (hellos.awaitsConnect() || !hellos.isBegun() || policy.learns());
    }

    /** Returns whether it is known which attempt is the connection, or it was abandoned. */
    public boolean isOver() {
        return over;
    }

    /**
     * Returns the attempt that is the connection: its server has spoken, or the client goes on with it, or it is the one
     * whose failure the client is to see. Null until it is over, and if it was abandoned.
     */
    public @Nullable Attempt connection() {
        return connection == null ? null : connection.attempt;
    }

    /** Returns whether this attempt's channel is still needed: it may become the connection, or is. */
    public boolean keeps(Attempt attempt) {
        if (over) {
            return attempt == connection();
        }
        Contender contender = contenders.of(attempt);
        return contender.isAlive() || contender == lastWord;
    }

    /** Returns every attempt of the race and of the opening, and how it stands. */
    public RaceReport report(long nowNanos) {
        return contenders.report(connection, over, raceStartNanos, over ? endNanos : nowNanos);
    }

    /** Returns how one attempt stands. */
    public AttemptReport report(Attempt attempt, long nowNanos) {
        return contenders.of(attempt).report(connection, over, raceStartNanos, over ? endNanos : nowNanos);
    }

    /** Does what is due by now: asks one more server if those asked say nothing, and gives up late connects. */
    private void advance(long nowNanos) {
        if (over) {
            return;
        }
        hellos.wantMoreIfSilent(nowNanos);
        giveUpConnects(nowNanos);
        if (!over) {
            hellos.fill(nowNanos);
        }
    }

    /** Gives up connects that hold up a failure: the client must not wait for ever for an answer to a SYN. */
    private void giveUpConnects(long nowNanos) {
        for (Contender contender : contenders.all()) {
            if (isHoldingUp(contender) && nowNanos - contender.giveUpNanos(failedNanos) >= 0) {
                failed(contender.attempt, new SocketTimeoutException("Connect timed out"), nowNanos);
            }
        }
    }

    /** Returns whether it holds up a failure: it has not connected, nor has anybody else who is left. */
    private boolean isHoldingUp(Contender contender) {
        return !over
                && lastWord != null
                && contender.state == Contender.State.CONNECTING
                && contenders.areAllConnecting();
    }

    private boolean mayStart() {
        return !over && hellos.needsConnect();
    }

    private void fail(Contender contender, Contender.Failure how, IOException cause, long nowNanos) {
        if (how != Contender.Failure.NOT_CONNECTED) {
            failedNanos = nowNanos;
        }
        contender.fail(how, cause, nowNanos);
        hellos.fewerConnect();
        if (contender.tellsMoreThan(lastWord)) {
            lastWord = contender;
        }
        boolean clientsFault = how == Contender.Failure.ALERT && contenders.hasAnotherRefusedLike(contender);
        if (clientsFault || !contenders.isAnyWaiting() && !contenders.isAnyAliveBut(null)) {
            end(lastWord, nowNanos);
        } else {
            hellos.fill(nowNanos);
        }
    }

    private void end(@Nullable Contender chosen, long nowNanos) {
        // The leader is the socket's: should it turn out to be of no use, the socket tells the policy.
        Contender leader = chosen != null ? chosen : contenders.leader();
        over = true;
        connection = chosen;
        endNanos = nowNanos;
        boolean spoke = chosen != null && chosen.tellSpoke(policy, nowNanos);
        for (Contender loser : contenders.all()) {
            if (loser != leader) {
                loser.tellLost(policy, spoke, raceStartNanos, nowNanos);
            }
        }
    }

    private void requireUnderWay() {
        if (over) {
            throw new IllegalStateException("the opening is over");
        }
    }
}
