package dev.connie.internal.socket;

import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where a socket keeps the one channel it owns, or, until it is decided which that is, an {@link OpeningDriver} that
 * owns several. When the slot is closed, it closes what it holds; what is put in later is closed as it comes; what was
 * taken out before belongs to the taker. So no descriptor is lost, whoever closes when. Takes no lock.
 *
 * <p>It knows nothing of the socket, so that it can close the channel of a socket that the user dropped.
 */
public final class ChannelSlot implements Runnable {
    private static final Object CLOSED = new Object();

    // Null, a SocketChannel, an OpeningDriver, or CLOSED for good. Written by the thread that connects or sets an
    // option, by the thread that closes, and by the Cleaner.
    private final AtomicReference<@Nullable Object> content = new AtomicReference<>();

    /** Puts the channel into the empty slot. */
    void put(SocketChannel channel) throws IOException {
        if (!content.compareAndSet(null, channel)) {
            channel.close();
            throw OpenState.closed();
        }
    }

    /** Puts a winner and its runners-up into the empty slot. */
    void put(Winner winner) throws IOException {
        OpeningDriver opening = winner.opening();
        if (!content.compareAndSet(null, opening == null ? winner.channel() : opening)) {
            winner.discard();
            throw OpenState.closed();
        }
    }

    /**
     * Replaces the opening, which is decided, by the channel that it chose. Closes that channel if the slot is closed.
     */
    void decide(OpeningDriver opening, SocketChannel channel) {
        if (!content.compareAndSet(opening, channel)) {
            closeEnding(channel, true);
        }
    }

    /** Takes the channel out; null if there is none. */
    @Nullable
    SocketChannel take() {
        return content.get() instanceof SocketChannel channel && content.compareAndSet(channel, null) ? channel : null;
    }

    /** Returns the channel, which stays in the slot; null if there is none. */
    @Nullable
    SocketChannel get() throws SocketException {
        Object now = content.get();
        if (now == CLOSED) {
            throw OpenState.closed();
        }
        return now instanceof OpeningDriver opening ? opening.channel() : (SocketChannel) now;
    }

    /**
     * Closes the slot and what is in it; false if that was done before.
     *
     * @param abruptly whether the connection is to be reset instead of ended
     */
    boolean close(boolean abruptly) {
        Object was = content.getAndSet(CLOSED);
        if (was == CLOSED) {
            return false;
        }
        if (was instanceof SocketChannel channel) {
            closeEnding(channel, abruptly);
        } else if (was instanceof OpeningDriver opening) {
            opening.willClose();
            closeEnding(opening.channel(), abruptly);
            opening.close();
        }
        return true;
    }

    private static void closeEnding(SocketChannel channel, boolean abruptly) {
        SelectorPool.letGo(channel);
        try {
            if (!abruptly && channel.isConnected()) {
                // As a plain socket does: a peer whose data was left unread sees the stream end before the reset.
                channel.shutdownOutput();
            }
        } catch (IOException ignored) {
            // The connection is gone already; its descriptor is not.
        }
        try {
            channel.close();
        } catch (IOException ignored) {
            // The descriptor is free all the same, and nobody can mend what was lost.
        }
    }

    /** Closes the slot when its socket is gone. */
    @Override
    public void run() {
        close(true);
    }

    /** Has the slot closed once the socket is unreachable. */
    Cleaner.Cleanable closeAfter(Object socket) {
        return OnFirstUse.CLEANER.register(socket, this);
    }

    private static final class OnFirstUse {
        static final Cleaner CLEANER = Cleaner.create();
    }
}
