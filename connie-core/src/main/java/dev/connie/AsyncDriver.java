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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
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

    /** Also how many look-ups may hang before the next one has to wait for one of them. */
    private static final int RESOLVER_THREADS = 16;

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

        // Handed on to the thread that completes the future.
        @Nullable
        SocketChannel won;

        @Nullable
        Throwable broken;

        AsyncRace(String target, AttemptChannels channels, CompletableFuture<SocketChannel> future) {
            this.target = target;
            this.channels = channels;
            this.future = future;
        }
    }

    /** Named, they are loaded with this class: see {@link Rehearsal}. */
    static final List<Class<?>> NEEDED = List.of(AsyncRace.class, SelectorThread.class);

    private final long idleMillis;
    private final ThreadPoolExecutor resolverThreads;
    private final ThreadPoolExecutor completionThreads;
    private final Set<CompletableFuture<SocketChannel>> resolving = ConcurrentHashMap.newKeySet();
    private final Queue<AsyncRace> submitted = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    // Both guarded by the lock; closed is also read without it by the selector thread.
    private @Nullable Selector selector;
    private volatile boolean closed;

    AsyncDriver() {
        this(IDLE_MILLIS);
    }

    /** Sets how long threads stay without work, for tests. */
    AsyncDriver(long idleMillis) {
        this.idleMillis = idleMillis;
        resolverThreads = threads("connie-resolver", RESOLVER_THREADS, RESOLVER_THREADS, new LinkedBlockingQueue<>());
        // Not the common pool, which has one thread on a small machine: a stage that blocks there, whoever's it is,
        // would hold up every race. Never shut down: it is needed to tell of the end, and it ends by itself.
        completionThreads = threads("connie-completion", 0, Integer.MAX_VALUE, new SynchronousQueue<>());
    }

    private ThreadPoolExecutor threads(String name, int core, int max, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(core, max, idleMillis, TimeUnit.MILLISECONDS, queue, task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Races once the attempts are known; {@code resolution} runs on a thread that may block. */
    CompletableFuture<SocketChannel> race(String target, Callable<AttemptChannels> resolution) {
        CompletableFuture<SocketChannel> future = new CompletableFuture<>();
        resolving.add(future);
        try {
            resolverThreads.execute(() -> resolve(target, resolution, future));
        } catch (RejectedExecutionException shutDown) {
            resolving.remove(future);
            future.completeExceptionally(closedException());
        }
        return future;
    }

    private void resolve(String target, Callable<AttemptChannels> resolution, CompletableFuture<SocketChannel> future) {
        try {
            if (!future.isDone()) {
                submit(new AsyncRace(target, resolution.call(), future));
            }
        } catch (Throwable failure) {
            future.completeExceptionally(failure);
        } finally {
            resolving.remove(future);
        }
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
                running = startThread();
                selector = running;
            }
            submitted.add(race);
            running.wakeup();
        } finally {
            lock.unlock();
        }
    }

    private Selector startThread() throws IOException {
        Selector opened = Selector.open();
        try {
            new SelectorThread(opened).start();
            return opened;
        } catch (Throwable noThread) {
            opened.close();
            throw noThread;
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
        // A look-up may hang for long.
        resolving.forEach(future -> future.completeExceptionally(closedException()));
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
        // Races that are over and whose futures are still to be completed.
        private final List<AsyncRace> ended = new ArrayList<>();

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
                } catch (Throwable broken) {
                    // Whoever waits must hear of it; the thread lives on for those who come.
                    new ArrayList<>(races).forEach(race -> fail(race, broken));
                    completeEnded();
                }
            } while (!mayEnd());
        }

        /** Returns once there has been nothing to do for a while, or the driver is closed. */
        private void runRaces() throws IOException {
            while (true) {
                for (AsyncRace race : eventful()) {
                    try {
                        step(race);
                    } catch (Throwable bug) {
                        // One race must not take the others with it.
                        fail(race, bug);
                    }
                }
                if (!ended.isEmpty()) {
                    // Frees the descriptors of the losers and the registration of the winners.
                    selector.selectNow();
                    completeEnded();
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
                int events = SelectorPool.select(selector, nanosToSleep(idleSince));
                if (events == 0
                        && races.isEmpty()
                        && submitted.isEmpty()
                        && System.nanoTime() - idleSince >= idleMillis * NANOS_PER_MILLI) {
                    return;
                }
            }
        }

        private Set<AsyncRace> eventful() {
            Set<AsyncRace> eventful = Collections.newSetFromMap(new IdentityHashMap<>());
            for (AsyncRace race = submitted.poll(); race != null; race = submitted.poll()) {
                if (!race.ended) {
                    races.add(race);
                    eventful.add(race);
                }
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

        private void step(AsyncRace race) {
            if (race.ended) {
                return;
            }
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
            end(race);
        }

        private void end(AsyncRace race) {
            races.remove(race);
            timers.remove(race);
            race.won = race.channels.end();
            race.ended = true;
            ended.add(race);
        }

        private void fail(AsyncRace race, Throwable failure) {
            race.broken = failure;
            end(race);
        }

        private long nanosToSleep(long now) {
            return timers.isEmpty() ? idleMillis * NANOS_PER_MILLI : timers.first().wakeNanos - now;
        }

        /** Completes futures, on other threads: here a dependent stage that blocks would stall every race. */
        private void completeEnded() {
            for (AsyncRace race : ended) {
                race.channels.tellFinished();
                try {
                    completionThreads.execute(() -> complete(race));
                } catch (RuntimeException | OutOfMemoryError noThread) {
                    complete(race);
                }
            }
            ended.clear();
        }

        private void complete(AsyncRace race) {
            SocketChannel won = race.won;
            try {
                if (race.broken != null) {
                    if (won != null) {
                        AttemptChannels.close(won);
                    }
                    race.future.completeExceptionally(race.broken);
                } else if (won != null) {
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
    }
}
