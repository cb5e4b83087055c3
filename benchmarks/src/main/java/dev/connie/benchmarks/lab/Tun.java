package dev.connie.benchmarks.lab;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A network device whose other end is this program: what the kernel sends to it can be read here, and what is written
 * here the kernel receives from it. See Documentation/networking/tuntap.rst in the kernel's sources.
 *
 * <p>One thread reads, writes and waits; any may wake it.
 */
final class Tun implements AutoCloseable {
    /** More than the largest packet, for the device's MTU stays at 1500. */
    static final int PACKET_CAPACITY = 2048;

    private static final long TUNSETIFF = 0x400454ca;
    private static final short IFF_TUN = 0x0001;
    // No 4 bytes of packet information before each packet.
    private static final short IFF_NO_PI = 0x1000;
    // struct ifreq of netdevice(7): a name of 16 bytes and a union of 24.
    private static final int SIZE_OF_IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;
    // struct pollfd of poll(2): int fd, short events, short revents.
    private static final int SIZE_OF_POLLFD = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final int device;
    private final int wakeup;
    private final String name;
    private final Memory polled = Libc.zeros(2 * SIZE_OF_POLLFD);
    private final Memory timeout = Libc.zeros(2 * Long.BYTES);

    /** @param namePattern the device's name, in which the kernel puts a number for {@code %d} */
    Tun(String namePattern) throws IOException {
        int opened = Libc.check(
                Libc.open("/dev/net/tun", Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "open /dev/net/tun");
        try (Memory request = Libc.zeros(SIZE_OF_IFREQ)) {
            request.setString(0, namePattern);
            request.setShort(IFREQ_FLAGS, (short) (IFF_TUN | IFF_NO_PI));
            Libc.check(Libc.ioctl(opened, TUNSETIFF, request), "create a TUN device");
            name = request.getString(0);
            wakeup = Libc.check(Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC), "eventfd");
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(opened);
            throw e;
        }
        device = opened;
        polled.setInt(0, device);
        polled.setShort(4, Libc.POLLIN);
        polled.setInt(SIZE_OF_POLLFD, wakeup);
        polled.setShort(SIZE_OF_POLLFD + 4, Libc.POLLIN);
    }

    /** The device's name. */
    String name() {
        return name;
    }

    /**
     * Reads one packet to the start of a direct buffer.
     *
     * @return its length, 0 if there is none now
     */
    int read(ByteBuffer packet) throws IOException {
        long length = Libc.read(device, packet, packet.capacity());
        if (length < 0) {
            int error = Libc.lastError();
            if (error == Libc.EAGAIN || error == Libc.EINTR) {
                return 0;
            }
            throw Libc.failure("read from " + name);
        }
        return (int) length;
    }

    /** Writes the packet at the start of a direct buffer. */
    void write(ByteBuffer packet, int length) throws IOException {
        if (Libc.write(device, packet, length) != length) {
            throw Libc.failure("write to " + name);
        }
    }

    /** Waits until there is a packet, {@link #wake} was called or the time is over, negative for ever. */
    void await(long nanos) throws IOException {
        Memory limit = null;
        if (nanos >= 0) {
            limit = timeout;
            limit.setLong(0, nanos / NANOS_PER_SECOND);
            limit.setLong(Long.BYTES, nanos % NANOS_PER_SECOND);
        }
        if (Libc.ppoll(polled, 2, limit, null) < 0 && Libc.lastError() != Libc.EINTR) {
            throw Libc.failure("ppoll");
        }
    }

    /** Ends this and every later {@link #await}. */
    void wake() throws IOException {
        ByteBuffer one = ByteBuffer.allocateDirect(Long.BYTES).order(java.nio.ByteOrder.nativeOrder());
        one.putLong(0, 1);
        if (Libc.write(wakeup, one, Long.BYTES) < 0) {
            throw Libc.failure("write to an eventfd");
        }
    }

    /** Lets the device vanish, with its routes. No thread may be in another method. */
    @Override
    public void close() {
        Libc.close(device);
        Libc.close(wakeup);
        polled.close();
        timeout.close();
    }
}
