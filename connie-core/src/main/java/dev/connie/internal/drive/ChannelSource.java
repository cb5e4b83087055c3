package dev.connie.internal.drive;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;

/** Where the channel of each attempt comes from. */
public interface ChannelSource {
    /** Plain channels, without options or a local address. */
    ChannelSource PLAIN = new ChannelSource() {};

    /**
     * Opens a channel of the address's family. Unlike a dual-stack one it saves a system call, and has no IPv4-mapped
     * addresses.
     *
     * @throws IOException if there is no descriptor for it
     * @throws UnsupportedOperationException if this machine lacks the family
     */
    default SocketChannel open(InetSocketAddress remote) throws IOException {
        return SocketChannel.open(
                remote.getAddress() instanceof Inet6Address
                        ? StandardProtocolFamily.INET6
                        : StandardProtocolFamily.INET);
    }

    /**
     * Sets what has to be set before the channel connects, such as options and the local address.
     *
     * @throws IOException if that is not possible; the attempt has then failed
     */
    default void prepare(SocketChannel channel) throws IOException {}

    /**
     * Returns whether a loser's channel may stay open for a while. It must not if it holds a port that others may want.
     */
    default boolean lendsLosers() {
        return true;
    }

    /** Returns whether a socket that can change its channel keeps the runners-up until the server speaks. */
    default boolean keepsRunnersUp() {
        return false;
    }
}
