package dev.connie.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets contenders call side by side: in each round every one of them calls once, in an order of the round's own, a gap
 * apart.
 *
 * <p>A call starts when its turn comes, whether or not those before it have ended (an open loop). So one that waits for a
 * timeout does not hold up the others, whatever disturbs the machine meets all contenders alike, and a contender that is
 * slow is not let off with fewer calls.
 */
final class Rounds {
    private final ExecutorService callers;
    private final Duration gap;
    private final Random random;

    Rounds(ExecutorService callers, Duration gap, long seed) {
        this.callers = callers;
        this.gap = gap;
        this.random = new Random(seed);
    }

    /**
     * Starts all calls, and returns while the last of them run.
     *
     * @param running each call is registered here while it runs
     */
    void run(List<Tally> contenders, String host, int rounds, Phaser running) {
        List<Tally> order = new ArrayList<>(contenders);
        long due = System.nanoTime();
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (Tally contender : order) {
                running.register();
                callers.execute(() -> {
                    try {
                        contender.call(host);
                    } finally {
                        running.arriveAndDeregister();
                    }
                });
                due += gap.toNanos();
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        }
    }
}
