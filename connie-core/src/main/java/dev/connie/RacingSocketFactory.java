package dev.connie;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets that race when they connect, for any library that takes a {@link SocketFactory}.
 *
 * <p>A socket that connects to an address which carries a host name (as {@code new InetSocketAddress(host, port)} makes
 * it) asks the connector's {@link HostResolver} for all addresses of that host, and races them if the given one is among
 * them; else it connects to the given address alone, as it does for a literal address. So filter addresses in the
 * resolver, not only in what the library is told. Libraries that go on to the next address of the same host after a
 * failure share one race within {@value HostLineups#MAX_AGE_SECONDS} s.
 *
 * <p>The sockets behave as {@link Socket} does in all else. Thread-safe.
 */
public final class RacingSocketFactory extends SocketFactory {
    private final Connector connector;
    private final HostLineups hostLineups;
    private final Enlisted enlisted = new Enlisted();

    RacingSocketFactory(Connector connector) {
        this.connector = connector;
        this.hostLineups = new HostLineups(connector);
    }

    /** Returns an unconnected socket. */
    @Override
    public Socket createSocket() {
        return RacingSocket.connectingBy(new FactoryConnector());
    }

    /**
     * Returns a socket connected to the host, all of whose addresses were raced.
     *
     * @throws UnknownHostException if the host has no address
     * @throws ConnectRaceException if no address could be connected to
     */
    @Override
    public Socket createSocket(@Nullable String host, int port) throws IOException {
        return createSocket(host, port, null, 0);
    }

    @Override
    public Socket createSocket(@Nullable String host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        // As the constructors of Socket have it, no name means this machine.
        InetAddress address = host == null
                ? InetAddress.getLoopbackAddress()
                : hostLineups.lineup(host).addresses().get(0);
        return createSocket(address, port, localAddress, localPort);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return createSocket(address, port, null, 0);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        Socket socket = createSocket();
        try {
            if (localAddress != null || localPort != 0) {
                socket.bind(new InetSocketAddress(localAddress, localPort));
            }
            socket.connect(new InetSocketAddress(address, port));
            return socket;
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * Returns new copies of a lineup's addresses, in its order, by which sockets of this factory find it: one that
     * connects to such an object, not just to an equal address, takes part in the lineup's race. The copies may be dropped
     * at any time.
     */
    public List<InetAddress> enlist(Lineup lineup) {
        return enlisted.enlist(lineup);
    }

    @Override
    public String toString() {
        return "RacingSocketFactory[" + connector + "]";
    }

    /** Connects one socket of this factory. */
    private final class FactoryConnector implements SocketConnector {
        // Written by the connecting thread, read by the closing one.
        private volatile @Nullable Lineup endedByForeignClose;
        private volatile long connectingThreadId;

        @Override
        public SocketChannel connect(
                InetSocketAddress remote, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
                throws IOException {
            Enlisted.Place place = enlisted.find(remote.getAddress());
            if (place != null) {
                if (place.lineup().isEndedByForeignClose()) {
                    connectingThreadId = Thread.currentThread().getId();
                    endedByForeignClose = place.lineup();
                }
                return place.lineup()
                        .connect(place.index(), remote.getPort(), timeoutMillis, source, abort, interruptible);
            }
            Lineup lineup = hostLineups.lineup(remote);
            return lineup == null
                    ? new SingleAddress(connector).connect(remote, timeoutMillis, source, abort, interruptible)
                    : lineup.connect(
                            lineup.indexOf(remote.getAddress()),
                            remote.getPort(),
                            timeoutMillis,
                            source,
                            abort,
                            interruptible);
        }

        @Override
        public void socketClosed() {
            Lineup lineup = endedByForeignClose;
            if (lineup != null && Thread.currentThread().getId() != connectingThreadId) {
                lineup.cancel();
            }
        }

        @Override
        public void disappointed(InetSocketAddress remote) {
            connector.disappointed(remote);
        }
    }
}
