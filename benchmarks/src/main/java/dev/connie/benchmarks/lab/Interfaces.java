package dev.connie.benchmarks.lab;

import com.sun.jna.Memory;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Sets network devices up, as the program {@code ip} would, which is not everywhere. By the older interface of
 * netdevice(7), ipv6(7) and {@code linux/route.h}, which is an ioctl on any socket of the address family; the newer one,
 * netlink, takes far more code.
 */
final class Interfaces implements AutoCloseable {
    private static final long SIOCADDRT = 0x890B;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCSIFADDR = 0x8916;
    private static final long SIOCSIFNETMASK = 0x891c;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final int IFF_UP = 1;
    private static final int RTF_UP = 1;

    // struct ifreq: char ifr_name[16], then a union.
    private static final int SIZE_OF_IFREQ = 40;
    private static final int IFREQ_UNION = 16;
    // struct in6_ifreq: struct in6_addr, u32 prefix length, int interface index.
    private static final int SIZE_OF_IN6_IFREQ = 24;
    // struct rtentry: long pad, then three struct sockaddr of 16 bytes: destination, gateway, netmask; ...
    private static final int SIZE_OF_RTENTRY = 120;
    private static final int RTENTRY_DESTINATION = 8;
    private static final int RTENTRY_NETMASK = 40;
    private static final int RTENTRY_FLAGS = 56;
    private static final int RTENTRY_DEVICE = 88;
    // struct in6_rtmsg: three struct in6_addr: destination, source, gateway; u32 type, u16 prefix length, ...
    private static final int SIZE_OF_IN6_RTMSG = 80;
    private static final int IN6_RTMSG_METRIC = 56;
    private static final int IN6_RTMSG_PREFIX_LENGTH = 52;
    private static final int IN6_RTMSG_FLAGS = 72;
    private static final int IN6_RTMSG_INDEX = 76;
    private static final int METRIC = 1;

    private static final Path IPV6_ADDRESSES = Path.of("/proc/net/if_inet6");
    private static final int IFA_F_TENTATIVE = 0x40;
    private static final long POLL_NANOS = 200_000;
    private static final long TEN_SECONDS = 10_000_000_000L;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int NETLINK_ROUTE = 0;
    private static final short RTM_NEWLINK = 16;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;
    private static final short IFLA_TXQLEN = 13;
    private static final int SIZE_OF_NLMSGHDR = 16;
    private static final int SIZE_OF_TXQLEN_MESSAGE = 40;

    private final int family;
    private final int socket;

    private Interfaces(int family) throws IOException {
        this.family = family;
        socket = Libc.check(Libc.socket(family, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0), "socket");
    }

    static Interfaces ipv4() throws IOException {
        return new Interfaces(Libc.AF_INET);
    }

    /** @throws IOException if the kernel has no IPv6 */
    static Interfaces ipv6() throws IOException {
        return new Interfaces(Libc.AF_INET6);
    }

    void up(String device) throws IOException {
        try (Memory request = request(device)) {
            Libc.check(Libc.ioctl(socket, SIOCGIFFLAGS, request), "flags of " + device);
            request.setShort(IFREQ_UNION, (short) (request.getShort(IFREQ_UNION) | IFF_UP));
            Libc.check(Libc.ioctl(socket, SIOCSIFFLAGS, request), "bring up " + device);
        }
    }

    /**
     * Sets how many packets may wait to be sent by a device; more are dropped. By rtnetlink(7), for the ioctl does that
     * only for who is root outside of namespaces.
     */
    void queueLength(String device, int packets) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(SIZE_OF_TXQLEN_MESSAGE).order(ByteOrder.nativeOrder());
        // struct nlmsghdr: u32 length, u16 type, u16 flags, u32 sequence number, u32 port.
        message.putInt(SIZE_OF_TXQLEN_MESSAGE).putShort(RTM_NEWLINK).putShort((short) (NLM_F_REQUEST | NLM_F_ACK));
        message.putInt(0).putInt(0);
        // struct ifinfomsg: u8 family, pad, u16 type, int index, u32 flags, u32 change.
        message.putInt(0).putInt(index(device)).putInt(0).putInt(0);
        // struct rtattr: u16 length, u16 type; then its value.
        message.putShort((short) 8).putShort(IFLA_TXQLEN).putInt(packets).rewind();
        // The kernel has answered when the write returns, so there is nothing to wait for.
        int type = SOCK_RAW | SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        int netlink = Libc.check(Libc.socket(AF_NETLINK, type, NETLINK_ROUTE), "netlink socket");
        try {
            Libc.check((int) Libc.write(netlink, message, SIZE_OF_TXQLEN_MESSAGE), "write to netlink");
            Libc.check((int) Libc.read(netlink, message, SIZE_OF_TXQLEN_MESSAGE), "read from netlink");
            // struct nlmsgerr: the header and a negative error, 0 if there is none.
            int error = message.getInt(SIZE_OF_NLMSGHDR);
            if (error != 0) {
                throw new IOException("queue length of " + device + ": error " + -error);
            }
        } finally {
            Libc.close(netlink);
        }
    }

    /**
     * Gives a device an IPv4 address, in place of the one that it has by that label.
     *
     * @param label the device's name, or that and a colon and more, for one address of several
     */
    void address(String label, Inet4Address address, Inet4Address netmask) throws IOException {
        try (Memory request = request(label)) {
            sockaddr(request, IFREQ_UNION, address);
            Libc.check(Libc.ioctl(socket, SIOCSIFADDR, request), "add " + address + " to " + label);
            sockaddr(request, IFREQ_UNION, netmask);
            Libc.check(Libc.ioctl(socket, SIOCSIFNETMASK, request), "set netmask of " + label);
        }
    }

    /**
     * Gives a device one more IPv6 address, unless it has that already. The kernel lets nobody use it before
     * {@link #awaitIpv6Addresses}.
     */
    void address(String device, Inet6Address address) throws IOException {
        try (Memory request = Libc.zeros(SIZE_OF_IN6_IFREQ)) {
            request.write(0, address.getAddress(), 0, 16);
            request.setInt(16, 128);
            request.setInt(20, index(device));
            if (Libc.ioctl(socket, SIOCSIFADDR, request) < 0 && Libc.lastError() != Libc.EEXIST) {
                throw Libc.failure("add " + address + " to " + device);
            }
        }
    }

    /**
     * Waits until all IPv6 addresses may be used. The kernel does not look for duplicates on devices like ours, but even
     * that it finds out in a thread of its own, and until then one cannot bind to an address.
     */
    static void awaitIpv6Addresses() throws IOException {
        long deadline = System.nanoTime() + TEN_SECONDS;
        while (Files.readAllLines(IPV6_ADDRESSES).stream().anyMatch(Interfaces::isTentative)) {
            if (deadline - System.nanoTime() < 0) {
                throw new IOException("for 10 s the kernel has not let its IPv6 addresses be used");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** A line is the address, then index, prefix length, scope and flags in hexadecimal, then the device's name. */
    private static boolean isTentative(String line) {
        return (Integer.parseInt(line.split(" +")[4], 16) & IFA_F_TENTATIVE) != 0;
    }

    void route(Inet4Address network, Inet4Address netmask, String device) throws IOException {
        try (Memory request = Libc.zeros(SIZE_OF_RTENTRY);
                Memory name = new Memory(device.length() + 1)) {
            name.setString(0, device);
            sockaddr(request, RTENTRY_DESTINATION, network);
            sockaddr(request, RTENTRY_NETMASK, netmask);
            request.setShort(RTENTRY_FLAGS, (short) RTF_UP);
            request.setPointer(RTENTRY_DEVICE, name);
            Libc.check(Libc.ioctl(socket, SIOCADDRT, request), "route " + network + " to " + device);
        }
    }

    void route(Inet6Address network, int prefixLength, String device) throws IOException {
        try (Memory request = Libc.zeros(SIZE_OF_IN6_RTMSG)) {
            request.write(0, network.getAddress(), 0, 16);
            request.setShort(IN6_RTMSG_PREFIX_LENGTH, (short) prefixLength);
            request.setInt(IN6_RTMSG_METRIC, METRIC);
            request.setInt(IN6_RTMSG_FLAGS, RTF_UP);
            request.setInt(IN6_RTMSG_INDEX, index(device));
            Libc.check(Libc.ioctl(socket, SIOCADDRT, request), "route " + network + " to " + device);
        }
    }

    @Override
    public void close() {
        Libc.close(socket);
    }

    private int index(String device) throws IOException {
        try (Memory request = request(device)) {
            Libc.check(Libc.ioctl(socket, SIOCGIFINDEX, request), "index of " + device);
            return request.getInt(IFREQ_UNION);
        }
    }

    private static Memory request(String device) {
        Memory request = Libc.zeros(SIZE_OF_IFREQ);
        request.setString(0, device);
        return request;
    }

    /** Writes a struct sockaddr_in: u16 family, u16 port, 4 bytes of address. */
    private void sockaddr(Memory memory, int offset, Inet4Address address) {
        memory.setShort(offset, (short) family);
        memory.setShort(offset + 2, (short) 0);
        memory.write(offset + 4L, address.getAddress(), 0, 4);
    }
}
