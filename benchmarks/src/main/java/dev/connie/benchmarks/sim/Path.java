package dev.connie.benchmarks.sim;

import java.time.Duration;

/**
 * What comes of a SYN to an address, as long as nothing changes.
 *
 * @param rttNanos the least time from a SYN to its answer
 * @param jitterNanos what comes on top of it in the mean; exponentially distributed, so that few answers are very late
 * @param synLoss the share of SYNs that are lost on their way, from 0 to 1
 */
record Path(Kind kind, long rttNanos, long jitterNanos, double synLoss) {
    enum Kind {
        ACCEPTS,
        REFUSES,
        DROPS
    }

    static Path accepts(double rttMillis, double jitterMillis) {
        return new Path(Kind.ACCEPTS, Math.round(rttMillis * 1e6), Math.round(jitterMillis * 1e6), 0);
    }

    static Path accepts(Duration rtt, Duration jitter) {
        return new Path(Kind.ACCEPTS, rtt.toNanos(), jitter.toNanos(), 0);
    }

    static Path refuses(double rttMillis) {
        return new Path(Kind.REFUSES, Math.round(rttMillis * 1e6), 0, 0);
    }

    /** A black hole. */
    static Path drops() {
        return new Path(Kind.DROPS, 0, 0, 0);
    }

    Path losing(double share) {
        return new Path(kind, rttNanos, jitterNanos, share);
    }
}
