package dev.connie;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Idle selectors, last in first out. A selector is two descriptors and 6 syscalls to make, so a race or a read that must
 * wait borrows one. Thread-safe. At most {@link #MAX_IDLE} are kept; how many are in use is not bounded.
 */
final class SelectorPool {
    static final int MAX_IDLE = 32;

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private static final ConcurrentLinkedDeque<Selector> IDLE = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger IDLE_COUNT = new AtomicInteger();

    private SelectorPool() {}

    /** Returns a selector without keys; null if the process has no descriptors left, and the caller has to poll. */
    static @Nullable Selector take() {
        Selector idle = IDLE.pollFirst();
        if (idle != null) {
            IDLE_COUNT.decrementAndGet();
            return idle;
        }
        try {
            return Selector.open();
        } catch (IOException noDescriptor) {
            // Too many open files: not worth a connection, since everything that waits here can also poll.
            return null;
        }
    }

    /**
     * Takes back a selector all of whose keys are cancelled or belong to closed channels. On return those channels are
     * deregistered, which is what really closes them: a registered channel keeps its descriptor until its selector
     * selects again.
     */
    static void giveBack(Selector selector) {
        boolean reusable = false;
        boolean interrupted = Thread.interrupted();
        try {
            selector.selectNow();
            selector.selectedKeys().clear();
            reusable = selector.keys().isEmpty();
        } catch (IOException | RuntimeException broken) {
            // It is closed below, and with it what is still registered.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (reusable) {
            if (IDLE_COUNT.incrementAndGet() <= MAX_IDLE) {
                IDLE.addFirst(selector);
                return;
            }
            IDLE_COUNT.decrementAndGet();
        }
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
    static int select(Selector selector, long nanos) throws IOException {
        return nanos == Long.MAX_VALUE
                ? selector.select()
                : selector.select(Math.max(1, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI));
    }

    /** Closes the idle selectors; for tests that count descriptors. */
    static void closeIdle() {
        for (Selector idle = IDLE.pollFirst(); idle != null; idle = IDLE.pollFirst()) {
            IDLE_COUNT.decrementAndGet();
            try {
                idle.close();
            } catch (IOException ignored) {
                // Nothing is left to do with it.
            }
        }
    }
}
