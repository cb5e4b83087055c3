package dev.connie.internal.drive;

import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** What a race leaves to the socket that connected by it: the channel that won, and the runners-up. */
public interface Winner {
    /** Returns the channel that won: connected, non-blocking, registered with no selector. */
    SocketChannel channel();

    /** Returns the opening, which owns this channel and the runners-up; null if the channel is the connection. */
    default @Nullable OpeningDriver opening() {
        return null;
    }

    /** Closes the channel and the runners-up. */
    default void discard() {
        OpeningDriver opening = opening();
        if (opening != null) {
            opening.close();
        }
        AttemptChannel.close(channel());
    }
}
