package dev.connie.internal.drive;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Runs one race on the calling thread. */
public final class BlockingDriver {

    private BlockingDriver() {}

    /**
     * Races until somebody wins, all have failed, the time is up or {@code abort} is pulled. On return every channel but
     * the winner's is closed, or belongs to the {@link Winner#opening} of these channels.
     *
     * @param interruptible whether an interrupt ends the race; else it is kept for later
     * @return the winner: connected, non-blocking, registered with no selector; null if nobody won
     * @throws ClosedByInterruptException if interrupted; the interrupt status is set
     */
    public static @Nullable SocketChannel run(AttemptChannels channels, Abort abort, boolean interruptible)
            throws IOException {
        boolean interrupted = false;
        boolean finished = false;
        Selector selector = null;
        SocketChannel won = null;
        try {
            while (!abort.isAborted()) {
                if (Thread.interrupted()) {
                    // The flag would end every select at once.
                    interrupted = true;
                }
                if (interrupted && interruptible) {
                    break;
                }
                channels.startDue();
                if (channels.isWon()) {
                    break;
                }
                long now = System.nanoTime();
                if (!channels.race().isRunning(now)) {
                    break;
                }
                if (selector == null) {
                    selector = SelectorPool.take();
                }
                await(channels, selector, channels.nanosUntilNextEvent(now), abort);
                channels.finishReady(selector == null);
            }
            finished = true;
        } finally {
            abort.waitsNoMore();
            won = channels.end();
            if (selector != null) {
                SelectorPool.giveBack(selector);
            }
            if (!finished && won != null) {
                channels.discard();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            channels.tellFinished();
        }
        if (won == null && interrupted && interruptible) {
            throw new ClosedByInterruptException();
        }
        return won;
    }

    private static void await(AttemptChannels channels, @Nullable Selector selector, long nanos, Abort abort)
            throws IOException {
        if (selector == null) {
            abort.willPark();
        } else {
            channels.register(selector, null);
            selector.selectedKeys().clear();
            abort.willSelect(selector);
        }
        SelectorPool.await(selector, nanos, abort);
    }

    /** Switches a winner to blocking mode, which users expect of a channel. Closes it if that fails. */
    public static SocketChannel inBlockingMode(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(true);
            return channel;
        } catch (Throwable failure) {
            channel.close();
            throw failure;
        }
    }
}
