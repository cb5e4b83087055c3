package dev.connie.internal.socket;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Makes the connection of a {@link RacingSocket}. */
public interface SocketConnector {
    /**
     * Connects to the address, or to another address of the same host.
     *
     * @param remote resolved
     * @param timeoutMillis 0 for no limit
     * @param source the channels of the attempts
     * @param abort ends the connect
     * @param interruptible whether an interrupt ends the connect; else it is kept for later
     * @return a connected, non-blocking channel, registered with no selector, and its runners-up
     * @throws java.nio.channels.ClosedByInterruptException if interrupted; the interrupt status stays set
     * @throws java.net.SocketException "Socket closed" if aborted
     */
    Winner connect(
            InetSocketAddress remote, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
            throws IOException;

    /** Called when the socket is closed, on the thread that closes it, before its connect is aborted; maybe repeatedly. */
    default void socketClosed() {}

    /**
     * Called when a connected socket is closed, at most once; not if it was dropped without that.
     *
     * @param impression what the connection has shown of its server
     */
    default void ended(InetSocketAddress remote, Conversation.Impression impression) {}
}
