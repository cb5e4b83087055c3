package dev.connie.internal.names;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which addresses are best tried: RFC 6724, section 6, by the rules that an application can know. Stable.
 *
 * <p>Rules 3 (deprecated source addresses), 4 (home addresses) and 7 (native transport) need what only the kernel
 * knows. Rule 9 is for IPv6, within the first 64 bits: among IPv4 addresses it defeats the rotation of answers, and RFC
 * 3484's use of it is widely left out.
 */
public final class DestinationOrder {
    private static final int LINK_LOCAL = 2;
    private static final int SITE_LOCAL = 5;
    private static final int GLOBAL = 14;

    /** Tells which address of this machine packets to another would come from. */
    @FunctionalInterface
    public interface Sources {
        /** Returns the source address; null if there is no way there. */
        @Nullable
        InetAddress sourceFor(InetAddress destination);
    }

    /** One line of the default policy table: RFC 6724, section 2.1. */
    private record Policy(int bits, int precedence, int label, int... prefix) {
        boolean covers(byte[] address) {
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = 0xff << Math.max(0, 8 - (bits - bit)) & 0xff;
                int wanted = bit / 8 < prefix.length ? prefix[bit / 8] : 0;
                if ((address[bit / 8] & mask) != (wanted & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    // The longest prefix first; the last one covers all.
    private static final List<Policy> POLICIES = List.of(
            new Policy(128, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            new Policy(96, 35, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff),
            new Policy(96, 1, 3),
            new Policy(32, 5, 5, 0x20, 0x01, 0, 0),
            new Policy(16, 30, 2, 0x20, 0x02),
            new Policy(16, 1, 12, 0x3f, 0xfe),
            new Policy(10, 1, 11, 0xfe, 0xc0),
            new Policy(7, 3, 13, 0xfc),
            new Policy(0, 40, 1));

    /** An address with what the rules ask of it. */
    private record Candidate(InetAddress address, @Nullable InetAddress source) {
        boolean isUsable() {
            return source != null;
        }

        boolean matchesScope() {
            return source != null && scope(source) == scope(address);
        }

        boolean matchesLabel() {
            return source != null && policy(source).label == policy(address).label;
        }

        int commonPrefix() {
            return source instanceof Inet6Address && address instanceof Inet6Address
                    ? commonPrefix(source.getAddress(), address.getAddress())
                    : 0;
        }

        private static int commonPrefix(byte[] a, byte[] b) {
            for (int i = 0; i < 8; i++) {
                int differing = (a[i] ^ b[i]) & 0xff;
                if (differing != 0) {
                    return 8 * i + Integer.numberOfLeadingZeros(differing) - 24;
                }
            }
            return 64;
        }
    }

    private static final Comparator<Candidate> RULES = Comparator.comparing((Candidate each) -> !each.isUsable())
            .thenComparing(each -> !each.matchesScope())
            .thenComparing(each -> !each.matchesLabel())
            .thenComparing(each -> -policy(each.address).precedence)
            .thenComparing(each -> scope(each.address))
            .thenComparing(DestinationOrder::compareByPrefix);

    private DestinationOrder() {}

    /** Returns the addresses, the best first. */
    public static List<InetAddress> sort(List<InetAddress> addresses, Sources sources) {
        if (addresses.size() < 2) {
            return addresses;
        }
        List<Candidate> candidates = new ArrayList<>(addresses.size());
        for (InetAddress address : addresses) {
            candidates.add(new Candidate(address, sources.sourceFor(address)));
        }
        candidates.sort(RULES);
        return candidates.stream().map(Candidate::address).toList();
    }

    /** Rule 9. An IPv4 address gets here next to another one only: the table tells the families apart. */
    private static int compareByPrefix(Candidate a, Candidate b) {
        return Integer.compare(b.commonPrefix(), a.commonPrefix());
    }

    private static Policy policy(InetAddress address) {
        byte[] bytes = mapped(address);
        for (Policy policy : POLICIES) {
            if (policy.covers(bytes)) {
                return policy;
            }
        }
        throw new AssertionError("the last policy covers all");
    }

    /** Returns the 16 bytes; those of an IPv4-mapped address for IPv4. */
    private static byte[] mapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet4Address)) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    /** RFC 6724, section 3.1 and 3.2. */
    private static int scope(InetAddress address) {
        if (address.isMulticastAddress() && address instanceof Inet6Address) {
            return address.getAddress()[1] & 0xf;
        }
        if (address.isLoopbackAddress() || address.isLinkLocalAddress()) {
            return LINK_LOCAL;
        }
        return address instanceof Inet6Address && address.isSiteLocalAddress() ? SITE_LOCAL : GLOBAL;
    }
}
