package dev.connie;

import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.lineup.LineupsByHost;
import dev.connie.internal.lineup.SocketLineups;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
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
 * failure share one race within {@value LineupsByHost#MAX_AGE_SECONDS} s.
 *
 * <p>The sockets behave as {@link Socket} does in all else, exceptions and their messages included. A host that has only
 * one address fails with what a plain socket throws. If it has several, and none can be connected to, the exception is a
 * {@link ConnectRaceException} or a {@link ConnectRaceTimeoutException}: a {@link java.net.ConnectException} or a {@link
 * java.net.SocketTimeoutException}, as with a plain socket, whose message says what became of each address.
 *
 * <p>Thread-safe.
 */
public final class RacingSocketFactory extends SocketFactory {
    private final SocketLineups lineups;
    private final boolean tcpNoDelay;

    RacingSocketFactory(RaceSetup races, HostResolver resolver) {
        this(new SocketLineups(races, resolver), false);
    }

    private RacingSocketFactory(SocketLineups lineups, boolean tcpNoDelay) {
        this.lineups = lineups;
        this.tcpNoDelay = tcpNoDelay;
    }

    /**
     * Returns the factory that all users of the process share who know it by a class name only, as JNDI and Jakarta Mail do:
     * that of {@link ConnieSocketFactory}, which says how it is set. Without this method they would be given {@link
     * SocketFactory#getDefault()}, whose sockets do not race.
     *
     * @throws IllegalArgumentException if a system property is bad
     */
    public static RacingSocketFactory getDefault() {
        return ProcessConnectors.socketFactory();
    }

    /**
     * Returns a factory like this one whose sockets have {@link java.net.StandardSocketOptions#TCP_NODELAY} set from the
     * start, or not; they take part in the same races. Without it, Nagle's algorithm (RFC 1122, section 4.2.3.4) holds the
     * second of two small writes for a round trip. Whoever sets the option of a socket afterwards rules.
     */
    public RacingSocketFactory withTcpNoDelay(boolean on) {
        return new RacingSocketFactory(lineups, on);
    }

    /** Returns an unconnected socket. */
    @Override
    public Socket createSocket() {
        return lineups.newSocket(tcpNoDelay);
    }

    /**
     * Returns a socket connected to the host, all of whose addresses were raced.
     *
     * @throws UnknownHostException if the host has no address
     * @throws IOException if no address could be connected to: a {@link ConnectRaceException} or a {@link
     *     ConnectRaceTimeoutException} if there are several, what a plain socket throws if there is one
     */
    @Override
    public Socket createSocket(@Nullable String host, int port) throws IOException {
        return createSocket(host, port, null, 0);
    }

    @Override
    public Socket createSocket(@Nullable String host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        // As the constructors of Socket have it, no name means this machine.
        InetAddress address = host == null ? InetAddress.getLoopbackAddress() : lineups.firstAddress(host);
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
        return lineups.enlist(lineup.book());
    }

    @Override
    public String toString() {
        return "RacingSocketFactory[" + lineups + "]";
    }
}
