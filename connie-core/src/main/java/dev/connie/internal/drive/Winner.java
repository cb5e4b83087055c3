package dev.connie.internal.drive;

import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** What a race leaves to the socket that connected by it: the channel that won, and the rest. */
public interface Winner {
    /** Returns the channel that won: connected, non-blocking, registered with no selector. */
    SocketChannel channel();

    /** Returns what goes on until the server speaks; null if the channel is the connection. It owns the channel, too. */
    default @Nullable OpeningDriver opening() {
        return null;
    }

    /** Closes all of it. */
    default void discard() {
        OpeningDriver opening = opening();
        if (opening != null) {
            opening.close();
        }
        AttemptChannel.close(channel());
    }
}
