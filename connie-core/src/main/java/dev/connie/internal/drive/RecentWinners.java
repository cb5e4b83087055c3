package dev.connie.internal.drive;

import dev.connie.internal.names.RecentlyUsed;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The address that last won for each host, and for each port of it; a resolver does not know the port. Keeps at most {@link
 * #MAX_ENTRIES} of them. Thread-safe.
 */
public final class RecentWinners {
    public static final int MAX_ENTRIES = 512;

    private static final int ANY_PORT = -1;

    private record Key(String host, int port) {
        static Key of(String host, int port) {
            return new Key(host.toLowerCase(Locale.ROOT), port);
        }
    }

    /** How long a winner that gave no answer then does not go before the addresses it beat. */
    private static final long DISAPPOINTING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private record Disappointing(Key key, InetAddress address) {}

    /** @param beaten the addresses that it has won against */
    private record Winner(InetAddress address, Set<InetAddress> beaten) {}

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<Key, Winner> winners = new RecentlyUsed<>(MAX_ENTRIES);
    // The times at which they disappointed. Guarded by the lock.
    private final Map<Disappointing, Long> disappointing = new RecentlyUsed<>(MAX_ENTRIES);

    /** @param beaten the addresses that were tried in the race, and had not connected when it was won */
    public void won(String host, int port, InetAddress address, Collection<InetAddress> beaten) {
        lock.lock();
        try {
            Key key = Key.of(host, port);
            Winner last = winners.get(key);
            Set<InetAddress> all = new HashSet<>(beaten);
            if (last != null && last.address.equals(address)) {
                all.addAll(last.beaten);
            }
            winners.put(key, new Winner(address, all));
            winners.put(Key.of(host, ANY_PORT), new Winner(address, Set.of()));
        } finally {
            lock.unlock();
        }
    }

    /** Forgets that an address won, since it then gave no answer. */
    public void disappointed(String host, int port, InetAddress address) {
        lock.lock();
        try {
            forget(Key.of(host, ANY_PORT), address);
            forget(Key.of(host, port), address);
            disappointing.put(new Disappointing(Key.of(host, port), address), System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void forget(Key key, InetAddress address) {
        Winner winner = winners.get(key);
        if (winner != null && winner.address.equals(address)) {
            winners.remove(key);
        }
    }

    /**
     * Returns the last winner at this port if it has won against this address, and has not failed to answer; else null.
     */
    public @Nullable InetAddress whoBeat(InetAddress address, String host, int port) {
        Key key = Key.of(host, port);
        lock.lock();
        try {
            Winner winner = winners.get(key);
            if (winner == null || !winner.beaten.contains(address)) {
                return null;
            }
            Long since = disappointing.get(new Disappointing(key, winner.address));
            return since == null || System.nanoTime() - since > DISAPPOINTING_NANOS ? winner.address : null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Winner last(Key key) {
        lock.lock();
        try {
            return winners.get(key);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the addresses with the last winner at any port first, if it is among them. */
    public List<InetAddress> lastWinnerFirst(String host, List<InetAddress> addresses) {
        Winner winner = last(Key.of(host, ANY_PORT));
        int index = winner == null ? -1 : addresses.indexOf(winner.address);
        if (index <= 0) {
            return addresses;
        }
        List<InetAddress> reordered = new ArrayList<>(addresses);
        reordered.add(0, reordered.remove(index));
        return reordered;
    }
}
