package dev.connie.httpclient5;

import dev.connie.RaceListener;
import dev.connie.race.Attempt;
import dev.connie.race.AttemptReport;
import dev.connie.race.Race;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/**
 * A race whose attempts an I/O reactor makes: asks the reactor for each connect when it is due and completes with the
 * session that connects first.
 *
 * <p>Thread-safe. It runs on whatever thread has news for it: the one that starts it, the reactor's when an attempt ends,
 * the timer's when an attempt or the deadline is due. Nothing is called out to while the lock is held.
 */
final class ReactorRace extends BasicFuture<IOSession> {
    /**
     * How long after the end of a race the connects that are still under way are cancelled. Not at once: a request that is
     * cancelled while the reactor is opening its channel leaves the channel to connect with nobody to tell, and so open
     * until the client is closed. A second later all channels have long been opened; what connects before is closed by
     * {@link AttemptCallback#completed}.
     */
    private static final long CANCEL_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Executor AT_ONCE = Runnable::run;

    // The timer's thread serves all clients; who is told of a failure may well go and do something that blocks.
    private static final Executor ELSEWHERE = CompletableFuture::runAsync;

    /** The end of a race: what the listener is told, and the connects that are still under way. */
    private record Ending(RaceReport report, List<AttemptReport> losers, List<Future<IOSession>> pending) {}

    private final Connects reactor;
    private final RaceListener listener;

    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock.
    private final Race race;
    private final List<Attempt> running = new ArrayList<>();
    private final List<Future<IOSession>> requests = new ArrayList<>();
    private @Nullable Future<?> timer;
    private long timerNanos;
    private @Nullable Ending ending;
    private @Nullable IOSession winner;

    /** What a race needs of a reactor. */
    @FunctionalInterface
    interface Connects {
        /**
         * Asks for a connect, and to be told of its end.
         *
         * @throws RuntimeException if the reactor takes no requests any more
         */
        Future<IOSession> connect(InetSocketAddress address, FutureCallback<IOSession> callback);
    }

    /** @param callback is told the outcome, once: an {@link IOException} if no address could be connected to */
    ReactorRace(Race race, RaceListener listener, Connects reactor, FutureCallback<IOSession> callback) {
        super(callback);
        this.race = race;
        this.listener = listener;
        this.reactor = reactor;
    }

    /** Starts what is due at once. The callback may be called before this returns. */
    void start() {
        goOn(AT_ONCE);
    }

    /** Ends the race, unless it is over: then this does nothing, although it may be called when a dependent future ends. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Ending cancelled;
        lock.lock();
        try {
            if (ending != null) {
                return false;
            }
            long now = System.nanoTime();
            race.abandon(now);
            cancelled = end(now);
        } finally {
            lock.unlock();
        }
        finish(cancelled);
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean cancel() {
        return cancel(true);
    }

    /** Returns what happened; null while the race runs. */
    @Nullable
    RaceReport report() {
        lock.lock();
        try {
            return ending == null ? null : ending.report();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the session that won; null if none has yet. */
    @Nullable
    IOSession winner() {
        lock.lock();
        try {
            return winner;
        } finally {
            lock.unlock();
        }
    }

    /** Starts what is due, or ends the race if it is lost. */
    private void goOn(Executor teller) {
        for (Attempt due = next(teller); due != null; due = next(teller)) {
            request(due);
        }
    }

    /** Returns the attempt that is due; null if none is, with the timer set for when one will be. */
    private @Nullable Attempt next(Executor teller) {
        Ending lost;
        lock.lock();
        try {
            if (ending != null) {
                return null;
            }
            long now = System.nanoTime();
            Attempt due = race.startNext(now);
            if (due != null) {
                running.add(due);
                return due;
            }
            if (race.isRunning(now)) {
                wakeAfter(race.nanosUntilNextEvent(now), now);
                return null;
            }
            race.abandon(now);
            lost = end(now);
        } finally {
            lock.unlock();
        }
        teller.execute(() -> {
            finish(lost);
            failed(failureOf(lost.report()));
        });
        return null;
    }

    private void request(Attempt attempt) {
        listener.attemptStarted(attempt.address());
        Future<IOSession> request;
        try {
            request = reactor.connect(attempt.address(), new AttemptCallback(attempt));
        } catch (RuntimeException shutDown) {
            abort(shutDown);
            return;
        }
        boolean tooLate;
        lock.lock();
        try {
            tooLate = ending != null;
            if (!tooLate) {
                requests.add(request);
            }
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            cancelLater(List.of(request));
        }
    }

    /** Ends the race because the reactor takes no requests. */
    private void abort(RuntimeException shutDown) {
        Ending aborted;
        lock.lock();
        try {
            if (ending != null) {
                return;
            }
            long now = System.nanoTime();
            race.abandon(now);
            aborted = end(now);
        } finally {
            lock.unlock();
        }
        finish(aborted);
        failed(shutDown);
    }

    /** Has the timer look at the race again; if it will do so earlier anyway, it sets itself anew. With the lock held. */
    private void wakeAfter(long nanos, long now) {
        if (nanos == Long.MAX_VALUE) {
            return;
        }
        if (timer != null && !timer.isDone()) {
            if (timerNanos - (now + nanos) <= 0) {
                return;
            }
            timer.cancel(false);
        }
        timerNanos = now + nanos;
        timer = RaceTimer.after(nanos, this::wake);
    }

    private void wake() {
        lock.lock();
        try {
            if (timerNanos - System.nanoTime() <= 0) {
                timer = null;
            }
        } finally {
            lock.unlock();
        }
        goOn(ELSEWHERE);
    }

    /** Ends the race, which the caller has told the reason. With the lock held. */
    private Ending end(long now) {
        if (timer != null) {
            timer.cancel(false);
        }
        RaceReport report = race.report(now);
        List<AttemptReport> losers =
                running.stream().map(loser -> race.report(loser, now)).toList();
        List<Future<IOSession>> pending =
                requests.stream().filter(request -> !request.isDone()).toList();
        Ending ended = new Ending(report, losers, pending);
        ending = ended;
        return ended;
    }

    private void finish(Ending ended) {
        cancelLater(ended.pending());
        ended.losers().forEach(listener::attemptEnded);
        listener.raceFinished(ended.report());
    }

    private static void cancelLater(List<Future<IOSession>> pending) {
        if (!pending.isEmpty()) {
            RaceTimer.after(CANCEL_DELAY_NANOS, () -> pending.forEach(request -> request.cancel(true)));
        }
    }

    /** What the reactor tells of one attempt, at most once; on one of its own threads but when it is shut down. */
    private final class AttemptCallback implements FutureCallback<IOSession> {
        private final Attempt attempt;

        AttemptCallback(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void completed(IOSession session) {
            if (isConnectedToItself(session)) {
                session.close(CloseMode.IMMEDIATE);
                failed(new ConnectException("Connection refused"));
                return;
            }
            AttemptReport won = null;
            Ending ended = null;
            lock.lock();
            try {
                if (ending == null) {
                    long now = System.nanoTime();
                    race.connected(attempt, now);
                    running.remove(attempt);
                    winner = session;
                    won = race.report(attempt, now);
                    ended = end(now);
                }
            } finally {
                lock.unlock();
            }
            if (won == null || ended == null) {
                session.close(CloseMode.IMMEDIATE);
                return;
            }
            listener.attemptEnded(won);
            finish(ended);
            // On this very thread, as without a race: the reactor goes on with the session when this returns, and
            // TLS must have been started by then.
            ReactorRace.this.completed(session);
        }

        /** TCP simultaneous open with itself: a free port of this machine was both source and target. */
        private boolean isConnectedToItself(IOSession session) {
            return session.getLocalAddress() != null
                    && session.getLocalAddress().equals(session.getRemoteAddress());
        }

        @Override
        public void failed(Exception cause) {
            AttemptReport ended;
            lock.lock();
            try {
                if (ending != null) {
                    return;
                }
                long now = System.nanoTime();
                race.failed(attempt, asIOException(cause), now);
                running.remove(attempt);
                ended = race.report(attempt, now);
            } finally {
                lock.unlock();
            }
            listener.attemptEnded(ended);
            goOn(AT_ONCE);
        }

        /** Either the race is over and this attempt was closed for it, or the reactor is being closed. */
        @Override
        public void cancelled() {
            ReactorRace.this.cancel();
        }
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

    /**
     * Returns the exception for a race that nobody won, of a kind that HttpClient turns into a {@code
     * ConnectTimeoutException} or a {@code HttpHostConnectException}.
     */
    private static IOException failureOf(RaceReport report) {
        if (report.attempts().size() == 1 && report.notStarted().isEmpty()) {
            IOException error = report.attempts().get(0).error();
            if (error != null) {
                return error;
            }
        }
        boolean timedOut = report.attempts().stream().anyMatch(attempt -> isTimeout(attempt.error()));
        return timedOut ? new SocketTimeoutException(report.failures()) : new ConnectException(report.failures());
    }

    /** The system has a timeout of its own, for those who set none; HttpClient knows it by its message, too. */
    private static boolean isTimeout(@Nullable IOException error) {
        return error instanceof SocketTimeoutException
                || (error instanceof ConnectException && "Connection timed out".equals(error.getMessage()));
    }
}
