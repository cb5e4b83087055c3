package dev.connie.benchmarks.lab;

import java.util.SplittableRandom;

/**
 * Random numbers that depend on what they are for and on nothing else: whoever makes the n-th connect to an address
 * meets the same luck, whatever happened at other addresses or copies before.
 */
public final class Luck {
    /** What a number is drawn for, so that what is lost is not also what is late. */
    public enum Draw {
        LOSS,
        SYN_LOSS,
        JITTER
    }

    private final long seed;

    public Luck(long seed) {
        this.seed = seed;
    }

    /** Returns a number from 0 to less than 1. */
    public double draw(Draw draw, int replica, long connect, boolean toServer, long transmission) {
        long hash = mix(seed);
        hash = mix(hash ^ (long) replica << 8 ^ draw.ordinal() << 1 ^ (toServer ? 1 : 0));
        hash = mix(hash ^ connect);
        return new SplittableRandom(hash ^ transmission).nextDouble();
    }

    private static long mix(long value) {
        return new SplittableRandom(value).nextLong();
    }
}
