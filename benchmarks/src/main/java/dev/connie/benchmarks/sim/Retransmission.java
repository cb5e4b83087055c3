package dev.connie.benchmarks.sim;

/** When a kernel sends a SYN again that is not answered. */
enum Retransmission {
    /** After 1, 3, 7, 15 s: RFC 6298. */
    DOUBLING {
        @Override
        long nanosAfterStart(int transmission) {
            return ((1L << transmission) - 1) * SECOND;
        }
    },
    /** After 1, 2, 3, 4, 5 s, then doubling: Linux since 6.5, by {@code net.ipv4.tcp_syn_linear_timeouts}. */
    LINEAR {
        @Override
        long nanosAfterStart(int transmission) {
            return transmission <= LINEAR_TIMEOUTS + 1
                    ? transmission * SECOND
                    : LINEAR_TIMEOUTS * SECOND + DOUBLING.nanosAfterStart(transmission - LINEAR_TIMEOUTS);
        }
    };

    private static final long SECOND = 1_000_000_000;
    private static final int LINEAR_TIMEOUTS = 4;

    /** Returns the time from the first SYN of an attempt, which is transmission 0. */
    abstract long nanosAfterStart(int transmission);
}
