package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Replica.Family;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Who has which address in a {@link TunLab}. Every address has two forms, which differ in one bit: the real one, which
 * is of this machine, and the one across, which is reached through the TUN device.
 *
 * <ul>
 *   <li>IPv4: 198.18.c.r and 198.19.c.r. The range 198.18.0.0/15 is for benchmarks of networks (RFC 2544, appendix
 *       C.2.2), and is in use nowhere else.
 *   <li>IPv6: fd00:18::c.r and fd00:19::c.r, unique local addresses (RFC 4193). 2001:2::/48 is IPv6's range for
 *       benchmarks (RFC 5180), and too small to be taken in two by one bit of the first 32.
 * </ul>
 *
 * <p>Here c is the copy and r the replica, both counted from 1, a byte each. What has c = 0 is no server's: the client
 * is 0.1, the router of an unreachable host 0.254.
 */
final class Plan {
    /** The first 2 bytes of this machine's IPv4 addresses. */
    static final int REAL_4 = 198 << 8 | 18;
    /** The first 4 bytes of this machine's IPv6 addresses. */
    static final int REAL_6 = 0xfd000018;
    /** The bit that is different across. */
    static final int SIDE = 1;

    static final InetAddress CLIENT_4 = server(Family.IPV4, -1, 0);
    static final InetAddress CLIENT_6 = server(Family.IPV6, -1, 0);
    static final InetAddress ACROSS_4 = across(Family.IPV4, -1, -1);
    static final InetAddress ACROSS_6 = across(Family.IPV6, -1, -1);
    static final InetAddress ROUTER_4 = across(Family.IPV4, -1, 253);
    static final InetAddress ROUTER_6 = across(Family.IPV6, -1, 253);

    private Plan() {}

    /** Returns the address at which a server listens. */
    static InetAddress server(Family family, int copy, int replica) {
        return address(family, 0, copy, replica);
    }

    /** Returns the address at which a client finds it. */
    static InetAddress across(Family family, int copy, int replica) {
        return address(family, SIDE, copy, replica);
    }

    private static InetAddress address(Family family, int side, int copy, int replica) {
        ByteBuffer bytes = family == Family.IPV4
                ? ByteBuffer.allocate(4).putShort((short) (REAL_4 | side))
                : ByteBuffer.allocate(16).putInt(REAL_6 | side);
        int end = bytes.capacity();
        bytes.put(end - 2, (byte) (copy + 1)).put(end - 1, (byte) (replica + 1));
        return Lab.address(null, bytes.array());
    }
}
