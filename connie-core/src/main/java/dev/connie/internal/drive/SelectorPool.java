package dev.connie.internal.drive;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Idle selectors. A selector is two descriptors and 6 syscalls to make, so a race or a read that must wait borrows one.
 * Thread-safe. At most {@link #MAX_IDLE} are kept; how many are in use is not bounded.
 *
 * <p>A channel that has waited may stay registered, so that its next wait need not tell the kernel of it again: until
 * somebody else takes the selector, who gets the one that was used least recently, or the channel is let go. An idle
 * selector has one key at most.
 */
public final class SelectorPool {
    static final int MAX_IDLE = 32;

    /** How long to sleep between two looks at channels that no selector watches. */
    static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Consumer<SelectionKey> COUNT_ONLY = ready -> {};

    // First the selectors that keep a channel, the latest used first; then those without a key.
    private static final ConcurrentLinkedDeque<Selector> IDLE = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger IDLE_COUNT = new AtomicInteger();

    private SelectorPool() {}

    /** Returns a selector without keys; null if the process has no descriptors left, and the caller has to poll. */
    public static @Nullable Selector take() {
        for (Selector idle = IDLE.pollLast(); idle != null; idle = IDLE.pollLast()) {
            IDLE_COUNT.decrementAndGet();
            if (idle.keys().isEmpty() || clear(idle)) {
                return idle;
            }
            close(idle);
        }
        return open();
    }

    /** Returns a selector that is the caller's own; null if the process has no descriptors left. */
    static @Nullable Selector open() {
        try {
            return Selector.open();
        } catch (IOException noDescriptor) {
            // Too many open files: no reason to fail a connection, since everything that waits here can also poll.
            return null;
        }
    }

    /** Returns the selector in which this channel is still registered, if there is one; else as {@link #take}. */
    public static @Nullable Selector takeFor(SocketChannel channel) {
        Selector own = takeKeeping(channel);
        return own != null ? own : take();
    }

    private static @Nullable Selector takeKeeping(SocketChannel channel) {
        if (!channel.isRegistered()) {
            return null;
        }
        for (Selector idle : IDLE) {
            if (channel.keyFor(idle) != null && IDLE.removeFirstOccurrence(idle)) {
                IDLE_COUNT.decrementAndGet();
                // Somebody else may have had it meanwhile, and left a channel of theirs in it.
                if (channel.keyFor(idle) != null) {
                    return idle;
                }
                giveBack(idle);
            }
        }
        return null;
    }

    /** Takes back a selector whose one channel stays registered. Whoever closes the channel lets go of it first. */
    public static void keep(Selector selector) {
        IDLE.addFirst(selector);
        limitIdle();
    }

    /**
     * Deregisters the channel from the idle selectors, so that closing it closes its descriptor: as long as a selector
     * knows it, that only happens when the selector next selects.
     */
    public static void letGo(SocketChannel channel) {
        for (Selector own = takeKeeping(channel); own != null; own = takeKeeping(channel)) {
            giveBack(own);
        }
    }

    /**
     * Takes back a selector and cancels the keys it has. On return their channels are deregistered, which is what really
     * closes those that are closed.
     */
    public static void giveBack(Selector selector) {
        if (clear(selector)) {
            IDLE.addLast(selector);
            limitIdle();
        } else {
            close(selector);
        }
    }

    /** Returns false if the selector is broken. */
    private static boolean clear(Selector selector) {
        boolean interrupted = Thread.interrupted();
        try {
            selector.keys().forEach(SelectionKey::cancel);
            selector.selectNow();
            selector.selectedKeys().clear();
            return selector.keys().isEmpty();
        } catch (IOException | RuntimeException broken) {
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void limitIdle() {
        if (IDLE_COUNT.incrementAndGet() > MAX_IDLE) {
            closeLastIdle();
        }
    }

    private static boolean closeLastIdle() {
        Selector last = IDLE.pollLast();
        if (last == null) {
            return false;
        }
        IDLE_COUNT.decrementAndGet();
        close(last);
        return true;
    }

    /** Closes the selector, which deregisters all of its channels. */
    static void close(Selector selector) {
        try {
            selector.close();
        } catch (IOException ignored) {
            // Nothing is left to do with it.
        }
    }

    /**
     * Selects for at most so long, {@link Long#MAX_VALUE} for no limit. Rounded up to milliseconds, so as never to be
     * early; never 0 of them, which would mean for ever.
     */
    public static int select(Selector selector, long nanos) throws IOException {
        return nanos == Long.MAX_VALUE ? selector.select() : selector.select(millis(nanos));
    }

    /** Waits for the selector, or polls if there was no descriptor for one. Returns at once if there is no time or it is aborted. */
    static void await(@Nullable Selector selector, long nanos, Abort abort) throws IOException {
        if (abort.isAborted() || nanos <= 0) {
            return;
        }
        if (selector == null) {
            LockSupport.parkNanos(Math.min(nanos, POLL_NANOS));
        } else {
            select(selector, nanos);
        }
    }

    /** Selects as {@link #select} does, but leaves nothing among the selected keys. */
    public static boolean isAnyReady(Selector selector, long nanos) throws IOException {
        int ready = nanos == Long.MAX_VALUE ? selector.select(COUNT_ONLY) : selector.select(COUNT_ONLY, millis(nanos));
        return ready > 0;
    }

    private static long millis(long nanos) {
        return Math.max(1, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    /** Closes the idle selectors; for tests that count descriptors. */
    public static void closeIdle() {
        while (closeLastIdle()) {
            // Each selector frees two descriptors.
        }
    }
}
