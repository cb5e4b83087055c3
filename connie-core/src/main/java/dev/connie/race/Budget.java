package dev.connie.race;

/**
 * How many extra attempts the races of one policy may make: a bucket of tokens. Each race puts in a share of a token, each
 * extra attempt takes one out. It starts full, so that the first races can learn. Thread-safe.
 */
final class Budget {
    /** Counted in millionths, which add up exactly. */
    private static final long TOKEN = 1_000_000;

    private final long sharePerRace;
    private final long capacity;
    // Guarded by this.
    private long left;

    /**
     * @param share the tokens that each race puts in
     * @param capacity the tokens that the bucket holds
     */
    Budget(double share, int capacity) {
        this.sharePerRace = Math.round(share * TOKEN);
        // Without a share there is nothing to begin with either.
        this.capacity = sharePerRace == 0 ? 0 : capacity * TOKEN;
        this.left = this.capacity;
    }

    synchronized void raceBegins() {
        left = Math.min(capacity, left + sharePerRace);
    }

    /** Takes a token, if there is one. */
    synchronized boolean take() {
        if (left < TOKEN) {
            return false;
        }
        left -= TOKEN;
        return true;
    }

    /** Puts back a token that was taken for an attempt which was not made. */
    synchronized void giveBack() {
        left = Math.min(capacity, left + TOKEN);
    }
}
