package dev.connie.internal.names;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * When the addresses of a host are handed over, where A and AAAA are asked for side by side: RFC 8305, section 3.
 *
 * <p>The first are due when AAAA has an answer of any kind, or a Resolution Delay after A had a good one; in the order
 * of section 4. Later ones are due at once. Told the time and what came, as a race is; it asks nobody. Not thread-safe.
 */
public final class Resolution {
    /** How many addresses of a family are looked at: a race does not try more. */
    public static final int MAX_OF_A_FAMILY = 64;

    private final long resolutionDelayNanos;
    private final UnaryOperator<List<InetAddress>> order;

    // Those that are open still have an answer to come.
    private final Set<StandardProtocolFamily> open =
            EnumSet.of(StandardProtocolFamily.INET, StandardProtocolFamily.INET6);
    private final Map<StandardProtocolFamily, List<InetAddress>> waiting = new EnumMap<>(StandardProtocolFamily.class);
    private final Set<InetAddress> taken = new HashSet<>();
    private boolean begun;
    private boolean found;
    private long foundNanos;

    /** @param order puts addresses in the order of RFC 6724 */
    public Resolution(long resolutionDelayNanos, UnaryOperator<List<InetAddress>> order) {
        this.resolutionDelayNanos = resolutionDelayNanos;
        this.order = order;
    }

    /** Reports the answer for a family: its addresses, or none. */
    public void answered(StandardProtocolFamily family, List<InetAddress> addresses, long nowNanos) {
        offered(family, addresses, nowNanos);
        closed(family);
    }

    /** Reports addresses of a family for which there may still be an answer, such as those of an old one. */
    public void offered(StandardProtocolFamily family, List<InetAddress> addresses, long nowNanos) {
        if (addresses.isEmpty()) {
            return;
        }
        if (!found) {
            found = true;
            foundNanos = nowNanos;
        }
        waiting.computeIfAbsent(family, unused -> new ArrayList<>())
                .addAll(addresses.subList(0, Math.min(MAX_OF_A_FAMILY, addresses.size())));
    }

    /** Reports that there will be no answer for a family. */
    public void closed(StandardProtocolFamily family) {
        open.remove(family);
    }

    /** Returns the addresses that are due and have not been taken, the best first. */
    public List<InetAddress> take(long nowNanos) {
        if (waiting.isEmpty() || nanosUntilNextEvent(nowNanos) > 0) {
            return List.of();
        }
        begun = true;
        List<InetAddress> due = new ArrayList<>();
        for (StandardProtocolFamily family : List.of(StandardProtocolFamily.INET6, StandardProtocolFamily.INET)) {
            for (InetAddress address : waiting.getOrDefault(family, List.of())) {
                if (taken.add(address)) {
                    due.add(address);
                }
            }
        }
        waiting.clear();
        return order.apply(due);
    }

    /**
     * Returns in how many nanoseconds there is something to take, if nothing comes; {@link Long#MAX_VALUE} for never.
     */
    public long nanosUntilNextEvent(long nowNanos) {
        if (waiting.isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean mayBegin = begun
                || !open.contains(StandardProtocolFamily.INET6)
                || waiting.containsKey(StandardProtocolFamily.INET6);
        return mayBegin ? 0 : Math.max(0, foundNanos + resolutionDelayNanos - nowNanos);
    }

    /** Returns whether there is an address, taken or not. */
    public boolean hasFound() {
        return found;
    }

    /** Returns whether there is an answer still to come for this family. */
    public boolean isOpen(StandardProtocolFamily family) {
        return open.contains(family);
    }

    /** Returns whether nothing more will come. What has come may not have been taken. */
    public boolean isComplete() {
        return open.isEmpty();
    }
}
