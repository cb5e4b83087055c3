package dev.connie.benchmarks.sim;

import java.time.Duration;

/**
 * How much a server can take.
 *
 * @param of what keeps it busy
 * @param nanosEach for how long each of those does; 0 if not at all
 */
record Capacity(Of of, long nanosEach) {
    static final Capacity ENDLESS = new Capacity(Of.CONNECTIONS, 0);

    /** The backlog that {@code java.net.ServerSocket} has unless told otherwise is 50; most servers ask for more. */
    static final int BACKLOG = 128;

    enum Of {
        /**
         * Every connection, until the server has accepted it. With {@value Capacity#BACKLOG} of them waiting, SYNs are
         * dropped, as Linux does it.
         */
        CONNECTIONS,
        /**
         * Every SYN, wanted or not, as in a balancer or a firewall that is at its limit. The answers queue behind each
         * other for up to a second; then SYNs are dropped.
         */
        SYNS
    }

    static Capacity perSecond(Of of, int count) {
        return new Capacity(of, Duration.ofSeconds(1).toNanos() / count);
    }

    boolean isEndless() {
        return nanosEach == 0;
    }

    /** Returns how far behind with its work the server may be and still take a SYN. */
    long longestQueueNanos() {
        return of == Of.SYNS ? Duration.ofSeconds(1).toNanos() : BACKLOG * nanosEach;
    }
}
