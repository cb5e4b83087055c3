package dev.connie.benchmarks.sim;

/**
 * What became of a call.
 *
 * @param call which one
 * @param nanos the time to connect, or to fail
 * @param connected whether it connected
 * @param first the number of the server that was tried first
 * @param winner the number of the server that it connected to; -1 if it did not
 * @param attempts how many connection attempts started
 * @param syns the SYNs that were sent, retransmissions included
 * @param discarded the attempts that a server answered, or would have by what reached it, for nothing: another had won
 * @param oracleNanos the time to connect to the address that was the fastest live one, with the same luck; -1 if none
 *     was live
 */
record Outcome(
        Call call,
        long nanos,
        boolean connected,
        int first,
        int winner,
        int attempts,
        int syns,
        int discarded,
        long oracleNanos) {}
