package dev.connie.race;

import dev.connie.race.Addresses.Destination;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is known of each destination that was tried of late. Thread-safe. */
final class AddressHistories {
    /** About 1.5 MB at the most. */
    static final int CAPACITY = 4_096;

    /** How long a surprise is remembered: two that are further apart are two accidents. */
    private static final long SURPRISE_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongToDoubleFunction random;
    // Guarded by this. The one used longest ago is first.
    private final Map<Destination, AddressHistory> byDestination = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Destination, AddressHistory> eldest) {
            return size() > CAPACITY;
        }
    };

    AddressHistories(LongToDoubleFunction random) {
        this.random = random;
    }

    /** Returns what is known; null if nothing is. */
    synchronized @Nullable AddressHistory find(InetSocketAddress address) {
        return byDestination.get(Addresses.destination(address));
    }

    /** Returns what is known of each; null where nothing is. */
    synchronized @Nullable AddressHistory[] find(List<InetSocketAddress> addresses) {
        var found = new @Nullable AddressHistory[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = byDestination.get(Addresses.destination(addresses.get(i)));
        }
        return found;
    }

    /** Returns what is known, to add to it. */
    synchronized AddressHistory of(InetSocketAddress address) {
        Destination destination = Addresses.destination(address);
        AddressHistory history = byDestination.get(destination);
        if (history == null) {
            history = new AddressHistory(random);
            // Not by the caller's own address: others may watch whether it is still in use.
            byDestination.put(destination.copy(), history);
        }
        return history;
    }

    /**
     * Returns whether one of these surprised a race that ended a short while before this one began, and none has connected
     * since.
     *
     * @param raceAgeNanos how long ago this race began
     */
    boolean wereSurprising(List<InetSocketAddress> addresses, long raceAgeNanos, long nowNanos) {
        long surpriseAgeNanos = Long.MAX_VALUE;
        long connectAgeNanos = Long.MAX_VALUE;
        for (AddressHistory history : find(addresses)) {
            if (history != null) {
                long ageNanos = history.surpriseAgeNanos(nowNanos);
                // A later surprise is of this race, or of one beside it that met the same.
                surpriseAgeNanos = ageNanos < raceAgeNanos ? surpriseAgeNanos : Math.min(surpriseAgeNanos, ageNanos);
                connectAgeNanos = Math.min(connectAgeNanos, history.connectAgeNanos(nowNanos));
            }
        }
        return surpriseAgeNanos < SURPRISE_NANOS && surpriseAgeNanos <= connectAgeNanos;
    }

    /** Forgets everything. What the attempts in flight find out later is forgotten, too. */
    synchronized void clear() {
        byDestination.clear();
    }

    synchronized int size() {
        return byDestination.size();
    }
}
