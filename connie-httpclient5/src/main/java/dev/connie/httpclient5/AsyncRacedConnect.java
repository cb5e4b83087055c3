package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.concurrent.ComplexFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One connect of one connection, in rounds: races the addresses, has the stock operator start TLS on the winner, and if
 * that fails, races those that are left.
 *
 * <p>The stock operator is given the first address as if the route named it. It then asks its initiator for exactly one
 * connect; ours races all addresses instead. Rounds follow one another, so that only the current race, which whoever
 * cancels reads, is shared by threads.
 */
final class AsyncRacedConnect {
    /** The reactor's own timeout of an attempt is that much longer than the race's, for the race to end first. */
    private static final long SLACK_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** How long a session has to say goodbye by TLS. */
    private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connector connector;
    private final AsyncClientConnectionOperator stock;
    private final Request request;
    private final ComplexFuture<ManagedAsyncClientConnection> result;

    private final List<IOException> failures = new ArrayList<>();
    private List<InetSocketAddress> left;
    // Written by the thread that starts a round, read by those that end it and by who cancels.
    private volatile @Nullable ReactorRace race;

    /** What the connection manager asked for. */
    record Request(
            ConnectionInitiator initiator,
            HttpHost host,
            @Nullable NamedEndpoint name,
            @Nullable SocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            @Nullable Object attachment,
            @Nullable HttpContext context) {}

    AsyncRacedConnect(
            Connector connector,
            AsyncClientConnectionOperator stock,
            Request request,
            List<InetSocketAddress> addresses,
            ComplexFuture<ManagedAsyncClientConnection> result) {
        this.connector = connector;
        this.stock = stock;
        this.request = request;
        this.left = addresses;
        this.result = result;
    }

    void start() {
        result.setDependency(this::cancel);
        round();
    }

    private void round() {
        HttpHost host = request.host();
        race = null;
        stock.connect(
                this::race,
                new HttpHost(host.getSchemeName(), left.get(0).getAddress(), host.getHostName(), host.getPort()),
                request.name(),
                request.localAddress(),
                request.connectTimeout(),
                request.attachment(),
                request.context(),
                new RoundCallback());
    }

    /** Is the stock operator's connection initiator: races all that are left, whatever one address it asks for. */
    private Future<IOSession> race(
            NamedEndpoint endpoint,
            @Nullable SocketAddress theFirst,
            @Nullable SocketAddress localAddress,
            @Nullable Timeout timeout,
            @Nullable Object attachment,
            FutureCallback<IOSession> callback) {
        Timeout attemptTimeout = plusSlack(timeout);
        ReactorRace race = new ReactorRace(
                connector.newRace(left, toDuration(timeout)),
                connector.listener(),
                (address, attemptCallback) -> request.initiator()
                        .connect(endpoint, address, localAddress, attemptTimeout, attachment, attemptCallback),
                callback);
        this.race = race;
        race.start();
        if (result.isCancelled()) {
            cancel();
        }
        return race;
    }

    /** Called when the result is cancelled, but also if that comes too late. */
    private boolean cancel() {
        ReactorRace current = race;
        if (!result.isCancelled() || current == null) {
            return false;
        }
        current.cancel();
        IOSession winner = current.winner();
        if (winner != null) {
            // In its TLS handshake, which nobody waits for any more.
            winner.close(CloseMode.IMMEDIATE);
        }
        return true;
    }

    private final class RoundCallback implements FutureCallback<ManagedAsyncClientConnection> {
        @Override
        public void completed(ManagedAsyncClientConnection connection) {
            if (!result.completed(connection)) {
                connection.close(CloseMode.IMMEDIATE);
            }
        }

        @Override
        public void failed(Exception failure) {
            ReactorRace ended = race;
            RaceReport report = ended == null ? null : ended.report();
            if (ended == null || report == null) {
                // Nothing has been raced.
                result.failed(failure);
                return;
            }
            useUp(report);
            IOSession winner = ended.winner();
            if (winner != null) {
                RaceTimer.after(GOODBYE_NANOS, () -> winner.close(CloseMode.IMMEDIATE));
            }
            if (winner != null && failure instanceof IOException error && !left.isEmpty() && !result.isDone()) {
                report.winner().ifPresent(won -> failures.add(withAddress(won.address(), error)));
                round();
                return;
            }
            // The only failure there is says nothing that the exception itself does not.
            if (failures.size() > 1 || winner != null) {
                failures.forEach(failure::addSuppressed);
            }
            result.failed(failure);
        }

        @Override
        public void cancelled() {
            result.cancel();
        }
    }

    /** Uses up the addresses that failed or won. Those that lost, or had not started, are left. */
    private void useUp(RaceReport report) {
        List<InetSocketAddress> notUsed = new ArrayList<>();
        for (AttemptReport attempt : report.attempts()) {
            IOException error = attempt.error();
            if (error != null) {
                failures.add(withAddress(attempt.address(), error));
            } else if (attempt.outcome() == Outcome.LOST) {
                notUsed.add(attempt.address());
            }
        }
        notUsed.addAll(report.notStarted());
        left = notUsed;
    }

    /** Returns a new exception of the same kind: what the client throws must not be its own suppressed exception. */
    private static IOException withAddress(InetSocketAddress address, IOException error) {
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

    private static Duration toDuration(@Nullable Timeout timeout) {
        return timeout == null || timeout.isDisabled() ? Duration.ZERO : Duration.ofNanos(timeout.toNanoseconds());
    }

    private static Timeout plusSlack(@Nullable Timeout timeout) {
        if (timeout == null || timeout.isDisabled()) {
            return Timeout.DISABLED;
        }
        return Timeout.ofMilliseconds(Math.min(timeout.toMilliseconds(), Long.MAX_VALUE / 2) + SLACK_MILLIS);
    }
}
