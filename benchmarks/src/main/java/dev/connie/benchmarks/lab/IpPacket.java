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
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
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
        return isIpv6()
                ? bytes.getInt(sourceAt()) == Plan.REAL_6 && bytes.getInt(destinationAt()) == (Plan.REAL_6 ^ Plan.SIDE)
                : Short.toUnsignedInt(bytes.getShort(sourceAt())) == Plan.REAL_4
                        && Short.toUnsignedInt(bytes.getShort(destinationAt())) == (Plan.REAL_4 ^ Plan.SIDE);
    }

    /** The copy that the destination belongs to, or the source; -1 if none. */
    int copy(boolean ofDestination) {
        int address = ofDestination ? destinationAt() : sourceAt();
        return (isIpv6()
                        ? Short.toUnsignedInt(bytes.getShort(address + 12))
                        : Byte.toUnsignedInt(bytes.get(address + 2)))
                - 1;
    }

    /** The replica that the destination belongs to, or the source; -1 if none. */
    int replica(boolean ofDestination) {
        int address = ofDestination ? destinationAt() : sourceAt();
        return (isIpv6()
                        ? Short.toUnsignedInt(bytes.getShort(address + 14))
                        : Byte.toUnsignedInt(bytes.get(address + 3)))
                - 1;
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
        int side = isIpv6() ? 3 : 1;
        flip(sourceAt() + side);
        flip(destinationAt() + side);
    }

    private void flip(int index) {
        bytes.put(index, (byte) (bytes.get(index) ^ Plan.SIDE));
    }

    /** Turns it into a router's answer to its sender that the host cannot be reached. */
    void becomeUnreachable() {
        if (isIpv6()) {
            becomeAddressUnreachable();
        } else {
            becomeHostUnreachable();
        }
    }

    /** RFC 792: its IP header and the first 64 bits after that are quoted, by which the kernel finds the connection. */
    private void becomeHostUnreachable() {
        byte[] quote = new byte[tcp() + 8];
        bytes.get(0, quote);
        int sender = bytes.getInt(sourceAt());
        length = IPV4_HEADER + ICMP_HEADER + quote.length;
        bytes.put(0, (byte) (4 << 4 | IPV4_HEADER / 4));
        bytes.put(1, (byte) 0);
        bytes.putShort(2, (short) length);
        bytes.putInt(4, 0);
        bytes.put(8, HOPS);
        bytes.put(9, (byte) ICMP);
        bytes.putShort(10, (short) 0);
        bytes.put(12, Plan.ROUTER_4.getAddress());
        bytes.putInt(16, sender);
        bytes.putShort(10, checksum(0, IPV4_HEADER, 0));
        icmp(IPV4_HEADER, ICMP_HOST_UNREACHABLE, quote, 0);
    }

    /** RFC 4443, section 3.1: as much is quoted as fits into 1280 bytes, so all of a SYN. */
    private void becomeAddressUnreachable() {
        byte[] quote = new byte[length];
        bytes.get(0, quote);
        byte[] sender = new byte[16];
        bytes.get(sourceAt(), sender);
        int payload = ICMP_HEADER + quote.length;
        length = IPV6_HEADER + payload;
        bytes.putInt(0, 6 << 28);
        bytes.putShort(4, (short) payload);
        bytes.put(6, (byte) ICMPV6);
        bytes.put(7, HOPS);
        bytes.put(8, Plan.ROUTER_6.getAddress());
        bytes.put(24, sender);
        // The pseudo-header: both addresses, the length and the protocol (RFC 8200, section 8.1).
        icmp(IPV6_HEADER, ICMPV6_ADDRESS_UNREACHABLE, quote, sum(8, 32) + payload + ICMPV6);
    }

    private void icmp(int start, short typeAndCode, byte[] quote, long pseudoHeader) {
        bytes.putShort(start, typeAndCode);
        bytes.putShort(start + 2, (short) 0);
        bytes.putInt(start + 4, 0);
        bytes.put(start + ICMP_HEADER, quote);
        bytes.putShort(start + 2, checksum(start, ICMP_HEADER + quote.length, pseudoHeader));
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

    private int sourceAt() {
        return isIpv6() ? 8 : 12;
    }

    private int destinationAt() {
        return isIpv6() ? 24 : 16;
    }

    private int tcp() {
        return isIpv6() ? IPV6_HEADER : (bytes.get(0) & 0xf) * 4;
    }
}
