package dev.connie.internal.socket;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.internal.drive.VirtualThread;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a non-blocking channel can be read, or can be written to. Used by one thread at a time.
 *
 * <p>An interrupt does to a wait what it does to a plain socket's: nothing on a platform thread, which keeps its
 * interrupt status; the end of the wait on a virtual thread.
 */
public final class Readiness {
    private static final long FIRST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final int operation;
    private final Abort abort;
    private final Function<SocketChannel, @Nullable Selector> selectors;

    /**
     * @param operation of {@link SelectionKey}
     * @param abort ends a wait
     */
    Readiness(int operation, Abort abort) {
        this(operation, abort, SelectorPool::takeFor);
    }

    /** Takes its selectors from this source; they go back to the {@link SelectorPool} all the same. */
    Readiness(int operation, Abort abort, Function<SocketChannel, @Nullable Selector> selectors) {
        this.operation = operation;
        this.abort = abort;
        this.selectors = selectors;
    }

    /** Returns what ends a wait. */
    Abort abort() {
        return abort;
    }

    /**
     * Waits; returns false if the time ran out. True means that another try is worth it: the channel is ready, closed
     * or could not be watched, or the wait was aborted. The caller sees which by trying.
     *
     * @param timed whether there is a deadline
     * @param round counts the waits of one operation, from 0
     * @throws InterruptedIOException if a virtual thread was interrupted; its interrupt status stays set
     */
    boolean await(SocketChannel channel, boolean timed, long deadlineNanos, int round) throws IOException {
        Selector selector = selectors.apply(channel);
        if (selector == null) {
            return poll(timed, deadlineNanos, round);
        }
        boolean undisturbed = false;
        try {
            channel.register(selector, operation);
            boolean worthATry = select(selector, timed, deadlineNanos);
            undisturbed = true;
            return worthATry;
        } catch (ClosedChannelException closed) {
            return true;
        } finally {
            if (undisturbed) {
                SelectorPool.keep(selector);
            } else {
                SelectorPool.giveBack(selector);
            }
            // Asked only after the selector was kept: whoever aborts later finds it in the pool.
            if (abort.isAborted()) {
                SelectorPool.letGo(channel);
            }
        }
    }

    private boolean select(Selector selector, boolean timed, long deadlineNanos) throws IOException {
        boolean interrupted = false;
        try {
            // Says where it waits before it asks: whoever aborts from here on wakes this selector.
            abort.willSelect(selector);
            while (!abort.isAborted()) {
                long leftNanos = timed ? deadlineNanos - System.nanoTime() : Long.MAX_VALUE;
                if (leftNanos <= 0) {
                    return false;
                }
                if (SelectorPool.isAnyReady(selector, leftNanos)) {
                    return true;
                }
                // While the interrupt status is set, select returns at once.
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (VirtualThread.isCurrent()) {
                        throw new InterruptedIOException();
                    }
                }
            }
            return true;
        } finally {
            abort.waitsNoMore();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits without a selector, when the process has no descriptor for one: sleeps a little, to try again. */
    private boolean poll(boolean timed, long deadlineNanos, int round) throws InterruptedIOException {
        long nanos = round < 4 ? FIRST_POLL_NANOS << round : LAST_POLL_NANOS;
        if (timed) {
            nanos = Math.min(nanos, deadlineNanos - System.nanoTime());
            if (nanos <= 0) {
                return false;
            }
        }
        long endNanos = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            abort.willPark();
            while (nanos > 0 && !abort.isAborted()) {
                // While the interrupt status is set, park returns at once; and once more after it was set.
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (VirtualThread.isCurrent()) {
                        throw new InterruptedIOException();
                    }
                }
                LockSupport.parkNanos(this, nanos);
                nanos = endNanos - System.nanoTime();
            }
            return true;
        } finally {
            abort.waitsNoMore();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
