package dev.connie.internal.lineup;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.Winner;
import dev.connie.internal.lineup.LineupConnect.Sharing;
import dev.connie.internal.names.HostAddresses;
import dev.connie.internal.socket.Conversation.Impression;
import dev.connie.internal.socket.RacingSocket;
import dev.connie.internal.socket.SingleAddress;
import dev.connie.internal.socket.SocketConnector;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one name resolution and what became of each, shared by the sockets that one client call opens.
 *
 * <p>Clients try the addresses of a host one by one, each with a fresh socket, and move on when a connect or a TLS
 * handshake fails. Sockets of one lineup make that loop and the race agree: the first connect races all addresses; after
 * it has won, a further connect races those that are left; once all have failed, further connects fail at once. A connect
 * that comes while a race runs joins it.
 *
 * <p>For adapters to such clients. Thread-safe.
 */
public final class LineupBook {
    private final RaceSetup races;
    private final LineupAddresses addresses;
    private final boolean endedByForeignClose;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock. By port: a client's own cache may use one answer for several.
    private final Map<Integer, PortRounds> ports = new HashMap<>();

    private final Set<Abort> connecting = ConcurrentHashMap.newKeySet();
    // Written once by any thread.
    private volatile boolean cancelled;

    /**
     * Returns a lineup of copies of a host's addresses; the one that won last for the host comes first. What becomes
     * known later joins its races.
     *
     * @throws UnknownHostException if it has none
     */
    public static LineupBook of(RaceSetup races, HostAddresses host) throws UnknownHostException {
        return new LineupBook(races, new LineupAddresses(host, races.recentWinners()), false);
    }

    private LineupBook(RaceSetup races, LineupAddresses addresses, boolean endedByForeignClose) {
        this.races = races;
        this.addresses = addresses;
        this.endedByForeignClose = endedByForeignClose;
    }

    /**
     * Returns a lineup of the same addresses in which a close() of a socket, by a thread other than the one that made it,
     * ends the whole lineup: sockets that connect are aborted, later connects fail at once. For clients whose cancel
     * closes one socket and whose loop would then try the next address.
     */
    public LineupBook endedByForeignClose() {
        return new LineupBook(races, addresses, true);
    }

    /** Returns the addresses that were known when this was made, in the order in which the client is to try them. */
    public List<InetAddress> addresses() {
        return addresses.first();
    }

    /**
     * Returns an unconnected socket. When it connects to an address of this lineup it takes part in the race; when it
     * connects to another address, just that is connected to.
     */
    public Socket newSocket() {
        return RacingSocket.connectingBy(new LineupConnector());
    }

    /** Returns a new exception for each address that has failed so far, of its own type, with the address in it. */
    public List<IOException> failures() {
        lock.lock();
        try {
            List<IOException> failures = new ArrayList<>();
            ports.values().forEach(port -> port.latest().addFailures(failures));
            return failures;
        } finally {
            lock.unlock();
        }
    }

    /** Aborts the sockets that connect and makes later connects fail with "Socket closed". */
    public void cancel() {
        cancelled = true;
        connecting.forEach(Abort::abort);
    }

    boolean isEndedByForeignClose() {
        return endedByForeignClose;
    }

    String host() {
        return addresses.hostName();
    }

    int indexOf(InetAddress address) {
        return addresses.indexOf(address);
    }

    /** Connects for the socket that the client gave an address of the lineup. */
    public Winner connect(LineupConnect connect) throws IOException {
        connecting.add(connect.abort);
        try {
            if (cancelled) {
                throw new SocketException("Socket closed");
            }
            while (true) {
                LineupRound round = roundFor(connect);
                connect.round = round;
                Winner winner = round.connect(connect, preferred(connect));
                if (winner != null) {
                    noteUsed(connect, ((InetSocketAddress) winner.channel().getRemoteAddress()).getAddress());
                    OpeningDriver opening = winner.opening();
                    if (opening != null) {
                        opening.tellAtEnd((report, connection) -> noteOpening(connect, round, report, connection));
                    }
                    return winner;
                }
            }
        } finally {
            connecting.remove(connect.abort);
        }
    }

    private LineupRound roundFor(LineupConnect connect) {
        lock.lock();
        try {
            return ports.computeIfAbsent(connect.port, port -> new PortRounds(races, port, addresses))
                    .roundFor(connect);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the place of the address to try first. A client that comes back with an address object means the same server
     * again, whichever that was. One that knows the host by its name gets the last winner, if that has beaten its own
     * address.
     */
    private int preferred(LineupConnect connect) {
        if (connect.sharing == Sharing.BY_HOST) {
            InetAddress winner = races.recentWinners().whoBeat(addresses.all().get(connect.own), host(), connect.port);
            int place = winner == null ? -1 : indexOf(winner);
            return place < 0 ? connect.own : place;
        }
        lock.lock();
        try {
            PortRounds port = ports.get(connect.port);
            return port == null ? connect.own : port.lastUsed(connect.own);
        } finally {
            lock.unlock();
        }
    }

    private void noteUsed(LineupConnect connect, InetAddress address) {
        int used = indexOf(address);
        lock.lock();
        try {
            PortRounds port = ports.get(connect.port);
            if (port != null) {
                port.noteUsed(connect.own, used >= 0 ? used : connect.own);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Is told that the socket of this connect, which got this address, was closed. */
    void ended(LineupConnect connect, InetSocketAddress remote, Impression impression) {
        LineupRound round = connect.round;
        int place = indexOf(remote.getAddress());
        if (round != null && place >= 0) {
            round.ended(place, impression);
        }
    }

    /** Notes who is the connection in the end, and who turned out to be of no use meanwhile. */
    private void noteOpening(
            LineupConnect connect, LineupRound round, RaceReport report, @Nullable InetSocketAddress connection) {
        List<InetAddress> passedOver = new ArrayList<>();
        for (AttemptReport attempt : report.attempts()) {
            InetAddress address = attempt.address().getAddress();
            switch (attempt.outcome()) {
                case WON -> {
                    round.use(address, null);
                    noteUsed(connect, address);
                }
                case MUTE, FAILED, ABANDONED -> {
                    // One that just did not connect in time may be tried again.
                    if (attempt.asked() != null) {
                        // What became of its connection, the client sees for itself.
                        round.use(address, attempt.address() == connection ? null : attempt.error());
                        races.recentWinners().disappointed(host(), connect.port, address);
                        passedOver.add(address);
                    }
                }
                // One that was asked and lost was good enough.
                case RUNNING, LOST, NOT_SENT, TIMED_OUT -> {}
            }
        }
        report.winner()
                .ifPresent(won -> races.recentWinners()
                        .won(host(), connect.port, won.address().getAddress(), passedOver));
    }

    /** Connects one socket of this lineup. */
    private final class LineupConnector implements SocketConnector {
        private final long creatorId = Thread.currentThread().getId();

        @Override
        public Winner connect(
                InetSocketAddress remote, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
                throws IOException {
            int own = indexOf(remote.getAddress());
            return own < 0
                    ? new SingleAddress(races).connect(remote, timeoutMillis, source, abort, interruptible)
                    : LineupBook.this.connect(new LineupConnect(
                            Sharing.ONE_CALL, own, remote.getPort(), timeoutMillis, source, abort, interruptible));
        }

        @Override
        public void socketClosed() {
            if (endedByForeignClose && Thread.currentThread().getId() != creatorId) {
                cancel();
            }
        }

        @Override
        public void ended(InetSocketAddress remote, Impression impression) {
            if (impression == Impression.DISAPPOINTING) {
                races.disappointed(remote);
            }
        }
    }

    @Override
    public String toString() {
        return addresses.toString();
    }
}
