package dev.connie.race;

/** What became of a connection attempt. */
public enum Outcome {
    /** Still under way when the report was made. */
    RUNNING,
    /**
     * Connected first: this is the connection. In the report of an {@link Opening} that is over: its server spoke
     * first.
     */
    WON,
    /** Closed because another attempt won. */
    LOST,
    /** Failed on the wire: refused, reset, unreachable. In an {@link Opening}, also a server that refused the handshake. */
    FAILED,
    /** Failed on this machine, before any packet left it: no route, no such family, no local port. */
    NOT_SENT,
    /** Still unanswered when the race ran out of time. */
    TIMED_OUT,
    /** Closed because the race was called off. */
    ABANDONED,
    /** Connected, was sent a ClientHello, and said nothing for longer than servers take: see {@link Opening}. */
    MUTE
}
