package dev.connie.race;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Lists of addresses, as a race sees them. */
final class Addresses {
    private Addresses() {}

    /** What makes two addresses the same destination. Inet6Address.equals leaves out the scope. */
    record Destination(InetAddress address, int scopeId, int port) {
        /** Returns an equal one that holds an address object of its own, without a host name. */
        Destination copy() {
            try {
                return new Destination(InetAddress.getByAddress(address.getAddress()), scopeId, port);
            } catch (IOException impossible) {
                throw new AssertionError("an address of the wrong length", impossible);
            }
        }
    }

    /** Returns the addresses in the same order, equal ones once. */
    static List<InetSocketAddress> distinct(Collection<InetSocketAddress> addresses) {
        // As a rule all are, which is found out in half the time: unlike the set, a destination heeds the scope.
        if (addresses.size() == 1 || new HashSet<>(addresses).size() == addresses.size()) {
            return List.copyOf(addresses);
        }
        Map<Destination, InetSocketAddress> first = new LinkedHashMap<>();
        for (InetSocketAddress address : addresses) {
            first.putIfAbsent(destination(address), address);
        }
        return List.copyOf(first.values());
    }

    /** @throws IllegalArgumentException if one is unresolved */
    static void requireResolved(List<InetSocketAddress> addresses) {
        // By index: the iterator of an immutable list is an object that stays one.
        for (int i = 0; i < addresses.size(); i++) {
            InetSocketAddress address = addresses.get(i);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("unresolved address: " + format(address));
            }
        }
    }

    static boolean isSame(InetSocketAddress address, InetSocketAddress other) {
        return destination(address).equals(destination(other));
    }

    static Destination destination(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        int scopeId = ip instanceof Inet6Address ip6 ? ip6.getScopeId() : 0;
        return new Destination(ip, scopeId, address.getPort());
    }

    static boolean isIpv6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }

    /**
     * Interleaves the address families: RFC 8305, section 4. The family that leads gets {@code firstFamilyCount}
     * places, then the families take turns; within a family the order stays.
     */
    static List<InetSocketAddress> interleave(
            List<InetSocketAddress> addresses, boolean ipv6Leads, int firstFamilyCount) {
        if (areOfOneFamily(addresses)) {
            return addresses;
        }
        Queue<InetSocketAddress> leading = new ArrayDeque<>();
        Queue<InetSocketAddress> other = new ArrayDeque<>();
        for (InetSocketAddress address : addresses) {
            (isIpv6(address) == ipv6Leads ? leading : other).add(address);
        }
        List<InetSocketAddress> result = new ArrayList<>(addresses.size());
        for (int i = 0; i < firstFamilyCount && !leading.isEmpty(); i++) {
            result.add(leading.remove());
        }
        while (!leading.isEmpty() || !other.isEmpty()) {
            if (!other.isEmpty()) {
                result.add(other.remove());
            }
            if (!leading.isEmpty()) {
                result.add(leading.remove());
            }
        }
        return result;
    }

    private static boolean areOfOneFamily(List<InetSocketAddress> addresses) {
        for (InetSocketAddress address : addresses) {
            if (isIpv6(address) != isIpv6(addresses.get(0))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the address and port as in a URL, without the host's name: {@code 192.0.2.1:443, [2001:db8::1]:443}. */
    static String format(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        return ip instanceof Inet6Address ip6
                ? "[" + compress(ip6) + "]:" + address.getPort()
                : ip.getHostAddress() + ":" + address.getPort();
    }

    /** RFC 5952, section 4.2: the longest run of zero groups, if of two or more, becomes "::". */
    private static String compress(Inet6Address ip6) {
        String text = ip6.getHostAddress();
        int percent = text.indexOf('%');
        String zone = percent < 0 ? "" : text.substring(percent);
        String[] groups = (percent < 0 ? text : text.substring(0, percent)).split(":");
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < groups.length; start++) {
            int end = start;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        if (bestStart < 0) {
            return String.join(":", groups) + zone;
        }
        List<String> all = List.of(groups);
        return String.join(":", all.subList(0, bestStart))
                + "::"
                + String.join(":", all.subList(bestStart + bestLength, all.size()))
                + zone;
    }
}
