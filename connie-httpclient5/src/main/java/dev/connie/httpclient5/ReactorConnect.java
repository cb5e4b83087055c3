package dev.connie.httpclient5;

import dev.connie.RaceBooks;
import dev.connie.race.Attempt;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/**
 * One connect that a reactor makes for a race. Owns its session until the race takes that over, and the permit that it may
 * hold. The reactor tells it of its end at most once, on a thread of the reactor's unless it is shut down. Thread-safe.
 */
final class ReactorConnect implements FutureCallback<IOSession> {
    /** What a race needs of a reactor. */
    @FunctionalInterface
    interface Connects {
        /**
         * Asks for a connect, and to be told of its end.
         *
         * @throws RuntimeException if the reactor takes no requests any more
         */
        Future<IOSession> connect(InetSocketAddress address, FutureCallback<IOSession> callback);

        /** Returns whether the reactor is being closed, and waits for its connects to end. */
        default boolean isClosing() {
            return false;
        }
    }

    /** The race that is told how the connect ended. */
    interface Race {
        /** Returns whether the session is taken over; else it is closed. */
        boolean connected(ReactorConnect connect, IOSession session);

        void failed(ReactorConnect connect, IOException cause);

        /** Called when the connect is of no use to the race any more, or the reactor is being closed. */
        void cancelled(ReactorConnect connect);
    }

    final Attempt attempt;
    private final Race race;
    private final RaceBooks books;
    private final ConnectCloser closer;
    private final AtomicBoolean holdsPermit;

    // The request and the wish to close it may come in either order: whichever comes second closes it.
    private boolean unwanted;
    private @Nullable Future<IOSession> request;

    ReactorConnect(Attempt attempt, Race race, RaceBooks books, ConnectCloser closer, boolean holdsPermit) {
        this.attempt = attempt;
        this.race = race;
        this.books = books;
        this.closer = closer;
        this.holdsPermit = new AtomicBoolean(holdsPermit);
    }

    /** Takes over the request, which the reactor may have carried out by now. */
    void requested(Future<IOSession> asked) {
        synchronized (this) {
            request = asked;
            if (!unwanted) {
                return;
            }
        }
        closer.close(asked, this::releasePermit);
    }

    /** Closes the connect. It may be established all the same, and is then closed at once. */
    void close() {
        Future<IOSession> asked;
        synchronized (this) {
            if (unwanted) {
                return;
            }
            unwanted = true;
            asked = request;
        }
        if (asked != null) {
            closer.close(asked, this::releasePermit);
        }
    }

    /** Gives the permit back, if there is one: when nothing is connecting any more. */
    void releasePermit() {
        if (holdsPermit.getAndSet(false)) {
            books.endExtraAttempt();
        }
    }

    @Override
    public void completed(IOSession session) {
        releasePermit();
        if (isConnectedToItself(session)) {
            session.close(CloseMode.IMMEDIATE);
            race.failed(this, new ConnectException("Connection refused"));
        } else if (!race.connected(this, session)) {
            session.close(CloseMode.IMMEDIATE);
        }
    }

    /**
     * Returns whether it connected to itself (TCP simultaneous open): a free port of this machine was source and
     * target.
     */
    private static boolean isConnectedToItself(IOSession session) {
        return session.getLocalAddress() != null && session.getLocalAddress().equals(session.getRemoteAddress());
    }

    @Override
    public void failed(Exception cause) {
        releasePermit();
        race.failed(this, asIOException(cause));
    }

    @Override
    public void cancelled() {
        releasePermit();
        race.cancelled(this);
    }

    /** Turns the unchecked exceptions by which NIO refuses some addresses into what a plain socket throws. */
    private static IOException asIOException(Exception cause) {
        if (cause instanceof IOException error) {
            return error;
        }
        SocketException error = new SocketException(cause.toString());
        error.initCause(cause);
        return error;
    }
}
