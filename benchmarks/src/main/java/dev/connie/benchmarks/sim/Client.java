package dev.connie.benchmarks.sim;

import dev.connie.race.RacePolicy;

/** A process that makes calls: one policy for all of them, and one bound on extra attempts, as in the library. */
final class Client {
    /** The library's default. */
    static final int MAX_EXTRA_ATTEMPTS = 1024;

    private final RacePolicy policy;
    private int extraAttemptsLeft = MAX_EXTRA_ATTEMPTS;

    Client(RacePolicy policy) {
        this.policy = policy;
    }

    RacePolicy policy() {
        return policy;
    }

    boolean tryAcquireExtra() {
        if (extraAttemptsLeft == 0) {
            return false;
        }
        extraAttemptsLeft--;
        return true;
    }

    void releaseExtra() {
        extraAttemptsLeft++;
    }
}
