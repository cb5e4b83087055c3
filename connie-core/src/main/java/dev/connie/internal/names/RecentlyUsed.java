package dev.connie.internal.names;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that drops the entry least recently used when it grows past its bound. Not thread-safe. */
public final class RecentlyUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int max;

    public RecentlyUsed(int max) {
        super(16, 0.75f, true);
        this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
    }
}
