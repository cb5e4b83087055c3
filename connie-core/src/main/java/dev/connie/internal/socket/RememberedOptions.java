package dev.connie.internal.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options that were set on a socket so far, in that order, to be set on the channel of every connection attempt; and
 * which channels have them. Guarded by the lock of its {@link SocketSettings}.
 */
public final class RememberedOptions {
    /** Sets one option on a channel. */
    interface Setting {
        void applyTo(SocketChannel channel) throws IOException;
    }

    private final Map<Object, Setting> settings = new LinkedHashMap<>();
    // Few, and compared by identity.
    private final List<SocketChannel> upToDate = new ArrayList<>();

    RememberedOptions() {}

    /** Remembers a setting in the place of an earlier one with the same key. No channel is up to date any more. */
    void put(Object key, Setting setting) {
        // The last one is applied last.
        settings.remove(key);
        settings.put(key, setting);
        upToDate.clear();
    }

    boolean isEmpty() {
        return settings.isEmpty();
    }

    boolean contains(Object key) {
        return settings.containsKey(key);
    }

    /** Returns whether the channel needs nothing more. */
    boolean isUpToDate(SocketChannel channel) {
        return upToDate.contains(channel);
    }

    /** Notes that the channel needs nothing more, until another option is set. */
    void noteUpToDate(SocketChannel channel) {
        upToDate.add(channel);
    }

    /** Sets all options on a channel that is not connected yet. */
    void applyTo(SocketChannel channel) throws IOException {
        for (Setting setting : settings.values()) {
            setting.applyTo(channel);
        }
    }

    /** Sets on a connected channel what can still be set, unless it is up to date. */
    void applyAfterConnect(SocketChannel channel) {
        if (isUpToDate(channel)) {
            return;
        }
        for (Setting setting : settings.values()) {
            try {
                setting.applyTo(channel);
            } catch (IOException | RuntimeException ignored) {
                // Some can only be set before. A connection without it is better than none.
            }
        }
    }

    /** Forgets everything, since no other channel will come. */
    void clear() {
        settings.clear();
        upToDate.clear();
    }
}
