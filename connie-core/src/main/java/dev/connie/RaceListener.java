package dev.connie;

import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import java.net.InetSocketAddress;

/**
 * Is told of each attempt and each finished race, for logs and metrics.
 *
 * <p>Called on the thread that races, while it races and without a lock held: be quick, do not block. Several races call
 * at the same time. What a listener throws is given to the thread's uncaught exception handler and has no other effect.
 */
public interface RaceListener {
    /** An attempt is about to connect to this address. */
    default void attemptStarted(InetSocketAddress address) {}

    /** An attempt ended, in whatever way. */
    default void attemptEnded(AttemptReport attempt) {}

    /**
     * A race is over: won, failed, out of time or abandoned. Its losers are closed, but for those of a race that {@link
     * Connector.Builder#sampleRegret} has picked.
     */
    default void raceFinished(RaceReport report) {}

    /**
     * It is decided which server a socket has, or the socket was closed before. Only of races that leave something to
     * choose, and go on until the server speaks: see {@link Connector.Builder#raceToFirstByte}. Comes after {@link
     * #raceFinished}, on a thread that reads, writes or closes the socket.
     *
     * @param report of the race and what came after it: the winner is the attempt that is the connection
     */
    default void openingFinished(RaceReport report) {}

    /** The losers of a race that {@link Connector.Builder#sampleRegret} has picked are closed; on a thread of Connie's. */
    default void losersFinished(RegretReport report) {}
}
