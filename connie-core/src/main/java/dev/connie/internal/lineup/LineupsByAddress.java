package dev.connie.internal.lineup;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which lineup an address object leads to, by identity. The keys are weak, and a lineup holds copies of its own, never
 * these objects: so both go when the client drops the objects. Thread-safe.
 */
public final class LineupsByAddress {
    /**
     * An address's place in its lineup.
     *
     * @param index its place there
     */
    record Place(LineupBook lineup, int index) {}

    /** A weak key that is equal to another one of the same object. */
    private static final class Key extends WeakReference<InetAddress> {
        private final int hash;

        Key(InetAddress address, @Nullable ReferenceQueue<InetAddress> dropped) {
            super(address, dropped);
            this.hash = System.identityHashCode(address);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            InetAddress address = get();
            return address != null && other instanceof Key key && key.get() == address;
        }
    }

    private final Map<Key, Place> places = new ConcurrentHashMap<>();
    private final ReferenceQueue<InetAddress> dropped = new ReferenceQueue<>();

    public List<InetAddress> enlist(LineupBook lineup) {
        removeDropped();
        List<InetAddress> copies = InetAddressCopies.of(lineup.host(), lineup.addresses());
        for (int i = 0; i < copies.size(); i++) {
            places.put(new Key(copies.get(i), dropped), new Place(lineup, i));
        }
        return copies;
    }

    @Nullable
    Place find(InetAddress address) {
        return places.isEmpty() ? null : places.get(new Key(address, null));
    }

    public int size() {
        removeDropped();
        return places.size();
    }

    private void removeDropped() {
        for (Object key = dropped.poll(); key != null; key = dropped.poll()) {
            places.remove(key);
        }
    }
}
