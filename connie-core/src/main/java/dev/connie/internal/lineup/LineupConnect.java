package dev.connie.internal.lineup;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One connect of a socket that belongs to a {@link LineupBook}: which address the client gave it, and what may end it. Used
 * by the connecting thread.
 */
public final class LineupConnect {
    /** Who else may come by the addresses of the lineup. */
    public enum Sharing {
        /** Nobody: the lineup was made for one client call. */
        ONE_CALL,
        /** Calls that were given the same address objects, as by a cache of the client's own. */
        BY_ADDRESS,
        /** Whoever connects to the host. */
        BY_HOST
    }

    final Sharing sharing;
    final long threadId = Thread.currentThread().getId();
    final int own;
    final int port;
    final ChannelSource source;
    final Abort abort;
    final boolean interruptible;
    private final boolean hasDeadline;
    private final long deadlineNanos;

    // The round that it took part in, in the end. Written by the connecting thread before the socket is connected.
    @Nullable
    LineupRound round;

    public LineupConnect(
            Sharing sharing,
            int own,
            int port,
            int timeoutMillis,
            ChannelSource source,
            Abort abort,
            boolean interruptible) {
        this.sharing = sharing;
        this.own = own;
        this.port = port;
        this.source = source;
        this.abort = abort;
        this.interruptible = interruptible;
        this.hasDeadline = timeoutMillis > 0;
        this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /** Returns the time left; zero for no limit, as races have it. */
    Duration timeLeft() throws SocketTimeoutException {
        if (!hasDeadline) {
            return Duration.ZERO;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("Connect timed out");
        }
        return Duration.ofNanos(left);
    }

    /** Waits to be unparked; for at most so long, and no longer than there is time. May return early. */
    void park(long maxNanos) throws IOException {
        if (abort.isAborted()) {
            throw new SocketException("Socket closed");
        }
        Duration left = timeLeft();
        LockSupport.parkNanos(left.isZero() ? maxNanos : Math.min(maxNanos, left.toNanos()));
        if (interruptible && Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }
}
