package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.RaceBooks;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ConnectExceptionSupport;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.concurrent.ComplexFuture;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * One connect of one connection, in rounds: a round races the addresses that are left and has the stock operator start
 * TLS on the winner. If that fails, the next round begins; if it takes long, a round begins beside it. The first round
 * that is done is the connection. Thread-safe; it calls nobody while it holds the lock.
 */
final class AsyncRacedConnect {
    /**
     * How many rounds may run beside one another: without a limit there would be a handshake with every slow server.
     */
    private static final int ROUNDS_AT_ONCE = 2;

    /** After what time a connect looks, each time anew, whether the reactor is being closed: most take much less. */
    static final long REACTOR_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Connector connector;
    private final RaceBooks books;
    private final AsyncClientConnectionOperator stock;
    private final AsyncRequest request;
    private final InetAddress[] addresses;
    private final AddressesLeft left;
    private final boolean racesToFirstByte;
    private final ComplexFuture<ManagedAsyncClientConnection> result;

    // All guarded by this.
    private final List<AsyncRound> rounds = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    // The round whose race runs, and to which the addresses that are left belong: never more than one.
    private @Nullable AsyncRound racing;
    private @Nullable Future<?> reactorLook;

    AsyncRacedConnect(
            Connector connector,
            AsyncClientConnectionOperator stock,
            AsyncRequest request,
            List<InetSocketAddress> addresses,
            boolean mayGrow,
            boolean racesToFirstByte,
            ComplexFuture<ManagedAsyncClientConnection> result) {
        this.connector = connector;
        this.books = connector.books();
        this.stock = stock;
        this.request = request;
        this.addresses = addresses.stream().map(InetSocketAddress::getAddress).toArray(InetAddress[]::new);
        this.left = new AddressesLeft(addresses, mayGrow);
        this.racesToFirstByte = racesToFirstByte;
        this.result = result;
    }

    void start() {
        result.setDependency(this::cancel);
        startRound();
        lookAtReactor();
    }

    private void lookAtReactor() {
        synchronized (this) {
            if (rounds.isEmpty()) {
                return;
            }
            if (!request.isReactorClosing()) {
                reactorLook = RaceTimer.after(REACTOR_LOOK_NANOS, this::lookAtReactor);
                return;
            }
        }
        // Not on the timer's thread, since those that are told may block.
        CompletableFuture.runAsync(result::cancel);
    }

    /** Takes addresses that have become known late: they join the race that runs, or the next one. */
    void found(List<InetSocketAddress> addresses) {
        left.found(addresses);
        tellRace();
    }

    /** Is told that no more addresses will come. */
    void foundAll() {
        left.foundAll();
        tellRace();
    }

    private void tellRace() {
        AsyncRound running;
        synchronized (this) {
            running = racing;
        }
        if (running != null) {
            running.lateHaveCome();
        }
    }

    /** Returns the addresses that join the race of whichever round runs. */
    LateTargets late() {
        return left;
    }

    /** Returns false if there is no need of another round now, or nothing left to race. */
    boolean startRound() {
        AsyncRound round;
        synchronized (this) {
            if (result.isDone() || racing != null || rounds.size() >= ROUNDS_AT_ONCE) {
                return false;
            }
            List<InetSocketAddress> addresses = left.toRace();
            if (addresses.isEmpty()) {
                return false;
            }
            round = new AsyncRound(this, connector, stock, request, addresses);
            rounds.add(round);
            racing = round;
        }
        round.start();
        if (result.isCancelled()) {
            // A cancel may have come too early to see the round.
            round.giveUp(false);
        }
        return true;
    }

    /** Returns whether the round is still to give a connection. */
    synchronized boolean isWaitingFor(AsyncRound round) {
        return rounds.contains(round);
    }

    /** Called when the race of a round is won, before TLS starts. */
    void connected(AsyncRound round, RaceReport report) {
        useUp(round, report);
        if (request.isTls() && racesToFirstByte) {
            round.expectFirstByte();
        }
    }

    /** Uses up the addresses whose attempts failed or won. Addresses whose attempts lost or never started are left. */
    private synchronized void useUp(AsyncRound round, RaceReport report) {
        if (racing != round) {
            return;
        }
        racing = null;
        for (AttemptReport attempt : report.attempts()) {
            IOException error = attempt.error();
            if (error != null) {
                failures.add(ConnectFailures.withAddress(attempt.address(), error));
            }
        }
        left.useUp(report);
    }

    /** Called when a round has a connection, with TLS if there is to be. */
    void completed(AsyncRound round, AttemptReport winner, ManagedAsyncClientConnection connection) {
        List<AsyncRound> others = end(round);
        if (others != null) {
            others.forEach(other -> other.giveUp(true));
            books.won(request.host().getHostName(), winner.address());
            ManagedAsyncClientConnection watched =
                    request.isTls() ? connection : UnansweredWatch.of(connection, winner.address(), books);
            if (result.completed(watched)) {
                return;
            }
        }
        connection.close(CloseMode.IMMEDIATE);
    }

    /** Called when the race of a round is lost. */
    void failedToConnect(AsyncRound round, RaceReport report, Exception failure) {
        useUp(round, report);
        List<AsyncRound> others = remove(round);
        if (others != null && others.isEmpty()) {
            Exception whole = failure instanceof IOException error
                    ? ConnectExceptionSupport.enhance(error, request.endpoint(), addresses)
                    : failure;
            fail(whole, false);
        }
    }

    /** Called when a round has failed after its race was won, or without one if there is no winner. */
    void failed(AsyncRound round, @Nullable AttemptReport winner, Exception failure) {
        List<AsyncRound> others = remove(round);
        if (others == null) {
            return;
        }
        if (winner != null && failure instanceof IOException) {
            books.rejected(request.host().getHostName(), winner.address());
            synchronized (this) {
                if (!others.isEmpty() || !left.areNone()) {
                    failures.add(ConnectFailures.withAddress(winner.address(), failure));
                }
            }
            if (startRound()) {
                return;
            }
        }
        if (others.isEmpty()) {
            fail(failure, winner != null);
        }
    }

    private void fail(Exception failure, boolean isOfHandshake) {
        List<IOException> suppressed;
        synchronized (this) {
            suppressed = List.copyOf(failures);
        }
        // The only failure there is says nothing that the exception itself does not.
        if (suppressed.size() > 1 || isOfHandshake) {
            suppressed.forEach(failure::addSuppressed);
        }
        result.failed(failure);
    }

    /** Called when the reactor is being closed. */
    void cancelled(AsyncRound round) {
        if (remove(round) != null) {
            result.cancel();
        }
    }

    /** Returns the other rounds; null if this one has been given up. */
    private synchronized @Nullable List<AsyncRound> remove(AsyncRound round) {
        if (!rounds.remove(round)) {
            return null;
        }
        if (racing == round) {
            racing = null;
        }
        stopLooking();
        return List.copyOf(rounds);
    }

    /** Ends all rounds in favour of this one. Returns the others; null if another was faster, or all have been given up. */
    private synchronized @Nullable List<AsyncRound> end(AsyncRound done) {
        return rounds.remove(done) ? endAll() : null;
    }

    private synchronized List<AsyncRound> endAll() {
        List<AsyncRound> ended = List.copyOf(rounds);
        rounds.clear();
        racing = null;
        left.clear();
        stopLooking();
        return ended;
    }

    private synchronized void stopLooking() {
        if (rounds.isEmpty() && reactorLook != null) {
            reactorLook.cancel(false);
            reactorLook = null;
        }
    }

    /** Called when the result is cancelled, but also if that comes too late. */
    private boolean cancel() {
        if (!result.isCancelled()) {
            return false;
        }
        endAll().forEach(round -> round.giveUp(false));
        return true;
    }
}
