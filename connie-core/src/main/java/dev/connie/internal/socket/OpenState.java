package dev.connie.internal.socket;

import dev.connie.internal.drive.Abort;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;

/**
 * Whether a socket is open, and what its calls throw: what a plain socket throws in the place of what the channel threw.
 * {@link #close} wakes every thread that connects, reads or writes. Thread-safe; takes no lock.
 */
public final class OpenState {
    // Both are aborted by close, and say to every thread that the socket is closed. A connect comes before all reads.
    private final Abort connectingOrReading = new Abort();
    private final Abort writing = new Abort();

    OpenState() {}

    /** Returns what ends a connect, and later the wait of a reader. */
    Abort connectingOrReading() {
        return connectingOrReading;
    }

    /** Returns what ends the wait of a writer. */
    Abort writing() {
        return writing;
    }

    boolean isOpen() {
        return !connectingOrReading.isAborted();
    }

    void requireOpen() throws SocketException {
        if (!isOpen()) {
            throw closed();
        }
    }

    /** Closes it for every thread. May be called again. */
    void close() {
        connectingOrReading.abort();
        writing.abort();
    }

    static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /** Returns the exception that a plain socket throws where the channel threw the given one. */
    IOException asPlainSocketThrows(IOException thrown) {
        if (!isOpen() || thrown instanceof ClosedChannelException) {
            return closed();
        }
        if (thrown instanceof SocketException) {
            return thrown;
        }
        SocketException error = new SocketException(thrown.getMessage());
        error.setStackTrace(thrown.getStackTrace());
        return error;
    }

    /** Returns the same for a call that may throw nothing but a {@link SocketException}. */
    SocketException asSocketException(Exception thrown) {
        IOException error =
                asPlainSocketThrows(thrown instanceof IOException io ? io : new IOException(thrown.getMessage()));
        return error instanceof SocketException socketError ? socketError : new SocketException(error.getMessage());
    }
}
