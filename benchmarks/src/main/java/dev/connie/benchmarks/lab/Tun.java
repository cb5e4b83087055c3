package dev.connie.benchmarks.lab;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A network device whose other end is this program: what the kernel sends to it can be read here, and what is written
 * here the kernel receives from it. See Documentation/networking/tuntap.rst in the kernel's sources. For one thread.
 *
 * <p>Java has no door to these system calls. The numbers are those of {@code asm-generic} on 64-bit Linux, which x86_64,
 * aarch64 and riscv64 share; there {@code long}, {@code size_t} and pointers have 64 bits.
 */
final class Tun implements AutoCloseable {
    /** More than the largest packet, for the device's MTU stays at 1500. */
    static final int PACKET_CAPACITY = 2048;

    private static final int READ_WRITE_NONBLOCKING_CLOSE_ON_EXEC = 2 | 0x800 | 0x80000;
    private static final long TUNSETIFF = 0x400454ca;
    // IFF_TUN, and IFF_NO_PI: no 4 bytes of packet information before each packet.
    private static final short IP_PACKETS_ALONE = 0x0001 | 0x1000;
    // struct ifreq of netdevice(7): a name of 16 bytes and a union of 24.
    private static final int SIZE_OF_IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;
    // struct pollfd of poll(2): int fd, short events, short revents.
    private static final int SIZE_OF_POLLFD = 8;
    private static final short POLLIN = 1;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    static {
        if (Native.LONG_SIZE != Long.BYTES || Native.POINTER_SIZE != Long.BYTES) {
            throw new UnsupportedOperationException("The WAN lab needs a 64-bit JVM.");
        }
        Native.register(Tun.class, "c");
    }

    private final int device;
    private final String name;
    private final Memory polled = zeros(SIZE_OF_POLLFD);
    private final Memory timeout = zeros(2 * Long.BYTES);

    private static native int open(String path, int flags);

    private static native int close(int descriptor);

    private static native long read(int descriptor, ByteBuffer directAtPosition0, long count);

    private static native long write(int descriptor, ByteBuffer directAtPosition0, long count);

    private static native int ioctl(int descriptor, long request, Pointer argument);

    private static native int ppoll(Pointer descriptors, long count, Pointer timeout, @Nullable Pointer signals);

    private static native int prctl(int option, long value, long unused3, long unused4, long unused5);

    private static native String strerror(int error);

    /** @param namePattern the device's name, in which the kernel puts a number for {@code %d} */
    Tun(String namePattern) throws IOException {
        device = (int) check(open("/dev/net/tun", READ_WRITE_NONBLOCKING_CLOSE_ON_EXEC), "open /dev/net/tun");
        try (Memory request = zeros(SIZE_OF_IFREQ)) {
            request.setString(0, namePattern);
            request.setShort(IFREQ_FLAGS, IP_PACKETS_ALONE);
            check(ioctl(device, TUNSETIFF, request), "create a TUN device");
            name = request.getString(0);
        } catch (IOException | RuntimeException | Error e) {
            close(device);
            throw e;
        }
        polled.setInt(0, device);
        polled.setShort(4, POLLIN);
    }

    private static Memory zeros(int size) {
        Memory memory = new Memory(size);
        memory.clear();
        return memory;
    }

    /** Returns what a system call returned, unless that is an error. */
    private static long check(long result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + strerror(Native.getLastError()));
        }
        return result;
    }

    /** The device's name. */
    String name() {
        return name;
    }

    /** Lets this thread's timers be late by a nanosecond, not by the usual 50 microseconds: see prctl(2). */
    static void wakeThisThreadInTime() {
        prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    }

    /** Reads one packet to the start of a direct buffer. Returns its length, 0 if there is none now. */
    int read(ByteBuffer packet) throws IOException {
        long length = read(device, packet, packet.capacity());
        boolean none = length < 0 && (Native.getLastError() == EAGAIN || Native.getLastError() == EINTR);
        return none ? 0 : (int) check(length, "read from " + name);
    }

    /** Writes the packet at the start of a direct buffer. */
    void write(ByteBuffer packet, int length) throws IOException {
        check(write(device, packet, length), "write to " + name);
    }

    /** Waits until there is a packet or the time is over. */
    void await(long nanos) throws IOException {
        timeout.setLong(0, nanos / NANOS_PER_SECOND);
        timeout.setLong(Long.BYTES, nanos % NANOS_PER_SECOND);
        int ready = ppoll(polled, 1, timeout, null);
        check(ready < 0 && Native.getLastError() == EINTR ? 0 : ready, "ppoll");
    }

    /** Lets the device vanish, with its routes. No thread may be in another method. */
    @Override
    public void close() {
        close(device);
        polled.close();
        timeout.close();
    }
}
