package dev.connie.benchmarks.sim;

/**
 * What comes of a SYN to an address, as long as nothing changes.
 *
 * @param kind how the address answers
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
        return new Path(Kind.ACCEPTS, nanos(rttMillis), nanos(jitterMillis), 0);
    }

    static Path refuses(double rttMillis) {
        return new Path(Kind.REFUSES, nanos(rttMillis), 0, 0);
    }

    /** A black hole. */
    static Path drops() {
        return new Path(Kind.DROPS, 0, 0, 0);
    }

    Path losing(double share) {
        return new Path(kind, rttNanos, jitterNanos, share);
    }

    private static long nanos(double millis) {
        return Math.round(millis * 1e6);
    }
}
