package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.RaceBooks;
import dev.connie.RaceListener;
import dev.connie.race.Attempt;
import dev.connie.race.AttemptReport;
import dev.connie.race.Race;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A race whose attempts an I/O reactor makes: it asks the reactor for each connect when that is due, and completes with
 * the session that connects first.
 *
 * <p>Thread-safe. It runs on the thread that has news for it: the one that starts it, the reactor's when an attempt
 * ends, the timer's when an attempt or the deadline is due. It calls nobody while it holds the lock.
 */
final class ReactorRace extends BasicFuture<IOSession> implements ReactorConnect.Race {
    private static final Executor AT_ONCE = Runnable::run;
    // The timer's thread serves all clients, and those that are told of a failure may do something that blocks.
    private static final Executor ELSEWHERE = CompletableFuture::runAsync;

    /** The end of a race: what the listener is told, and the connects that are still in flight. */
    private record Ending(
            RaceReport report,
            List<AttemptReport> losers,
            List<ReactorConnect> pending,
            @Nullable LosersWatch watch) {
        void tellWatch(Consumer<LosersWatch> news) {
            if (watch != null) {
                news.accept(watch);
            }
        }
    }

    private final @Nullable Timeout timeout;
    private final LateTargets late;
    private final ReactorConnect.Connects reactor;
    private final RaceListener listener;
    private final RaceBooks books;
    private final ConnectCloser closer;

    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock.
    private final Race race;
    private final List<ReactorConnect> running = new ArrayList<>();
    private final RaceTimer.Alarm alarm = new RaceTimer.Alarm(() -> goOn(ELSEWHERE));
    private @Nullable Ending ending;

    /**
     * @param late join the race; whoever has them calls {@link #lateHaveCome}
     * @param callback is told the outcome, once: an {@link IOException} if no address could be connected to
     */
    ReactorRace(
            Connector connector,
            List<InetSocketAddress> addresses,
            LateTargets late,
            @Nullable Timeout timeout,
            ReactorConnect.Connects reactor,
            ConnectCloser closer,
            FutureCallback<IOSession> callback) {
        super(callback);
        this.timeout = timeout;
        this.late = late;
        // The listener comes first, since its recording begins with it.
        this.listener = connector.listener();
        Duration limit = timeout != null && timeout.isEnabled() ? timeout.toDuration() : Duration.ZERO;
        this.race = connector.newRace(addresses, limit);
        this.books = connector.books();
        this.reactor = reactor;
        this.closer = closer;
    }

    /** Starts the attempts that are due at once. The callback may be called before this returns. */
    void start() {
        goOn(AT_ONCE);
    }

    /** Is told that there are late addresses, or that no more will come. */
    void lateHaveCome() {
        goOn(ELSEWHERE);
    }

    /** Ends the race, unless it is over: then this does nothing, although it may be called when a dependent future ends. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Ending cancelled = abandon();
        if (cancelled == null) {
            return false;
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
        Ending ended = ending();
        return ended == null ? null : ended.report();
    }

    private @Nullable Ending ending() {
        lock.lock();
        try {
            return ending;
        } finally {
            lock.unlock();
        }
    }

    /** Starts the attempts that are due, or ends the race if it is lost. */
    private void goOn(Executor teller) {
        for (ReactorConnect due = next(teller); due != null; due = next(teller)) {
            request(due);
        }
    }

    /** Returns the connect that is due; null if none is, with the timer set for when one will be. */
    private @Nullable ReactorConnect next(Executor teller) {
        Ending lost;
        lock.lock();
        try {
            if (ending != null) {
                return null;
            }
            long now = System.nanoTime();
            alarm.rang(now);
            boolean mayGrow = late.mayCome();
            List<InetSocketAddress> more = late.take();
            if (!more.isEmpty()) {
                race.add(more);
            }
            Attempt due = race.startNext(now);
            if (due != null) {
                boolean extra = race.attemptsInFlight() > 1;
                if (!extra || books.beginExtraAttempt()) {
                    ReactorConnect connect = new ReactorConnect(due, this, books, closer, extra);
                    running.add(connect);
                    return connect;
                }
                race.postpone(due, now);
            }
            if (race.isRunning(now) || mayGrow && !race.isOutOfTime(now)) {
                alarm.set(race.nanosUntilNextEvent(now), now);
                return null;
            }
            race.abandon(now);
            lost = end(now, false);
        } finally {
            lock.unlock();
        }
        teller.execute(() -> {
            finish(lost);
            failed(ConnectFailures.of(lost.report(), timeout));
        });
        return null;
    }

    private void request(ReactorConnect connect) {
        listener.attemptStarted(connect.attempt.address());
        try {
            connect.requested(reactor.connect(connect.attempt.address(), connect));
        } catch (RuntimeException shutDown) {
            connect.releasePermit();
            Ending aborted = abandon();
            if (aborted != null) {
                finish(aborted);
                failed(shutDown);
            }
        }
    }

    /** Ends the race without a winner; returns null if it has ended before. */
    private @Nullable Ending abandon() {
        lock.lock();
        try {
            if (ending != null) {
                return null;
            }
            long now = System.nanoTime();
            race.abandon(now);
            return end(now, false);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the race, which knows the reason already. Called with the lock held. */
    private Ending end(long now, boolean won) {
        alarm.off();
        RaceReport report = race.report(now);
        List<AttemptReport> losers = new ArrayList<>();
        LosersWatch watch = won && !running.isEmpty() && books.letsLosersFinish()
                ? new LosersWatch(books, listener, reactor::isClosing, report, now)
                : null;
        for (ReactorConnect loser : running) {
            AttemptReport lost = race.report(loser.attempt, now);
            losers.add(lost);
            if (watch != null) {
                watch.add(loser, lost);
            }
        }
        Ending ended = new Ending(report, losers, List.copyOf(running), watch);
        ending = ended;
        return ended;
    }

    private void finish(Ending ended) {
        LosersWatch watch = ended.watch();
        if (watch == null) {
            ended.pending().forEach(ReactorConnect::close);
        } else {
            watch.start(race.nanosLeft(System.nanoTime()));
        }
        ended.losers().forEach(listener::attemptEnded);
        listener.raceFinished(ended.report());
    }

    @Override
    public boolean connected(ReactorConnect connect, IOSession session) {
        AttemptReport won = null;
        Ending ended;
        lock.lock();
        try {
            ended = ending;
            if (ended == null) {
                long now = System.nanoTime();
                race.connected(connect.attempt, now);
                running.remove(connect);
                won = race.report(connect.attempt, now);
                ended = end(now, true);
            }
        } finally {
            lock.unlock();
        }
        if (won == null) {
            ended.tellWatch(watch -> watch.ended(connect, null));
            return false;
        }
        listener.attemptEnded(won);
        finish(ended);
        // On this very thread, as without a race: the reactor goes on with the session when this returns, and TLS must
        // have been started by then.
        return completed(session);
    }

    @Override
    public void failed(ReactorConnect connect, IOException cause) {
        AttemptReport failed;
        Ending before;
        lock.lock();
        try {
            before = ending;
            long now = System.nanoTime();
            if (before == null) {
                race.failed(connect.attempt, cause, now);
                running.remove(connect);
            }
            failed = race.report(connect.attempt, now);
        } finally {
            lock.unlock();
        }
        if (before == null) {
            listener.attemptEnded(failed);
            goOn(AT_ONCE);
        } else {
            before.tellWatch(watch -> watch.ended(connect, cause));
        }
    }

    /** Called when this attempt was closed because the race is over, or when the reactor is being closed. */
    @Override
    public void cancelled(ReactorConnect connect) {
        Ending before = ending();
        if (before == null) {
            cancel();
        } else {
            before.tellWatch(watch -> watch.end(false));
        }
    }
}
