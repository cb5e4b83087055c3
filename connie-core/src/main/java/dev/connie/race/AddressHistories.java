package dev.connie.race;

import dev.connie.race.Addresses.Destination;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of each destination that was tried of late. Thread-safe. */
final class AddressHistories {
    /** About 1 MB at the most. */
    static final int CAPACITY = 4_096;

    private final Tuning tuning;
    private final SeededRandom random;
    // Guarded by this. The one used longest ago is first.
    private final Map<Destination, AddressHistory> byDestination = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Destination, AddressHistory> eldest) {
            return size() > CAPACITY;
        }
    };

    AddressHistories(Tuning tuning, SeededRandom random) {
        this.tuning = tuning;
        this.random = random;
    }

    /** Returns what is known; null if nothing is. */
    synchronized @Nullable AddressHistory find(InetSocketAddress address) {
        return byDestination.get(Addresses.destination(address));
    }

    /** Returns what is known, to add to it. */
    synchronized AddressHistory of(InetSocketAddress address) {
        Destination destination = Addresses.destination(address);
        AddressHistory history = byDestination.get(destination);
        if (history == null) {
            history = new AddressHistory(tuning, random);
            // Not by the caller's own address: others may watch whether it is still in use.
            byDestination.put(destination.copy(), history);
        }
        return history;
    }

    /** Forgets everything. What attempts that run still find out is forgotten with it. */
    synchronized void clear() {
        byDestination.clear();
    }

    synchronized int size() {
        return byDestination.size();
    }
}
