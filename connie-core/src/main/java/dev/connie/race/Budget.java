package dev.connie.race;

/**
 * How many extra attempts the races of one policy may make: a bucket of tokens. Each race puts in a share of a token, each
 * extra attempt takes one out. It starts full, so that the first races can learn. Thread-safe.
 *
 * <p>A ratio and a small reserve are what Finagle's RetryBudget and gRPC's retryThrottling bound retries by: the ratio bounds
 * what a policy adds to the load in the long run, the reserve what all clients of a server that dies add at once.
 */
final class Budget {
    /** Counted in millionths, which add up exactly. */
    private static final long TOKEN = 1_000_000;

    private final long sharePerRace;
    private final long capacity;
    // Written under this lock. Read without it to see that there is nothing to add.
    private volatile long left;

    /**
     * @param share the tokens that each race puts in
     * @param reserve the tokens that can be saved up
     */
    Budget(double share, int reserve) {
        this.sharePerRace = Math.round(share * TOKEN);
        // Without a share there is nothing to begin with either.
        this.capacity = sharePerRace == 0 ? 0 : reserve * TOKEN;
        this.left = this.capacity;
    }

    void raceBegins() {
        // As a rule it is full, and races side by side do not wait for each other.
        if (left < capacity) {
            add(sharePerRace);
        }
    }

    private synchronized void add(long tokens) {
        left = Math.min(capacity, left + tokens);
    }

    /** Takes a token, if there is one. */
    boolean take() {
        return take(TOKEN);
    }

    /** Takes a token, unless it is the last one: for an attempt that can wait. */
    boolean takeSpare() {
        return take(2 * TOKEN);
    }

    /** Takes a token, if none is missing: for an attempt that may wait for ever. */
    boolean takeIfFull() {
        return take(Math.max(TOKEN, capacity));
    }

    private synchronized boolean take(long ifLeft) {
        if (left < ifLeft) {
            return false;
        }
        left -= TOKEN;
        return true;
    }

    /** Puts back a token that was taken for an attempt which was not made. */
    void giveBack() {
        add(TOKEN);
    }
}
