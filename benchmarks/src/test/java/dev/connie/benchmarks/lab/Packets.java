package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Replica.Family;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Packets as a kernel sends them, with right checksums. */
final class Packets {
    static final int CLIENT_PORT = 40_000;
    static final int SERVER_PORT = 12_345;

    private Packets() {}

    /** What the client sends to a server across. */
    static IpPacket toServer(Family family, int copy, int replica, int flags, int sequenceNumber) {
        InetAddress client = family == Family.IPV4 ? Plan.CLIENT_4 : Plan.CLIENT_6;
        return tcp(client, Plan.across(family, copy, replica), CLIENT_PORT, SERVER_PORT, flags, sequenceNumber);
    }

    /** What a server sends to a client, who for it is across. */
    static IpPacket toClient(int copy, int replica, int flags) {
        byte[] client = Plan.CLIENT_4.getAddress();
        client[1] ^= Plan.SIDE;
        return tcp(Plan.server(Family.IPV4, copy, replica), address(client), SERVER_PORT, CLIENT_PORT, flags, 7);
    }

    static IpPacket tcp(InetAddress source, InetAddress destination, int from, int to, int flags, int number) {
        ByteBuffer bytes = ByteBuffer.allocate(Tun.PACKET_CAPACITY);
        byte[] a = source.getAddress();
        byte[] b = destination.getAddress();
        ByteBuffer tcp = ByteBuffer.allocate(24)
                .putShort((short) from)
                .putShort((short) to)
                .putInt(number)
                .putInt(0)
                .putShort((short) (6 << 12 | flags))
                .putShort((short) 64_240)
                .putInt(0)
                // The maximum segment size, 1460.
                .putInt(0x020405b4);
        tcp.putShort(16, checksum(tcp.array(), sum(a) + sum(b) + 6 + tcp.capacity()));
        if (a.length == 4) {
            byte[] header = ByteBuffer.allocate(20)
                    .putInt(0x45000000 | 20 + tcp.capacity())
                    .putInt(0x12344000)
                    .putInt(64 << 24 | 6 << 16)
                    .put(a)
                    .put(b)
                    .array();
            bytes.put(ByteBuffer.wrap(header).putShort(10, checksum(header, 0)).rewind());
        } else {
            bytes.putInt(6 << 28).putShort((short) tcp.capacity()).put((byte) 6).put((byte) 64);
            bytes.put(a).put(b);
        }
        bytes.put(tcp.array());
        IpPacket packet = new IpPacket(bytes);
        packet.length(bytes.position());
        return packet;
    }

    static byte[] bytes(IpPacket packet) {
        byte[] result = new byte[packet.length()];
        packet.bytes().get(0, result);
        return result;
    }

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** RFC 1071, as plainly as can be: of something whose own checksum is right, this is 0. */
    static short checksum(byte[] bytes, long already) {
        long sum = already + sum(bytes);
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    static long sum(byte[] bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (long) (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }
}
