package dev.connie.benchmarks.lab;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that Java has no door to, and what they are told on 64-bit Linux, where {@code long},
 * {@code size_t} and pointers have 64 bits. The numbers are those of {@code asm-generic}, which x86_64, aarch64 and
 * riscv64 share.
 */
final class Libc {
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;
    static final short POLLIN = 1;
    static final int F_SETFD = 2;
    static final int FD_CLOEXEC = 1;
    static final int PR_SET_TIMERSLACK = 29;
    static final int EAGAIN = 11;
    static final int EINTR = 4;
    static final int EEXIST = 17;

    static {
        if (Native.LONG_SIZE != Long.BYTES || Native.POINTER_SIZE != Long.BYTES) {
            throw new UnsupportedOperationException("The WAN lab needs a 64-bit JVM.");
        }
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int open(String path, int flags);

    static native int close(int descriptor);

    /** The buffer must be direct and at its position 0. */
    static native long read(int descriptor, ByteBuffer buffer, long count);

    /** The buffer must be direct and at its position 0. */
    static native long write(int descriptor, ByteBuffer buffer, long count);

    static native int socket(int family, int type, int protocol);

    static native int ioctl(int descriptor, long request, Pointer argument);

    static native int eventfd(int value, int flags);

    static native int ppoll(Pointer descriptors, long count, @Nullable Pointer timeout, @Nullable Pointer signals);

    static native int prctl(int option, long value, long unused3, long unused4, long unused5);

    static native int fcntl(int descriptor, int command, long argument);

    static native int execv(String program, Pointer arguments);

    private static native String strerror(int error);

    /** Returns what a system call returned, unless that is an error. */
    static int check(int result, String call) throws IOException {
        if (result < 0) {
            throw failure(call);
        }
        return result;
    }

    /** Returns the error of this thread's last system call. */
    static IOException failure(String call) {
        return new IOException(call + ": " + strerror(Native.getLastError()));
    }

    static int lastError() {
        return Native.getLastError();
    }

    /** Returns memory that is all zeros. */
    static Memory zeros(int size) {
        Memory memory = new Memory(size);
        memory.clear();
        return memory;
    }
}
