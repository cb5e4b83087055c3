package dev.connie.internal.lineup;

import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.lineup.LineupConnect.Sharing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * What a {@link LineupBook} notes for one port: the rounds that are under way, and which address each connect got last. Not
 * thread-safe; under the lock of its book.
 */
final class PortRounds {
    /** How many calls may be under way by the same addresses before the oldest is forgotten. */
    private static final int MAX_ROUNDS = 16;

    private final RaceSetup races;
    private final int port;
    private final LineupAddresses addresses;
    // The latest last.
    private final Deque<LineupRound> rounds = new ArrayDeque<>();
    // The place of the address that the last connect for each place got, if that was another one.
    private final Map<Integer, Integer> lastUsed = new HashMap<>();

    PortRounds(RaceSetup races, int port, LineupAddresses addresses) {
        this.races = races;
        this.port = port;
        this.addresses = addresses;
    }

    /**
     * Returns the round that this connect belongs to: one that is under way, unless this address has had its turn there.
     * A client that comes back with an address it has used (a stale pooled connection, another TLS version, or a cache
     * that gives one answer to many calls) wants a race, not what became of the last one.
     */
    LineupRound roundFor(LineupConnect connect) {
        for (Iterator<LineupRound> latestFirst = rounds.descendingIterator(); latestFirst.hasNext(); ) {
            LineupRound round = latestFirst.next();
            if (round.takePart(connect)) {
                return round;
            }
            if (connect.sharing == Sharing.ONE_CALL) {
                break;
            }
        }
        LineupRound round = new LineupRound(races, port, addresses);
        round.takePart(connect);
        rounds.addLast(round);
        if (rounds.size() > MAX_ROUNDS) {
            rounds.removeFirst();
        }
        return round;
    }

    /** Returns the round that began last; there is one as soon as a connect has come. */
    LineupRound latest() {
        return rounds.getLast();
    }

    /** Returns the place of the address that the last connect for this place got: at first its own. */
    int lastUsed(int place) {
        return lastUsed.getOrDefault(place, place);
    }

    void noteUsed(int place, int used) {
        lastUsed.put(place, used);
    }
}
