package dev.connie.benchmarks.lab;

/**
 * What was seen of an address, or of several together.
 *
 * @param syns the SYNs that clients sent, each retransmission counted
 * @param handshakes the connections that servers accepted
 * @param resets the RST packets that went by, in either direction
 */
public record Traffic(long syns, long handshakes, long resets) {
    public static final Traffic NONE = new Traffic(0, 0, 0);

    Traffic plus(Traffic other) {
        return new Traffic(syns + other.syns, handshakes + other.handshakes, resets + other.resets);
    }

    boolean isAtLeast(Traffic other) {
        return syns >= other.syns && handshakes >= other.handshakes && resets >= other.resets;
    }
}
