package dev.connie.internal.names;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel for source addresses, by connecting a UDP socket: that chooses route and source, and sends nothing.
 * It takes the kernel's own policy table and routes into account, which nothing in Java can read.
 */
public final class KernelSources implements DestinationOrder.Sources {
    /** Any but 0: nothing is sent there. */
    private static final int DISCARD_PORT = 9;

    @Override
    public @Nullable InetAddress sourceFor(InetAddress destination) {
        ProtocolFamily family =
                destination instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        try (DatagramChannel channel = DatagramChannel.open(family)) {
            channel.connect(new InetSocketAddress(destination, DISCARD_PORT));
            return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        } catch (IOException | RuntimeException noWay) {
            // No route, no such family, no descriptor: in each case others are the better choice.
            return null;
        }
    }
}
