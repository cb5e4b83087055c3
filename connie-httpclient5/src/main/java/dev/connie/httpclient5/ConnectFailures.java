package dev.connie.httpclient5;

import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.apache.hc.core5.io.SocketTimeoutExceptionFactory;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** The exceptions of connects, of the kinds and with the messages that HttpClient's users know. */
final class ConnectFailures {
    private ConnectFailures() {}

    /**
     * Returns the exception for a race that nobody won, of a kind that HttpClient turns into a {@code
     * ConnectTimeoutException} or a {@code HttpHostConnectException}. A timeout says what HttpCore's says: how long it was.
     */
    static IOException of(RaceReport report, @Nullable Timeout timeout) {
        if (report.outcome() == Outcome.TIMED_OUT && timeout != null) {
            return SocketTimeoutExceptionFactory.create(timeout);
        }
        if (report.attempts().size() == 1 && report.notStarted().isEmpty()) {
            IOException error = report.attempts().get(0).error();
            if (error != null) {
                return error;
            }
        }
        boolean timedOut = report.attempts().stream().anyMatch(attempt -> isTimeout(attempt.error()));
        return timedOut ? new SocketTimeoutException(report.failures()) : new ConnectException(report.failures());
    }

    /**
     * Returns whether it is a timeout: the system has one for those who set none, and HttpClient knows it by its
     * message.
     */
    private static boolean isTimeout(@Nullable IOException error) {
        return error instanceof SocketTimeoutException
                || (error instanceof ConnectException && "Connection timed out".equals(error.getMessage()));
    }

    /** Returns a new exception of the same kind: what the client throws must not be its own suppressed exception. */
    static IOException withAddress(InetSocketAddress address, Exception error) {
        String message = RaceReport.destination(address) + ": " + error.getMessage();
        IOException named;
        if (error instanceof SocketTimeoutException) {
            named = new SocketTimeoutException(message);
        } else if (error instanceof ConnectException) {
            named = new ConnectException(message);
        } else {
            named = new IOException(RaceReport.destination(address) + ": " + error);
        }
        named.setStackTrace(error.getStackTrace());
        return named;
    }
}
