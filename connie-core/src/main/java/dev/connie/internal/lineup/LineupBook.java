package dev.connie.internal.lineup;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.socket.RacingSocket;
import dev.connie.internal.socket.SingleAddress;
import dev.connie.internal.socket.SocketConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

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
    private final String host;
    private final List<InetAddress> addresses;
    private final boolean endedByForeignClose;
    private final boolean reportsWholeRace;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock. By port: a client's own cache may use one answer for several.
    private final Map<Integer, LineupRound> rounds = new HashMap<>();
    // Guarded by the lock: the place of the address that the last connect for each place got.
    private final int[] lastUsed;

    private final Set<Abort> connecting = ConcurrentHashMap.newKeySet();
    // Written once by any thread.
    private volatile boolean cancelled;

    /** Returns a lineup of copies of these addresses; the one that won last for the host comes first. */
    public static LineupBook of(RaceSetup races, String host, List<InetAddress> addresses) {
        return new LineupBook(
                races,
                host,
                InetAddressCopies.of(host, races.recentWinners().lastWinnerFirst(host, addresses)),
                false,
                false);
    }

    private LineupBook(
            RaceSetup races,
            String host,
            List<InetAddress> addresses,
            boolean endedByForeignClose,
            boolean reportsWholeRace) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address of " + host);
        }
        this.races = races;
        this.host = host;
        this.addresses = List.copyOf(addresses);
        this.endedByForeignClose = endedByForeignClose;
        this.reportsWholeRace = reportsWholeRace;
        this.lastUsed = new int[addresses.size()];
        Arrays.setAll(lastUsed, place -> place);
    }

    /**
     * Returns a lineup of the same addresses in which a close() of a socket, by a thread other than the one that made it,
     * ends the whole lineup: sockets that connect are aborted, later connects fail at once. For clients whose cancel
     * closes one socket and whose loop would then try the next address.
     */
    public LineupBook endedByForeignClose() {
        return new LineupBook(races, host, addresses, true, reportsWholeRace);
    }

    /**
     * Returns a lineup whose failed connects throw the exception of the whole race, for clients without a loop. If there is
     * only one address they throw what a plain socket throws.
     */
    LineupBook reportingWholeRace() {
        return new LineupBook(races, host, addresses, endedByForeignClose, true);
    }

    /** Returns the addresses, in the order in which the client is to try them. */
    public List<InetAddress> addresses() {
        return addresses;
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
            rounds.values().forEach(round -> round.addFailures(failures));
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
        return host;
    }

    /** Returns the place of this object, or else of an equal address; -1 if there is none. */
    int indexOf(InetAddress address) {
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i) == address) {
                return i;
            }
        }
        for (int i = 0; i < addresses.size(); i++) {
            if (InetAddressCopies.isSame(addresses.get(i), address)) {
                return i;
            }
        }
        return -1;
    }

    /** Connects for the socket that the client gave this address of the lineup. */
    public SocketChannel connect(
            int own, int port, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
            throws IOException {
        connecting.add(abort);
        try {
            if (cancelled) {
                throw new SocketException("Socket closed");
            }
            LineupConnect turn = new LineupConnect(own, timeoutMillis, source, abort, interruptible);
            SocketChannel channel = roundFor(own, port).connect(turn, lastUsed(own));
            noteUsed(own, channel);
            return channel;
        } finally {
            connecting.remove(abort);
        }
    }

    /**
     * Returns the round that this connect belongs to: the current one, unless this address has had its turn there.
     * A client that comes back with an address it has used (a stale pooled connection, another TLS version, or a cache
     * that gives one answer to many calls) wants a race, not what became of the last one.
     */
    private LineupRound roundFor(int own, int port) {
        lock.lock();
        try {
            LineupRound round = rounds.get(port);
            if (round == null || !round.takePart(own)) {
                round = new LineupRound(races, host, port, addresses, reportsWholeRace);
                round.takePart(own);
                rounds.put(port, round);
            }
            return round;
        } finally {
            lock.unlock();
        }
    }

    /** A client that comes back with an address means the same server again, whichever that was. */
    private int lastUsed(int own) {
        lock.lock();
        try {
            return lastUsed[own];
        } finally {
            lock.unlock();
        }
    }

    private void noteUsed(int own, SocketChannel channel) throws IOException {
        int used = indexOf(((InetSocketAddress) channel.getRemoteAddress()).getAddress());
        lock.lock();
        try {
            lastUsed[own] = used >= 0 ? used : own;
        } finally {
            lock.unlock();
        }
    }

    /** Connects one socket of this lineup. */
    private final class LineupConnector implements SocketConnector {
        private final long creatorId = Thread.currentThread().getId();

        @Override
        public SocketChannel connect(
                InetSocketAddress remote, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
                throws IOException {
            int own = indexOf(remote.getAddress());
            return own < 0
                    ? new SingleAddress(races).connect(remote, timeoutMillis, source, abort, interruptible)
                    : LineupBook.this.connect(own, remote.getPort(), timeoutMillis, source, abort, interruptible);
        }

        @Override
        public void socketClosed() {
            if (endedByForeignClose && Thread.currentThread().getId() != creatorId) {
                cancel();
            }
        }

        @Override
        public void disappointed(InetSocketAddress remote) {
            races.disappointed(remote);
        }
    }

    @Override
    public String toString() {
        return host + " " + addresses;
    }
}
