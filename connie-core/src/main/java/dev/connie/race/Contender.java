package dev.connie.race;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One server in an {@link Opening}, and how far it has come. */
final class Contender {
    enum State {
        /** Its connect is under way. */
        CONNECTING,
        /** It is connected, and nothing was sent to it. */
        CONNECTED,
        /** The hello is to be sent to it. */
        TO_ASK,
        /** The hello was sent to it, or as much of it as the client has written. */
        ASKED,
        /** It failed. */
        FAILED,
        /** Its connection was given back, and its address waits again. */
        GIVEN_BACK,
        /** It failed before the race was won, and was never in the opening. */
        OUT
    }

    /** The kinds of failure, in the order of how much they tell the client if nobody is left: the least first. */
    enum Failure {
        NOT_CONNECTED,
        SILENT,
        OTHER_ANSWER,
        ALERT
    }

    static final int NO_ALERT = -1;

    /** A lost SYN is sent again after 1 s (RFC 6298, section 2); the answer to the second one is waited for. */
    private static final long MOST_CONNECT_NANOS = Duration.ofMillis(1_250).toNanos();

    final Attempt attempt;
    /** Whether it started after the race was won. */
    final boolean late;

    State state;
    /** When it connected; of a loser of the race only the latest possible time is known. */
    long connectedNanos;
    /** Its place among those that are asked, from 1; 0 until it is to be asked. */
    int turn;
    /** Whether the whole hello was sent, and then when, and how long an answer may take. */
    boolean asked;

    long askedNanos;
    long delayNanos;
    boolean heard;
    long heardNanos;

    @Nullable
    Failure failure;

    int alert = NO_ALERT;

    @Nullable
    IOException error;

    long endNanos;

    private Contender(Attempt attempt, boolean late, State state) {
        this.attempt = attempt;
        this.late = late;
        this.state = state;
    }

    /** Returns what an attempt of a race that was just won has become. */
    static Contender ofRace(Attempt attempt) {
        State state = switch (attempt.outcome()) {
            case WON -> State.CONNECTED;
            case LOST -> attempt.isEstablished() ? State.CONNECTED : State.CONNECTING;
            default -> State.OUT;
        };
        Contender contender = new Contender(attempt, false, state);
        if (state == State.CONNECTED) {
            contender.connectedNanos = attempt.startNanos() + attempt.tookNanos();
        }
        return contender;
    }

    static Contender late(Attempt attempt) {
        return new Contender(attempt, true, State.CONNECTING);
    }

    /** Returns whether it may still become the connection. */
    boolean isAlive() {
        return switch (state) {
            case CONNECTING, CONNECTED, TO_ASK, ASKED -> true;
            case FAILED, GIVEN_BACK, OUT -> false;
        };
    }

    /** Returns whether it was asked and has said nothing for longer than a server takes. */
    boolean isMute(long nowNanos) {
        return state == State.ASKED && asked && !heard && nowNanos - askedNanos - delayNanos >= 0;
    }

    long connectNanos() {
        return connectedNanos - attempt.startNanos();
    }

    /** Returns when to give its connect up, if it is all that has been waited for since that time. */
    long giveUpNanos(long sinceNanos) {
        return Race.later(attempt.startNanos() + MOST_CONNECT_NANOS, sinceNanos + Patience.CONNECT_DELAY_NANOS);
    }

    void connect(long nowNanos) {
        state = State.CONNECTED;
        connectedNanos = nowNanos;
        attempt.establish();
    }

    void hear(long nowNanos) {
        if (!heard) {
            heard = true;
            heardNanos = nowNanos;
        }
    }

    void fail(Failure how, IOException cause, long nowNanos) {
        state = State.FAILED;
        failure = how;
        error = cause;
        endNanos = nowNanos;
    }

    /** Returns what failure it is if its connect fails now, or its connection ends. */
    Failure failureOnEnd() {
        if (state == State.CONNECTING) {
            return Failure.NOT_CONNECTED;
        }
        return heard ? Failure.OTHER_ANSWER : Failure.SILENT;
    }

    /** Returns whether its failure tells the client more than that of the other, if that has failed. */
    boolean tellsMoreThan(@Nullable Contender other) {
        Failure others = other == null ? null : other.failure;
        return others == null || failure != null && others.compareTo(failure) < 0;
    }

    /** Tells the policy how its connect ended, unless the race has told it. */
    void tellConnect(RacePolicy policy, Outcome outcome, long raceStartNanos, long nowNanos) {
        if (late) {
            AttemptReport report = attempt.report(raceStartNanos, nowNanos, false);
            policy.loserFinished(
                    new AttemptReport(
                            report.address(), report.start(), report.end(), outcome, null, report.established()),
                    nowNanos);
        }
    }

    /** Tells the policy how long the connection's server took to answer. Returns whether it has said anything. */
    boolean tellSpoke(RacePolicy policy, long nowNanos) {
        boolean spoke = isAlive() && heard;
        if (spoke && asked) {
            policy.spoke(attempt.address(), nowNanos - askedNanos, nowNanos);
        }
        return spoke;
    }

    /** Tells the policy that it is not the connection. */
    void tellLost(RacePolicy policy, boolean anotherSpoke, long raceStartNanos, long nowNanos) {
        if (state == State.CONNECTING) {
            tellConnect(policy, Outcome.LOST, raceStartNanos, nowNanos);
        }
        if (state == State.ASKED && asked && anotherSpoke) {
            policy.mute(attempt.address(), nowNanos - askedNanos, nowNanos);
        }
        if (isMute(nowNanos) || state == State.FAILED && asked) {
            policy.disappointed(attempt.address(), nowNanos);
        }
    }

    /**
     * Reports how it stands.
     *
     * @param connection who is the connection, if that is known
     */
    AttemptReport report(@Nullable Contender connection, boolean over, long raceStartNanos, long nowNanos) {
        AttemptReport ofRace = attempt.report(raceStartNanos, nowNanos, false);
        Outcome outcome = outcome(ofRace.outcome(), connection, over, nowNanos);
        return new AttemptReport(
                ofRace.address(),
                ofRace.start(),
                outcome == Outcome.WON
                        ? ofRace.start().plusNanos(connectNanos())
                        : end(ofRace, raceStartNanos, nowNanos),
                outcome,
                error == null ? ofRace.error() : error,
                ofRace.established(),
                asked ? Duration.ofNanos(askedNanos - raceStartNanos) : null,
                heard ? Duration.ofNanos(heardNanos - raceStartNanos) : null);
    }

    private Outcome outcome(Outcome ofRace, @Nullable Contender connection, boolean over, long nowNanos) {
        if (state == State.FAILED) {
            return Outcome.FAILED;
        } else if (!isAlive()) {
            return ofRace;
        } else if (this == connection) {
            return Outcome.WON;
        } else if (!over) {
            return Outcome.RUNNING;
        } else if (isMute(nowNanos)) {
            return Outcome.MUTE;
        }
        return connection == null ? Outcome.ABANDONED : Outcome.LOST;
    }

    private Duration end(AttemptReport ofRace, long raceStartNanos, long nowNanos) {
        if (state == State.FAILED) {
            return Duration.ofNanos(endNanos - raceStartNanos);
        }
        // An attempt that took no part in the opening has ended with the race.
        boolean tookPart = isAlive() && (late || turn > 0);
        return tookPart ? Duration.ofNanos(nowNanos - raceStartNanos) : ofRace.end();
    }
}
