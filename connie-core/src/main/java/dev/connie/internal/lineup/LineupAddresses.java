package dev.connie.internal.lineup;

import dev.connie.internal.drive.RecentWinners;
import dev.connie.internal.names.HostAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The addresses of a {@link LineupBook}: those that the client was given, and behind them what becomes known while it
 * connects. An address keeps its place. Thread-safe; its lock is the innermost.
 */
final class LineupAddresses {
    private final HostAddresses host;
    private final List<InetAddress> first;
    private final ReentrantLock lock = new ReentrantLock();
    // Both written under the lock.
    private volatile List<InetAddress> all;
    private volatile int taken;

    /**
     * Takes copies of those that are known; the one that won last for the host comes first.
     *
     * @throws UnknownHostException if there is none
     */
    LineupAddresses(HostAddresses host, RecentWinners recentWinners) throws UnknownHostException {
        this.host = host;
        List<InetAddress> known = host.first();
        this.taken = known.size();
        this.first = List.copyOf(InetAddressCopies.of(host.host(), recentWinners.lastWinnerFirst(host.host(), known)));
        this.all = first;
    }

    String hostName() {
        return host.host();
    }

    HostAddresses host() {
        return host;
    }

    /** Returns those that the client was given, in the order in which it is to try them. */
    List<InetAddress> first() {
        return first;
    }

    /** Returns all that are known by now. */
    List<InetAddress> all() {
        if (host.known().size() == taken) {
            return all;
        }
        lock.lock();
        try {
            List<InetAddress> known = host.known();
            List<InetAddress> grown = new ArrayList<>(all);
            for (InetAddress copy : InetAddressCopies.of(host.host(), known.subList(taken, known.size()))) {
                if (grown.stream().noneMatch(other -> InetAddressCopies.isSame(other, copy))) {
                    grown.add(copy);
                }
            }
            all = List.copyOf(grown);
            taken = known.size();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the place of this object, or else of an equal address; -1 if there is none. */
    int indexOf(InetAddress address) {
        List<InetAddress> present = all();
        for (int i = 0; i < present.size(); i++) {
            if (present.get(i) == address) {
                return i;
            }
        }
        for (int i = 0; i < present.size(); i++) {
            if (InetAddressCopies.isSame(present.get(i), address)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return host.host() + " " + all();
    }
}
