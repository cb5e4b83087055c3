package dev.connie.race;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection attempt of a race.
 *
 * @param address the address that was tried
 * @param start when it started, since the start of the race
 * @param end when it ended, since the start of the race; the time of the report while it is running
 * @param outcome what became of it
 * @param error why it failed; null unless the outcome is a failure or a timeout
 * @param established whether its handshake is known to have been completed: that of the winner, and of a loser that the
 *     driver saw ready when it closed it. Of a loser, false may also mean that the driver did not look
 * @param asked when the ClientHello was sent to it, since the start of the race; null if it was not, or that is not known
 *     yet: see {@link Opening}
 * @param answered when the first byte of its server's answer came, since the start of the race; null if none did
 */
public record AttemptReport(
        InetSocketAddress address,
        Duration start,
        Duration end,
        Outcome outcome,
        @Nullable IOException error,
        boolean established,
        @Nullable Duration asked,
        @Nullable Duration answered) {
    /** Makes the report of an attempt of a race that ends with the connection. */
    public AttemptReport(
            InetSocketAddress address,
            Duration start,
            Duration end,
            Outcome outcome,
            @Nullable IOException error,
            boolean established) {
        this(address, start, end, outcome, error, established, null, null);
    }

    /** Makes the report of an attempt whose handshake is known to have been completed only if it won. */
    public AttemptReport(
            InetSocketAddress address, Duration start, Duration end, Outcome outcome, @Nullable IOException error) {
        this(address, start, end, outcome, error, outcome == Outcome.WON);
    }

    /** Returns how long it took, from its start to its end. */
    public Duration took() {
        return end.minus(start);
    }
}
