package dev.connie.benchmarks.lab;

import java.time.Duration;

/** Tells since when a deployment is up, and so which faults are there. Immutable. */
final class FaultClock {
    private final long startNanos;

    /** @param startNanos when the deployment began, by {@link System#nanoTime} */
    FaultClock(long startNanos) {
        this.startNanos = startNanos;
    }

    /** Returns what is wrong with a replica at that time. */
    Fault faultOf(Replica replica, long nowNanos) {
        return isFaulty(replica, nowNanos) ? replica.fault() : Fault.NONE;
    }

    private boolean isFaulty(Replica replica, long nowNanos) {
        if (replica.fault() == Fault.NONE) {
            return false;
        }
        long sinceStart = nowNanos - startNanos;
        Duration until = replica.faultUntil();
        return sinceStart >= replica.faultFrom().toNanos() && (until == null || sinceStart < until.toNanos());
    }

    /** Returns how long it is until a replica's fault begins or ends, {@link Long#MAX_VALUE} if it stays as it is. */
    long nanosUntilChange(Replica replica, long nowNanos) {
        if (replica.fault() == Fault.NONE) {
            return Long.MAX_VALUE;
        }
        long sinceStart = nowNanos - startNanos;
        long begins = replica.faultFrom().toNanos() - sinceStart;
        if (begins > 0) {
            return begins;
        }
        Duration until = replica.faultUntil();
        long ends = until == null ? 0 : until.toNanos() - sinceStart;
        return ends > 0 ? ends : Long.MAX_VALUE;
    }
}
