package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One race of one connect, and the TLS handshake with its winner.
 *
 * <p>The stock operator is given the first address as if the route named it. It then asks its initiator for exactly one
 * connect; ours races all addresses instead. Thread-safe: the race's events come one after the other, a cancel at any time.
 */
final class AsyncRound implements FutureCallback<ManagedAsyncClientConnection> {
    /** By how much the reactor's own timeout of an attempt is longer than the race's, so that the race ends first. */
    private static final long SLACK_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** How long a session has to say goodbye by TLS. */
    private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The session that won, and what its clocks said at the win. */
    private record Winner(IOSession session, AttemptReport attempt, long wonNanos, long readTime, long writeTime) {
        boolean isAsked() {
            return session.getLastWriteTime() != writeTime;
        }

        boolean hasAnswered() {
            return session.getLastReadTime() != readTime;
        }

        Duration sinceWon() {
            return Duration.ofNanos(System.nanoTime() - wonNanos);
        }
    }

    private final AsyncRacedConnect whole;
    private final Connector connector;
    private final AsyncClientConnectionOperator stock;
    private final AsyncRequest request;
    private final List<InetSocketAddress> addresses;

    // Each is written once, by the thread that starts the race or by one of the reactor's, and read by the thread that
    // gives the round up.
    private volatile @Nullable ReactorRace race;
    private volatile @Nullable Winner winner;
    private volatile @Nullable Future<?> patienceTimer;
    private volatile boolean givenUp;

    AsyncRound(
            AsyncRacedConnect whole,
            Connector connector,
            AsyncClientConnectionOperator stock,
            AsyncRequest request,
            List<InetSocketAddress> addresses) {
        this.whole = whole;
        this.connector = connector;
        this.stock = stock;
        this.request = request;
        this.addresses = addresses;
    }

    void start() {
        HttpHost host = request.host();
        stock.connect(
                this::race,
                new HttpHost(host.getSchemeName(), addresses.get(0).getAddress(), host.getHostName(), host.getPort()),
                request.name(),
                request.localAddress(),
                request.connectTimeout(),
                request.attachment(),
                request.context(),
                this);
    }

    /** Is told that there are late addresses for the race that runs, or that no more will come. */
    void lateHaveCome() {
        ReactorRace running = race;
        if (running != null) {
            running.lateHaveCome();
        }
    }

    /** The stock operator's connection initiator: it races all addresses, whichever one it is asked for. */
    private Future<IOSession> race(
            NamedEndpoint endpoint,
            @Nullable SocketAddress theFirst,
            @Nullable SocketAddress localAddress,
            @Nullable Timeout timeout,
            @Nullable Object attachment,
            FutureCallback<IOSession> callback) {
        Timeout attemptTimeout = plusSlack(timeout);
        ReactorRace started = new ReactorRace(
                connector,
                addresses,
                whole.late(),
                timeout,
                new ReactorConnect.Connects() {
                    @Override
                    public Future<IOSession> connect(InetSocketAddress address, FutureCallback<IOSession> attempt) {
                        return request.initiator()
                                .connect(endpoint, address, localAddress, attemptTimeout, attachment, attempt);
                    }

                    @Override
                    public boolean isClosing() {
                        return request.isReactorClosing();
                    }
                },
                ConnectCloser.INSTANCE,
                new RaceCallback(callback));
        race = started;
        started.start();
        if (givenUp) {
            started.cancel();
        }
        return started;
    }

    private static Timeout plusSlack(@Nullable Timeout timeout) {
        if (timeout == null || timeout.isDisabled()) {
            return Timeout.DISABLED;
        }
        return Timeout.ofMilliseconds(Math.min(timeout.toMilliseconds(), Long.MAX_VALUE / 2) + SLACK_MILLIS);
    }

    /** Hears of the race before the stock operator does. */
    private final class RaceCallback implements FutureCallback<IOSession> {
        private final FutureCallback<IOSession> stockCallback;

        RaceCallback(FutureCallback<IOSession> stockCallback) {
            this.stockCallback = stockCallback;
        }

        @Override
        public void completed(IOSession session) {
            RaceReport report = reportOf(race);
            AttemptReport won = report.winner().orElseThrow();
            winner = new Winner(session, won, System.nanoTime(), session.getLastReadTime(), session.getLastWriteTime());
            if (givenUp) {
                session.close(CloseMode.IMMEDIATE);
            }
            whole.connected(AsyncRound.this, report);
            stockCallback.completed(session);
        }

        /** Tells the connect itself, since the stock operator's exception would name one address only. */
        @Override
        public void failed(Exception cause) {
            whole.failedToConnect(AsyncRound.this, reportOf(race), cause);
            stockCallback.failed(cause);
        }

        @Override
        public void cancelled() {
            stockCallback.cancelled();
        }

        private RaceReport reportOf(@Nullable ReactorRace ended) {
            RaceReport report = ended == null ? null : ended.report();
            if (report == null) {
                throw new IllegalStateException("told of the end of a race that runs");
            }
            return report;
        }
    }

    /** Starts another round beside this one if the server does not speak for so long. */
    void expectFirstByte() {
        Winner won = winner;
        if (won != null) {
            long patience = connector
                    .books()
                    .answerDelay(won.attempt().address(), won.attempt().took())
                    .toNanos();
            patienceTimer = RaceTimer.after(patience, () -> lookForFirstByte(won, patience));
        }
    }

    private void lookForFirstByte(Winner won, long patienceNanos) {
        if (won.hasAnswered()) {
            // The path is slow, the server not mute: the handshake gets two round trips more. Then it is too slow.
            patienceTimer = RaceTimer.after(patienceNanos, this::startAnother);
        } else {
            startAnother();
        }
    }

    /** Runs on a thread other than the timer's, since those that are told of a failure may block. */
    private void startAnother() {
        if (!givenUp && whole.isWaitingFor(this)) {
            CompletableFuture.runAsync(whole::startRound);
        }
    }

    private void stopWaiting() {
        Future<?> timer = patienceTimer;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /**
     * Ends the round because it is of no use any more.
     *
     * @param anotherAnswered whether that is because another server answered
     */
    void giveUp(boolean anotherAnswered) {
        givenUp = true;
        stopWaiting();
        ReactorRace current = race;
        if (current != null) {
            current.cancel();
        }
        Winner won = winner;
        if (won != null) {
            // The session is in its TLS handshake, which nobody waits for any more.
            won.session().close(CloseMode.IMMEDIATE);
            if (won.isAsked() && !won.hasAnswered()) {
                if (anotherAnswered) {
                    connector.books().mute(won.attempt().address(), won.sinceWon());
                } else {
                    connector.books().disappointed(won.attempt().address());
                }
            }
        }
    }

    @Override
    public void completed(ManagedAsyncClientConnection connection) {
        Winner won = winner;
        if (won == null) {
            throw new IllegalStateException("a connection without a race");
        }
        stopWaiting();
        if (request.isTls()) {
            // The handshake is over, which is later than the first byte of its answer, if not by much.
            connector.books().spoke(won.attempt().address(), won.sinceWon());
        }
        whole.completed(this, won.attempt(), connection);
    }

    @Override
    public void failed(Exception failure) {
        Winner won = winner;
        if (won == null) {
            whole.failed(this, null, failure);
            return;
        }
        stopWaiting();
        RaceTimer.after(GOODBYE_NANOS, () -> won.session().close(CloseMode.IMMEDIATE));
        if (!givenUp && !isAnswered(won, failure)) {
            connector.books().mute(won.attempt().address(), won.sinceWon());
        }
        whole.failed(this, won.attempt(), failure);
    }

    /** Returns whether the server has said anything in its handshake. That it hung up is also an event of reading. */
    private static boolean isAnswered(Winner won, Exception failure) {
        if (failure instanceof SSLException tls) {
            // This is what the JDK says when the stream ends.
            return tls.getMessage() == null || !tls.getMessage().contains("close_notify");
        }
        if (failure instanceof SocketTimeoutException) {
            return won.hasAnswered();
        }
        return !(failure instanceof IOException);
    }

    @Override
    public void cancelled() {
        whole.cancelled(this);
    }
}
