package dev.connie.internal.drive;

import dev.connie.internal.lineup.ClassPreloading;
import dev.connie.internal.names.HostAddresses;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs any number of races on one selector thread. Thread-safe. */
public final class AsyncDriver implements AutoCloseable {
    private static final long IDLE_MILLIS = 10_000;

    /** How many names are resolved at a time: if so many look-ups hang, the next one has to wait for one of them. */
    private static final int RESOLVER_THREADS = 16;

    /** Named, it is loaded with this class: see {@link ClassPreloading}. */
    static final List<Class<?>> NEEDED = List.of(AsyncRace.class);

    private final long idleMillis;
    private final SelectorLoop loop;
    private final ThreadPoolExecutor resolverThreads;
    private final ThreadPoolExecutor completionThreads;
    private final Set<CompletableFuture<SocketChannel>> resolving = ConcurrentHashMap.newKeySet();

    public AsyncDriver() {
        this(IDLE_MILLIS);
    }

    /** Sets after what time without work threads end, for tests. */
    public AsyncDriver(long idleMillis) {
        this.idleMillis = idleMillis;
        loop = new SelectorLoop(idleMillis);
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

    /** Returns the selector thread's loop that the races run on, for others who need one. */
    public SelectorLoop loop() {
        return loop;
    }

    /** Makes the attempts to the first addresses of a host. */
    public interface Attempts {
        AttemptChannels to(HostAddresses addresses) throws IOException;
    }

    /**
     * Races once the first addresses are known; {@code lookUp} runs on a thread that may block. One that hands over
     * addresses as they come leaves that thread to others.
     */
    public CompletableFuture<SocketChannel> race(String target, Supplier<HostAddresses> lookUp, Attempts attempts) {
        CompletableFuture<SocketChannel> future = new CompletableFuture<>();
        resolving.add(future);
        future.whenComplete((channel, failure) -> resolving.remove(future));
        try {
            resolverThreads.execute(() -> resolve(target, lookUp, attempts, future));
        } catch (RejectedExecutionException shutDown) {
            resolving.remove(future);
            future.completeExceptionally(SelectorLoop.closedException());
        }
        return future;
    }

    private void resolve(
            String target, Supplier<HostAddresses> lookUp, Attempts attempts, CompletableFuture<SocketChannel> future) {
        try {
            if (!future.isDone()) {
                HostAddresses addresses = lookUp.get();
                future.whenComplete((channel, failure) -> addresses.stop());
                AtomicBoolean begun = new AtomicBoolean();
                Runnable begin = () -> {
                    if (addresses.isReady() && begun.compareAndSet(false, true)) {
                        begin(target, addresses, attempts, future);
                    }
                };
                addresses.watch(begin);
                begin.run();
            }
        } catch (Throwable failure) {
            future.completeExceptionally(failure);
        }
    }

    private void begin(
            String target, HostAddresses addresses, Attempts attempts, CompletableFuture<SocketChannel> future) {
        try {
            if (!future.isDone()) {
                submit(new AsyncRace(target, attempts.to(addresses), future));
            }
        } catch (Throwable failure) {
            // Not here, which may be the resolver's thread: a dependent stage that blocks would stall it.
            completionThreads.execute(() -> future.completeExceptionally(failure));
        }
    }

    public CompletableFuture<SocketChannel> race(String target, AttemptChannels channels) {
        AsyncRace race = new AsyncRace(target, channels, new CompletableFuture<>());
        try {
            submit(race);
        } catch (RuntimeException failure) {
            race.future.completeExceptionally(failure);
        }
        return race.future;
    }

    private void submit(AsyncRace race) {
        loop.touch(race);
        LateAddresses late = race.channels.late();
        if (late != null) {
            late.watch(() -> touch(race));
        }
        race.future.whenComplete((channel, failure) -> {
            // Somebody may have cancelled or completed it.
            touch(race);
        });
    }

    private void touch(AsyncRace race) {
        if (!race.hasEnded()) {
            try {
                loop.touch(race);
            } catch (RuntimeException gone) {
                // The selector thread is gone, and with it the race.
            }
        }
    }

    @Override
    public void close() {
        loop.close();
        resolverThreads.shutdown();
        // A look-up may hang for long.
        resolving.forEach(future -> future.completeExceptionally(SelectorLoop.closedException()));
    }

    /** One race, and the future that it completes. */
    private final class AsyncRace extends SelectorLoop.Task {
        private final String target;
        private final AttemptChannels channels;
        private final CompletableFuture<SocketChannel> future;

        // Both are handed on to the thread that completes the future.
        private @Nullable SocketChannel won;
        private @Nullable Throwable broken;

        AsyncRace(String target, AttemptChannels channels, CompletableFuture<SocketChannel> future) {
            this.target = target;
            this.channels = channels;
            this.future = future;
        }

        @Override
        boolean step(@Nullable Selector selector, boolean closed) {
            if (future.isDone() || closed) {
                return false;
            }
            channels.finishReady(selector == null);
            channels.startDue();
            long now = System.nanoTime();
            if (channels.isWon() || !channels.isRunning(now)) {
                return false;
            }
            if (selector != null) {
                channels.register(selector, this);
            }
            long wait = channels.nanosUntilNextEvent(now);
            if (wait != Long.MAX_VALUE) {
                wakeAt(now + wait);
            }
            return true;
        }

        @Override
        void end(@Nullable Throwable failure) {
            broken = failure;
            won = channels.end();
        }

        /** Completes the future, on another thread: here a dependent stage that blocks would stall every race. */
        @Override
        void ended() {
            channels.tellFinished();
            try {
                completionThreads.execute(this::complete);
            } catch (RuntimeException | OutOfMemoryError noThread) {
                complete();
            }
        }

        private void complete() {
            try {
                if (broken != null) {
                    if (won != null) {
                        AttemptChannel.close(won);
                    }
                    future.completeExceptionally(broken);
                } else if (won != null) {
                    SocketChannel channel = BlockingDriver.inBlockingMode(won);
                    if (!future.complete(channel)) {
                        channel.close();
                    }
                } else if (loop.isClosed()) {
                    future.completeExceptionally(SelectorLoop.closedException());
                } else {
                    future.completeExceptionally(Failures.of(target, channels));
                }
            } catch (IOException failure) {
                future.completeExceptionally(failure);
            }
        }
    }
}
