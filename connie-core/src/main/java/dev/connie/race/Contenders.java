package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers of an {@link Opening}, in the order of their starts, and the addresses that wait. */
final class Contenders {
    private final List<Contender> all = new ArrayList<>();
    private final List<InetSocketAddress> waiting;
    private final Contender winner;

    /** @param attempts of a race that was won */
    Contenders(List<Attempt> attempts, List<InetSocketAddress> untried) {
        waiting = new ArrayList<>(untried);
        Contender won = null;
        for (Attempt attempt : attempts) {
            Contender contender = Contender.ofRace(attempt);
            all.add(contender);
            if (attempt.outcome() == Outcome.WON) {
                won = contender;
            }
        }
        if (won == null) {
            throw new IllegalArgumentException("nobody has won");
        }
        winner = won;
    }

    List<Contender> all() {
        return all;
    }

    /** Returns the one that won the race. */
    Contender winner() {
        return winner;
    }

    Contender of(Attempt attempt) {
        for (Contender contender : all) {
            if (contender.attempt == attempt) {
                return contender;
            }
        }
        throw new IllegalStateException("the attempt was postponed, or is of another race: " + attempt);
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    /** Starts an attempt to the next address that waits. */
    Contender start(long nowNanos) {
        Contender started = Contender.late(new Attempt(waiting.remove(0), nowNanos));
        all.add(started);
        return started;
    }

    /** Undoes {@link #start}. */
    void takeBack(Contender started) {
        all.remove(started);
        waiting.add(0, started.attempt.address());
    }

    /**
     * Gives back the servers that were not asked and do not lead. Their addresses wait again, before those never tried.
     */
    List<Attempt> giveBack() {
        Contender leader = leader();
        List<Attempt> given = new ArrayList<>();
        for (Contender contender : all) {
            boolean idle =
                    contender.state == Contender.State.CONNECTED || contender.state == Contender.State.CONNECTING;
            if (idle && contender != leader) {
                contender.state = Contender.State.GIVEN_BACK;
                waiting.add(given.size(), contender.attempt.address());
                given.add(contender.attempt);
            }
        }
        return given;
    }

    RaceReport report(@Nullable Contender connection, boolean over, long raceStartNanos, long nowNanos) {
        return new RaceReport(
                all.stream()
                        .map(each -> each.report(connection, over, raceStartNanos, nowNanos))
                        .toList(),
                untried(),
                Duration.ofNanos(nowNanos - raceStartNanos),
                false);
    }

    /** Returns the addresses that were never tried. */
    private List<InetSocketAddress> untried() {
        List<InetSocketAddress> untried = new ArrayList<>(waiting);
        // By identity: equals leaves out the scope.
        untried.removeIf(address -> all.stream().anyMatch(contender -> contender.attempt.address() == address));
        return untried;
    }

    int count(Contender.State state) {
        int count = 0;
        for (Contender contender : all) {
            count += contender.state == state ? 1 : 0;
        }
        return count;
    }

    boolean isAnyAliveBut(@Nullable Contender one) {
        for (Contender contender : all) {
            if (contender != one && contender.isAlive()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether all that are alive are still connecting. */
    boolean areAllConnecting() {
        for (Contender contender : all) {
            if (contender.isAlive() && contender.state != Contender.State.CONNECTING) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether another server has refused the handshake with the same alert. */
    boolean hasAnotherRefusedLike(Contender refused) {
        for (Contender contender : all) {
            if (contender != refused && contender.alert == refused.alert) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the server to ask next: the winner of the race, or the one that connected earliest; of equal ones the
     * first.
     */
    @Nullable
    Contender bestConnected() {
        if (winner.state == Contender.State.CONNECTED) {
            return winner;
        }
        Contender best = null;
        for (Contender contender : all) {
            if (contender.state == Contender.State.CONNECTED
                    && (best == null || contender.connectedNanos - best.connectedNanos < 0)) {
                best = contender;
            }
        }
        return best;
    }

    /**
     * Returns the server that the client's bytes are meant for: the one that was asked first, or else would be next.
     */
    @Nullable
    Contender leader() {
        Contender first = null;
        for (Contender contender : all) {
            boolean isAsked = contender.state == Contender.State.TO_ASK || contender.state == Contender.State.ASKED;
            if (isAsked && (first == null || contender.turn < first.turn)) {
                first = contender;
            }
        }
        return first != null ? first : bestConnected();
    }
}
