package dev.connie.internal.drive;

import dev.connie.ConnectRaceException;
import dev.connie.ConnectRaceTimeoutException;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** The exceptions of attempts and races. */
public final class Failures {
    private Failures() {}

    /** Returns the exception for a race that nobody won and nobody called off. */
    public static IOException of(String target, RaceReport report) {
        return report.timedOut()
                ? new ConnectRaceTimeoutException(target, report)
                : new ConnectRaceException(target, report);
    }

    /** Returns the exception for these attempts' race, which nobody won and nobody called off. */
    public static IOException of(String target, AttemptChannels channels) {
        return of(target, channels.race().report(System.nanoTime()));
    }

    public static void suppressInto(IOException whole, RaceReport report) {
        for (AttemptReport attempt : report.attempts()) {
            IOException error = attempt.error();
            if (error != null) {
                whole.addSuppressed(named(RaceReport.destination(attempt.address()), error));
            }
        }
    }

    /** Returns an exception of the same type whose message begins with the destination. */
    public static IOException named(String destination, IOException error) {
        String what = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        IOException named = copyOf(error, destination + ": " + what);
        named.setStackTrace(error.getStackTrace());
        return named;
    }

    /**
     * Returns a new exception of the same type and message. Clients link the exceptions of several connects as suppressed
     * ones, so that one object must never be thrown twice.
     */
    public static IOException copyOf(IOException error) {
        return copyOf(error, error.getMessage());
    }

    private static IOException copyOf(IOException error, @Nullable String message) {
        if (error instanceof SocketTimeoutException) {
            return new SocketTimeoutException(message);
        } else if (error instanceof ConnectException) {
            return new ConnectException(message);
        } else if (error instanceof NoRouteToHostException) {
            return new NoRouteToHostException(message);
        } else if (error instanceof BindException) {
            return new BindException(message);
        } else if (error instanceof SocketException) {
            return new SocketException(message);
        }
        return new IOException(message);
    }

    /** Turns what a channel throws before it has sent anything into what a plain socket throws. */
    public static IOException asIOException(Exception thrown) {
        if (thrown instanceof IOException error) {
            return error;
        }
        if (thrown instanceof UnsupportedAddressTypeException || thrown instanceof UnsupportedOperationException) {
            return withCause(new SocketException("Address family not supported on this machine"), thrown);
        }
        if (thrown instanceof UnresolvedAddressException) {
            return withCause(new SocketException("Unresolved address"), thrown);
        }
        return withCause(new SocketException(thrown.toString()), thrown);
    }

    private static IOException withCause(SocketException error, Exception cause) {
        error.initCause(cause);
        return error;
    }
}
