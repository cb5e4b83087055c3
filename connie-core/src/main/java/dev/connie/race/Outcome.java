package dev.connie.race;

/** What became of a connection attempt. */
public enum Outcome {
    /** Still under way when the report was made. */
    RUNNING,
    /** Connected first: this is the connection. */
    WON,
    /** Closed because another attempt won. */
    LOST,
    /** Failed on the wire: refused, reset, unreachable. */
    FAILED,
    /** Failed on this machine, before any packet left it. */
    NOT_SENT,
    /** Still unanswered when the race ran out of time. */
    TIMED_OUT,
    /** Closed because the race was called off. */
    ABANDONED
}
