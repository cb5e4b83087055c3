package dev.connie.internal.drive;

import dev.connie.internal.names.HostAddresses;
import dev.connie.internal.names.Targets;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
        LateAddresses late = channels.late();
        Runnable waker = abort::wake;
        if (late != null) {
            late.watch(waker);
        }
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
                if (!channels.isRunning(now)) {
                    break;
                }
                if (selector == null) {
                    selector = SelectorPool.take();
                }
                await(channels, selector, now, abort);
                channels.finishReady(selector == null);
            }
            finished = true;
        } finally {
            abort.waitsNoMore();
            if (late != null) {
                late.unwatch(waker);
            }
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

    /**
     * Races to the addresses of a host, from the first of them on.
     *
     * @return the winner: connected, in blocking mode
     * @throws IOException as a connector throws it
     */
    public static SocketChannel connect(RaceSetup races, HostAddresses host, int port, Duration timeout)
            throws IOException {
        // With none that may still come there is nobody to wake this thread.
        Abort abort = host.mayGrow() ? new Abort() : Abort.NEVER;
        try {
            awaitFirst(host, abort, true);
            AttemptChannels channels = races.attempts(host, port, timeout, ChannelSource.PLAIN);
            return connect(() -> Targets.nameOf(host.host(), port), channels, abort);
        } finally {
            host.stop();
        }
    }

    /**
     * Races, until {@code abort} is pulled.
     *
     * @param target what is connected to, for the message of a failure
     * @return the winner: connected, in blocking mode
     * @throws IOException as a connector throws it
     */
    public static SocketChannel connect(Supplier<String> target, AttemptChannels channels, Abort abort)
            throws IOException {
        SocketChannel won = run(channels, abort, true);
        if (won == null) {
            throw Failures.of(target.get(), channels);
        }
        return inBlockingMode(won);
    }

    private static void await(AttemptChannels channels, @Nullable Selector selector, long nowNanos, Abort abort)
            throws IOException {
        if (selector == null) {
            abort.willPark();
        } else {
            channels.register(selector, null);
            selector.selectedKeys().clear();
            abort.willSelect(selector);
        }
        // Asked last, so that no address that comes is missed.
        SelectorPool.await(selector, channels.nanosUntilNextEvent(nowNanos), abort);
    }

    /**
     * Waits until there is an address to race to, or will be none, or {@code abort} is pulled.
     *
     * @param interruptible whether an interrupt ends the wait; else it is kept for later
     * @throws ClosedByInterruptException if interrupted; the interrupt status is set
     */
    public static void awaitFirst(HostAddresses addresses, Abort abort, boolean interruptible)
            throws ClosedByInterruptException {
        await(addresses, addresses::isReady, Long.MAX_VALUE, abort, interruptible);
    }

    /** Waits until there is an address to race to, or will be none; an interrupt is kept for later. */
    public static HostAddresses awaitFirst(HostAddresses addresses) {
        try {
            awaitFirst(addresses, new Abort(), false);
        } catch (ClosedByInterruptException impossible) {
            throw new AssertionError("it is not interruptible", impossible);
        }
        return addresses;
    }

    /**
     * Waits as {@link #awaitFirst(HostAddresses, Abort, boolean)} does, for whatever it is that addresses bring, and for
     * so long at most.
     */
    public static void await(
            HostAddresses addresses, BooleanSupplier brought, long maxNanos, Abort abort, boolean interruptible)
            throws ClosedByInterruptException {
        if (brought.getAsBoolean()) {
            return;
        }
        boolean interrupted = false;
        Thread waiting = Thread.currentThread();
        Runnable waker = () -> LockSupport.unpark(waiting);
        addresses.watch(waker);
        abort.willPark();
        long since = System.nanoTime();
        try {
            while (!brought.getAsBoolean() && addresses.mayGrow() && !abort.isAborted()) {
                interrupted |= Thread.interrupted();
                long left = maxNanos - (System.nanoTime() - since);
                if (left <= 0 || interrupted && interruptible) {
                    break;
                }
                LockSupport.parkNanos(addresses, left);
            }
        } finally {
            abort.waitsNoMore();
            addresses.unwatch(waker);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (interrupted && interruptible) {
            addresses.stop();
            throw new ClosedByInterruptException();
        }
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
