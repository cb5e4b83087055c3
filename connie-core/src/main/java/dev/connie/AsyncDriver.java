package dev.connie;

import dev.connie.race.Race;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs any number of races on one selector thread, a daemon that starts with the first race and ends when it has had
 * none for a while or the driver is closed. Thread-safe.
 */
final class AsyncDriver implements AutoCloseable {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long IDLE_MILLIS = 10_000;
    private static final int RESOLVER_THREADS = 4;

    /** One race and who waits for it. All but the future belongs to the selector thread. */
    private static final class AsyncRace {
        private static final AtomicLong NEXT_ID = new AtomicLong();

        final long id = NEXT_ID.getAndIncrement();
        final String target;
        final AttemptChannels channels;
        final CompletableFuture<SocketChannel> future;
        // Written by the selector thread, read by whoever completes the future.
        volatile boolean ended;
        long wakeNanos;

        @Nullable
        SocketChannel won;

        AsyncRace(String target, AttemptChannels channels, CompletableFuture<SocketChannel> future) {
            this.target = target;
            this.channels = channels;
            this.future = future;
        }
    }

    private final ThreadPoolExecutor resolverThreads = new ThreadPoolExecutor(
            RESOLVER_THREADS,
            RESOLVER_THREADS,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
                Thread thread = new Thread(task, "connie-resolver");
                thread.setDaemon(true);
                return thread;
            });
    private final Queue<AsyncRace> submitted = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    // Both guarded by the lock; closed is also read without it by the selector thread.
    private @Nullable Selector selector;
    private volatile boolean closed;

    AsyncDriver() {
        resolverThreads.allowCoreThreadTimeOut(true);
    }

    /** Races once the attempts are known; {@code resolution} runs on a thread that may block. */
    CompletableFuture<SocketChannel> race(String target, Callable<AttemptChannels> resolution) {
        CompletableFuture<SocketChannel> future = new CompletableFuture<>();
        try {
            resolverThreads.execute(() -> {
                if (future.isDone()) {
                    return;
                }
                try {
                    submit(new AsyncRace(target, resolution.call(), future));
                } catch (Throwable failure) {
                    future.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException shutDown) {
            future.completeExceptionally(closedException());
        }
        return future;
    }

    CompletableFuture<SocketChannel> race(String target, AttemptChannels channels) {
        AsyncRace race = new AsyncRace(target, channels, new CompletableFuture<>());
        try {
            submit(race);
        } catch (IOException | RuntimeException failure) {
            race.future.completeExceptionally(failure);
        }
        return race.future;
    }

    private void submit(AsyncRace race) throws IOException {
        touch(race);
        race.future.whenComplete((channel, failure) -> {
            // Somebody may have cancelled or completed it.
            if (!race.ended) {
                try {
                    touch(race);
                } catch (IOException | RuntimeException gone) {
                    // The selector thread is gone, and with it the race.
                }
            }
        });
    }

    /** Makes the selector thread look at a race. */
    private void touch(AsyncRace race) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw closedException();
            }
            Selector running = selector;
            if (running == null) {
                running = Selector.open();
                selector = running;
                new SelectorThread(running).start();
            }
            submitted.add(race);
            running.wakeup();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (selector != null) {
                selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
        resolverThreads.shutdown();
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the Connector is closed");
    }

    private final class SelectorThread extends Thread {
        private final Selector selector;
        private final long epochNanos = System.nanoTime();
        // Races by the time of their next event; those without one are not in it.
        private final NavigableSet<AsyncRace> timers =
                new TreeSet<>(Comparator.<AsyncRace>comparingLong(race -> race.wakeNanos - epochNanos)
                        .thenComparingLong(race -> race.id));
        private final Set<AsyncRace> races = Collections.newSetFromMap(new IdentityHashMap<>());

        SelectorThread(Selector selector) {
            super("connie-connector");
            setDaemon(true);
            this.selector = selector;
        }

        @Override
        public void run() {
            do {
                try {
                    runRaces();
                } catch (IOException | RuntimeException broken) {
                    new ArrayList<>(races).forEach(race -> fail(race, broken));
                }
            } while (!mayEnd());
        }

        /** Returns once there has been nothing to do for a while, or the driver is closed. */
        private void runRaces() throws IOException {
            while (true) {
                List<AsyncRace> ended = new ArrayList<>();
                for (AsyncRace race : eventful()) {
                    try {
                        step(race, ended);
                    } catch (RuntimeException bug) {
                        // One race must not take the others with it.
                        fail(race, bug);
                    }
                }
                if (!ended.isEmpty()) {
                    // Frees the descriptors of the losers and the registration of the winners.
                    selector.selectNow();
                    ended.forEach(race -> CompletableFuture.runAsync(() -> complete(race)));
                    continue;
                }
                if (closed) {
                    submitted.addAll(races);
                    if (submitted.isEmpty()) {
                        return;
                    }
                    continue;
                }
                // An interrupt has no meaning here, but would end every select at once.
                Thread.interrupted();
                long idleSince = System.nanoTime();
                int events = selector.select(millisToSleep(idleSince));
                if (events == 0
                        && races.isEmpty()
                        && submitted.isEmpty()
                        && System.nanoTime() - idleSince >= IDLE_MILLIS * NANOS_PER_MILLI) {
                    return;
                }
            }
        }

        private Set<AsyncRace> eventful() {
            Set<AsyncRace> eventful = Collections.newSetFromMap(new IdentityHashMap<>());
            for (AsyncRace race = submitted.poll(); race != null; race = submitted.poll()) {
                eventful.add(race);
            }
            for (SelectionKey key : selector.selectedKeys()) {
                eventful.add((AsyncRace) key.attachment());
            }
            selector.selectedKeys().clear();
            long now = System.nanoTime();
            while (!timers.isEmpty() && timers.first().wakeNanos - now <= 0) {
                eventful.add(timers.pollFirst());
            }
            return eventful;
        }

        private void step(AsyncRace race, List<AsyncRace> endedNow) {
            if (race.ended) {
                return;
            }
            races.add(race);
            timers.remove(race);
            AttemptChannels channels = race.channels;
            if (!race.future.isDone() && !closed) {
                channels.finishReady();
                channels.startDue();
                long now = System.nanoTime();
                Race policy = channels.race();
                if (!channels.isWon() && policy.isRunning(now)) {
                    channels.register(selector, race);
                    long wait = policy.nanosUntilNextEvent(now);
                    if (wait != Long.MAX_VALUE) {
                        race.wakeNanos = now + wait;
                        timers.add(race);
                    }
                    return;
                }
            }
            race.won = channels.end();
            race.ended = true;
            races.remove(race);
            channels.tellFinished();
            endedNow.add(race);
        }

        private void fail(AsyncRace race, Exception failure) {
            races.remove(race);
            timers.remove(race);
            race.ended = true;
            SocketChannel won = race.channels.end();
            if (won != null) {
                AttemptChannels.close(won);
            }
            race.future.completeExceptionally(failure);
        }

        private long millisToSleep(long now) {
            if (timers.isEmpty()) {
                return IDLE_MILLIS;
            }
            // Rounded up, so as never to be early; never 0, which means for ever.
            long nanos = timers.first().wakeNanos - now;
            return Math.max(1, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        }

        /** Decides, against those who would submit just now, whether this thread ends. */
        private boolean mayEnd() {
            lock.lock();
            try {
                if (!submitted.isEmpty()) {
                    return false;
                }
                AsyncDriver.this.selector = null;
            } finally {
                lock.unlock();
            }
            try {
                selector.close();
            } catch (IOException ignored) {
                // Nothing is left to do with it.
            }
            return true;
        }

        private void complete(AsyncRace race) {
            SocketChannel won = race.won;
            try {
                if (won != null) {
                    SocketChannel channel = Connector.blocking(won);
                    if (!race.future.complete(channel)) {
                        channel.close();
                    }
                } else if (closed) {
                    race.future.completeExceptionally(closedException());
                } else {
                    race.future.completeExceptionally(
                            Failures.of(race.target, race.channels.race().report(System.nanoTime())));
                }
            } catch (IOException failure) {
                race.future.completeExceptionally(failure);
            }
        }
    }
}
