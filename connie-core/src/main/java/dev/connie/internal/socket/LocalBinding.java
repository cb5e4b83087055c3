package dev.connie.internal.socket;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The local address that a socket was bound to before it connected. The channel of every connection attempt is bound to it
 * as well, so that several channels may share one port. Guarded by the lock of its {@link SocketSettings}.
 */
public final class LocalBinding {
    private static final InetAddress ANY_IPV4 = new InetSocketAddress("0.0.0.0", 0).getAddress();

    private @Nullable InetSocketAddress local;
    // The socket's first channel. Not owned: perhaps an attempt has it.
    private @Nullable SocketChannel first;
    private boolean portIsShared;

    LocalBinding() {}

    /** Binds the first channel; returns its local port. */
    int bind(SocketChannel channel, InetAddress address, int port) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(address, port);
        channel.bind(wanted);
        local = wanted;
        return portOf(channel);
    }

    boolean isBound() {
        return local != null;
    }

    /** Returns whether the socket was bound to a port of the caller's choice, which other sockets may want. */
    boolean hasPort() {
        return local != null && local.getPort() != 0;
    }

    /** Returns whether a channel of the remote address's family can be bound to the local address. */
    boolean suits(InetSocketAddress remote) {
        InetAddress from = local == null ? ANY_IPV4 : local.getAddress();
        return from.isAnyLocalAddress() || from instanceof Inet4Address == remote.getAddress() instanceof Inet4Address;
    }

    /** Says which channel is the first, which has to agree when its port is to be shared; null for none any more. */
    void firstIs(@Nullable SocketChannel channel) {
        first = channel;
    }

    /** Binds the channel of an attempt, if the socket was bound and the channel is not. */
    void applyTo(SocketChannel channel) throws IOException {
        if (local == null || channel.getLocalAddress() != null) {
            return;
        }
        boolean any = local.getAddress().isAnyLocalAddress();
        if (local.getPort() != 0) {
            sharePort(channel);
        } else if (any) {
            // The kernel would bind it so by itself.
            return;
        }
        // A channel of either family takes the IPv4 wildcard as its own.
        channel.bind(any ? new InetSocketAddress(ANY_IPV4, local.getPort()) : local);
    }

    /** Several channels may have one port if all of them say so. The first says it only when there is a second one. */
    private void sharePort(SocketChannel channel) throws IOException {
        SocketChannel other = first;
        if (other != null && other.isOpen()) {
            other.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        portIsShared = true;
    }

    /** Returns whether SO_REUSEADDR was set for the sake of other attempts, and not by the user. */
    boolean isPortShared() {
        return portIsShared;
    }

    /** Returns the local port of the channel; 0 if it has none. */
    static int portOf(SocketChannel channel) throws IOException {
        return channel.getLocalAddress() instanceof InetSocketAddress bound ? bound.getPort() : 0;
    }
}
