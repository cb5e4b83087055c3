package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Deployment;
import dev.connie.benchmarks.lab.Traffic;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for the packets that are still on their way when the last call has ended. */
final class Quiet {
    /** Longer than any scenario's round trip, shorter than the second after which a SYN is sent again. */
    private static final Duration SILENCE = Duration.ofMillis(300);

    private static final Duration AT_MOST = Duration.ofSeconds(5);

    private Quiet() {}

    /** Returns when nothing was counted for a while: the counts are final then. */
    static void await(Deployment deployment, int copies) {
        long start = System.nanoTime();
        long lastChange = start;
        Traffic last = total(deployment, copies);
        long now = start;
        while (now - lastChange < SILENCE.toNanos() && now - start < AT_MOST.toNanos()) {
            LockSupport.parkNanos(SILENCE.toNanos() / 10);
            now = System.nanoTime();
            Traffic traffic = total(deployment, copies);
            if (!traffic.equals(last)) {
                last = traffic;
                lastChange = now;
            }
        }
    }

    private static Traffic total(Deployment deployment, int copies) {
        Traffic sum = Traffic.NONE;
        for (int copy = 0; copy < copies; copy++) {
            sum = sum.plus(deployment.traffic(copy));
        }
        return sum;
    }
}
