package dev.connie.race;

import org.jspecify.annotations.Nullable;

/**
 * Numbers that look random: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
 * The same seed gives the same numbers; without one the time of the first use is the seed, so that not all machines that
 * start with the same program do the same. Thread-safe.
 */
final class Chance {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    // Guarded by this. Null until the first use, if there is no seed.
    private @Nullable Long state;

    Chance(@Nullable Long seed) {
        this.state = seed;
    }

    /** Returns a number from 0 to below 1. */
    double next(long nowNanos) {
        return (nextBits(nowNanos) >>> 11) * 0x1.0p-53;
    }

    private synchronized long nextBits(long nowNanos) {
        long next = (state == null ? nowNanos : state) + GOLDEN_GAMMA;
        state = next;
        long bits = (next ^ (next >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
