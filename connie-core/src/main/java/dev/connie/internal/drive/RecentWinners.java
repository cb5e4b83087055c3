package dev.connie.internal.drive;

import dev.connie.internal.names.RecentlyUsed;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The address that last won for each host, for at most {@link #MAX_HOSTS} hosts. Thread-safe. */
public final class RecentWinners {
    static final int MAX_HOSTS = 256;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<String, InetAddress> winners = new RecentlyUsed<>(MAX_HOSTS);

    public void won(String host, InetAddress address) {
        lock.lock();
        try {
            winners.put(host.toLowerCase(Locale.ROOT), address);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets an address that connected but turned out to be of no use. */
    public void disappointed(String host, InetAddress address) {
        lock.lock();
        try {
            winners.remove(host.toLowerCase(Locale.ROOT), address);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the addresses with the last winner first, if it is among them. */
    public List<InetAddress> lastWinnerFirst(String host, List<InetAddress> addresses) {
        InetAddress winner;
        lock.lock();
        try {
            winner = winners.get(host.toLowerCase(Locale.ROOT));
        } finally {
            lock.unlock();
        }
        int index = winner == null ? -1 : addresses.indexOf(winner);
        if (index <= 0) {
            return addresses;
        }
        List<InetAddress> reordered = new ArrayList<>(addresses);
        reordered.add(0, reordered.remove(index));
        return reordered;
    }
}
