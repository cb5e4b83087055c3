package dev.connie.internal.drive;

import dev.connie.race.Attempt;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The channel of one connection attempt, and the permit that the attempt may hold. Whoever has this object owns both,
 * until {@link #close}. Not thread-safe.
 */
final class AttemptChannel {
    /**
     * A channel that has connected is ready to connect, and to write only once finishConnect() was called; one that has
     * failed is ready for all that was asked for. So the key of a loser tells which it was, without a system call.
     */
    static final int CONNECT_OR_FAILED = SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE;

    final Attempt attempt;
    final SocketChannel channel;
    private boolean holdsPermit;
    private @Nullable SelectionKey key;

    /** The next one in an {@link AttemptLine}. */
    @Nullable
    AttemptChannel next;

    AttemptChannel(Attempt attempt, SocketChannel channel, boolean holdsPermit) {
        this.attempt = attempt;
        this.channel = channel;
        this.holdsPermit = holdsPermit;
    }

    /** Registers the channel with the selector for these operations; for none, a channel that is new to it stays out. */
    void register(Selector selector, int operations, @Nullable Object attachment) throws ClosedChannelException {
        SelectionKey registered = key;
        if (registered == null || registered.selector() != selector) {
            key = operations == 0 ? null : channel.register(selector, operations, attachment);
        } else if (registered.isValid()) {
            registered.interestOps(operations);
        }
    }

    boolean isRegistered() {
        return key != null;
    }

    /** Returns whether its selector has seen that its connect is over, established or failed. */
    boolean isConnectable() {
        SelectionKey registered = key;
        return registered != null && registered.isValid() && registered.isConnectable();
    }

    /** Returns whether its selector has seen it established, if it was registered for {@link #CONNECT_OR_FAILED}. */
    boolean isEstablished() {
        SelectionKey registered = key;
        return registered != null && registered.isValid() && registered.isConnectable() && !registered.isWritable();
    }

    /** Returns whether its selector has seen it ready for anything; without a selector it may be. */
    boolean mayBeReady() {
        SelectionKey registered = key;
        return registered == null || !registered.isValid() || registered.readyOps() != 0;
    }

    /** Cancels its key. Its selector must select once more before another selector may have the channel. */
    void unregister() {
        if (key != null) {
            key.cancel();
        }
    }

    /** Takes it from its selector, and lets another one have it: as soon as this one has selected once more. */
    void handOn() {
        unregister();
        isUnregistered();
    }

    /** Says that no selector knows the channel any more, so that another one may have it. */
    void isUnregistered() {
        key = null;
    }

    /** Finishes the connect, if it is over; returns whether it is. */
    boolean finishConnect() throws IOException {
        if (!channel.finishConnect()) {
            return false;
        }
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            // TCP simultaneous open with itself: a free port of this machine was both source and target.
            throw new ConnectException("Connection refused");
        }
        return true;
    }

    boolean holdsPermit() {
        return holdsPermit;
    }

    /** Gives its permit, if it has one, to a channel that has none: of a race's channels any one may be without. */
    void lendPermitTo(AttemptChannel other) {
        if (holdsPermit && !other.holdsPermit) {
            holdsPermit = false;
            other.holdsPermit = true;
        }
    }

    void releasePermit(AttemptPermits permits) {
        if (holdsPermit) {
            holdsPermit = false;
            permits.release(1);
        }
    }

    /** Closes the channel and gives its permit back. May be called again. */
    void close(AttemptPermits permits) {
        close(channel);
        releasePermit(permits);
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (Throwable ignored) {
            // Nothing is left to do with it, and there may be others to close.
        }
    }
}
