package dev.connie.benchmarks;

import java.time.Duration;

/**
 * How much a benchmark measures.
 *
 * @param rounds how many times each contender calls in each scenario
 * @param gap the time from the start of one call to that of the next, of whichever contender
 * @param seed decides all that is drawn: orders of calls and of addresses, and what the lab loses
 */
record Settings(int rounds, Duration gap, long seed) {
    Settings {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1: " + rounds);
        }
    }
}
