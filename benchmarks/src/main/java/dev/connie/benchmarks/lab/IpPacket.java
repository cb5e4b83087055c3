package dev.connie.benchmarks.lab;

import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 packet in a buffer that is used for many, and what the lab's router asks of it and does to it. Not
 * thread-safe.
 */
final class IpPacket {
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;

    private static final int TCP = 6;
    private static final byte ICMP = 1;
    private static final byte ICMPV6 = 58;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_HEADER = 20;
    private static final int ICMP_HEADER = 8;
    // RFC 792: destination unreachable, host unreachable.
    private static final short ICMP_HOST_UNREACHABLE = 3 << 8 | 1;
    // RFC 4443, section 3.1: destination unreachable, address unreachable.
    private static final short ICMPV6_ADDRESS_UNREACHABLE = 1 << 8 | 3;
    private static final byte HOPS = 64;

    private final ByteBuffer bytes;
    private int length;

    /** @param bytes big-endian; the packet begins at 0, whatever the position */
    IpPacket(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void length(int newLength) {
        length = newLength;
    }

    /** Whether it is TCP as these kernels send it, neither in fragments nor with IPv6 extension headers. */
    boolean isTcp() {
        if (length < IPV4_HEADER) {
            return false;
        }
        if (isIpv6()) {
            return length >= IPV6_HEADER + 20 && bytes.get(6) == TCP;
        }
        return version() == 4 && bytes.get(9) == TCP && length >= tcp() + 20;
    }

    boolean isIpv6() {
        return version() == 6;
    }

    private int version() {
        return bytes.get(0) >> 4 & 0xf;
    }

    /** Whether it comes from an address of this machine and goes to one across. */
    boolean crossesSides() {
        int real = isIpv6() ? Plan.REAL_6 : Plan.REAL_4;
        return network(addressAt(false)) == real && network(addressAt(true)) == (real ^ Plan.SIDE);
    }

    private int network(int address) {
        return isIpv6() ? bytes.getInt(address) : Short.toUnsignedInt(bytes.getShort(address));
    }

    /** The copy that the destination belongs to, or the source; -1 if none. */
    int copy(boolean ofDestination) {
        return Byte.toUnsignedInt(bytes.get(addressAt(ofDestination) + addressSize() - 2)) - 1;
    }

    /** The replica that the destination belongs to, or the source; -1 if none. */
    int replica(boolean ofDestination) {
        return Byte.toUnsignedInt(bytes.get(addressAt(ofDestination) + addressSize() - 1)) - 1;
    }

    int port(boolean ofDestination) {
        return Short.toUnsignedInt(bytes.getShort(tcp() + (ofDestination ? 2 : 0)));
    }

    int sequenceNumber() {
        return bytes.getInt(tcp() + 4);
    }

    int flags() {
        return bytes.get(tcp() + 13);
    }

    /** Whether it asks for a connection. */
    boolean isSyn() {
        return (flags() & (SYN | ACK)) == SYN;
    }

    boolean isReset() {
        return (flags() & RST) != 0;
    }

    /**
     * Moves source and destination to the other side each. Checksums stay right: a packet goes from one side to the
     * other, so of the same 16-bit word (RFC 1071) one address gains what the other loses.
     */
    void swapSides() {
        for (int address : new int[] {addressAt(false), addressAt(true)}) {
            int index = address + (isIpv6() ? 3 : 1);
            bytes.put(index, (byte) (bytes.get(index) ^ Plan.SIDE));
        }
    }

    /**
     * Turns it into a router's answer to its sender that the host cannot be reached. By what that quotes the kernel
     * finds the connection; it quotes all of a SYN (RFC 1812, section 4.3.2.3; RFC 4443, section 3.1).
     */
    void becomeUnreachable() {
        byte[] quote = new byte[length];
        bytes.get(0, quote);
        byte[] sender = new byte[addressSize()];
        bytes.get(addressAt(false), sender);
        int message = ICMP_HEADER + quote.length;
        int start = isIpv6() ? IPV6_HEADER : IPV4_HEADER;
        length = start + message;
        if (isIpv6()) {
            bytes.putInt(0, 6 << 28).putShort(4, (short) message).put(6, ICMPV6).put(7, HOPS);
        } else {
            bytes.putShort(0, (short) (4 << 12 | IPV4_HEADER / 4 << 8)).putShort(2, (short) length);
            bytes.putInt(4, 0).put(8, HOPS).put(9, ICMP).putShort(10, (short) 0);
        }
        bytes.put(addressAt(false), (isIpv6() ? Plan.ROUTER_6 : Plan.ROUTER_4).getAddress());
        bytes.put(addressAt(true), sender);
        bytes.putShort(start, isIpv6() ? ICMPV6_ADDRESS_UNREACHABLE : ICMP_HOST_UNREACHABLE);
        bytes.putShort(start + 2, (short) 0).putInt(start + 4, 0).put(start + ICMP_HEADER, quote);
        long pseudoHeader = 0;
        if (isIpv6()) {
            // Both addresses, the length and the protocol (RFC 8200, section 8.1).
            pseudoHeader = sum(addressAt(false), 32) + message + ICMPV6;
        } else {
            bytes.putShort(10, checksum(0, IPV4_HEADER, 0));
        }
        bytes.putShort(start + 2, checksum(start, message, pseudoHeader));
    }

    /** The checksum of RFC 1071, of what is in the buffer and what was summed up already. */
    private short checksum(int start, int count, long already) {
        long sum = already + sum(start, count);
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    private long sum(int start, int count) {
        long sum = 0;
        for (int i = 0; i + 1 < count; i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(start + i));
        }
        return count % 2 == 0 ? sum : sum + ((bytes.get(start + count - 1) & 0xff) << 8);
    }

    private int addressAt(boolean ofDestination) {
        return (isIpv6() ? 8 : 12) + (ofDestination ? addressSize() : 0);
    }

    private int addressSize() {
        return isIpv6() ? 16 : 4;
    }

    private int tcp() {
        return isIpv6() ? IPV6_HEADER : (bytes.get(0) & 0xf) * 4;
    }
}
