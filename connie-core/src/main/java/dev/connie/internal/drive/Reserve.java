package dev.connie.internal.drive;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Addresses that join a race when all others have failed, or when there is no winner for a while. */
record Reserve(List<InetSocketAddress> addresses, long sinceNanos) {
    /** The delay that RFC 8305, section 8, recommends between two attempts. */
    private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Returns how long until they join, at least 0. */
    long nanosUntilDue(long nowNanos) {
        return Math.max(0, DELAY_NANOS - (nowNanos - sinceNanos));
    }
}
