package dev.connie.internal.drive;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives back the runners-up of sockets that connected and then did nothing for a second, such as those that a pool opens
 * in advance. Thread-safe.
 *
 * <p>The JDK's own timer wakes it, which costs no thread of ours: once a second, and not while no socket is connecting.
 */
final class IdleOpenings {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Watched(OpeningDriver opening, long dueNanos) {}

    // In the order of their times. An opening that is decided stays until its time, though it holds nothing any more.
    private static final ConcurrentLinkedQueue<Watched> WATCHED = new ConcurrentLinkedQueue<>();
    private static final AtomicBoolean TIMER_RUNS = new AtomicBoolean();

    private IdleOpenings() {}

    /** Gives back the opening's runners-up when nobody has waited for them for a while. */
    static void watch(OpeningDriver opening) {
        WATCHED.add(new Watched(opening, System.nanoTime() + IDLE_NANOS));
        runTimer();
    }

    private static void runTimer() {
        if (TIMER_RUNS.compareAndSet(false, true)) {
            try {
                OnFirstUse.TIMER.execute(IdleOpenings::lookAround);
            } catch (RuntimeException | Error noThread) {
                // They are kept until somebody needs them, or the next one tries again.
                TIMER_RUNS.set(false);
            }
        }
    }

    private static void lookAround() {
        long now = System.nanoTime();
        for (Watched first = WATCHED.peek(); first != null && first.dueNanos - now <= 0; first = WATCHED.peek()) {
            WATCHED.poll();
            if (!first.opening.giveBackIfIdle()) {
                WATCHED.add(new Watched(first.opening, now + IDLE_NANOS));
            }
        }
        TIMER_RUNS.set(false);
        if (!WATCHED.isEmpty()) {
            runTimer();
        }
    }

    /** Opens a channel; if there is no descriptor for it, sockets that do nothing have to go without their runners-up. */
    static SocketChannel open(ChannelSource source, InetSocketAddress remote) throws IOException {
        try {
            return source.open(remote);
        } catch (IOException noDescriptor) {
            if (WATCHED.isEmpty()) {
                throw noDescriptor;
            }
            WATCHED.removeIf(each -> each.opening.giveBackIfIdle());
            return source.open(remote);
        }
    }

    private static final class OnFirstUse {
        static final Executor TIMER =
                CompletableFuture.delayedExecutor(IDLE_NANOS, TimeUnit.NANOSECONDS, Runnable::run);
    }
}
