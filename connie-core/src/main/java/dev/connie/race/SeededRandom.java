package dev.connie.race;

import org.jspecify.annotations.Nullable;

/**
 * Numbers that look random: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
 * The same seed gives the same numbers; without one the time of the first use is the seed, so that not all machines that
 * start with the same program do the same. Thread-safe.
 */
final class SeededRandom {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    // Guarded by this.
    private boolean seeded;
    private long state;

    SeededRandom(@Nullable Long seed) {
        if (seed != null) {
            seeded = true;
            state = seed;
        }
    }

    /** Returns a number from 0 to below 1. */
    double next(long nowNanos) {
        return (nextBits(nowNanos) >>> 11) * 0x1.0p-53;
    }

    private synchronized long nextBits(long nowNanos) {
        if (!seeded) {
            seeded = true;
            state = nowNanos;
        }
        state += GOLDEN_GAMMA;
        long bits = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
