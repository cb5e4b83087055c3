package dev.connie.internal.drive;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bound on attempts in flight beyond the first of each race, so that a storm of races cannot eat all descriptors. The
 * first attempt of a race never asks; a race whose extra attempt is refused a permit goes on with those in flight, and
 * asks again.
 */
public final class AttemptPermits {
    private static final String PROPERTY = "dev.connie.maxExtraAttempts";

    /** The bound of this process: {@code -Ddev.connie.maxExtraAttempts}, or 1024. */
    public static final AttemptPermits PROCESS = new AttemptPermits(Math.max(0, Integer.getInteger(PROPERTY, 1024)));

    private final AtomicInteger available;

    public AttemptPermits(int limit) {
        this.available = new AtomicInteger(limit);
    }

    public boolean tryAcquire() {
        if (available.get() <= 0) {
            return false;
        }
        if (available.getAndDecrement() > 0) {
            return true;
        }
        available.incrementAndGet();
        return false;
    }

    public void release(int count) {
        available.addAndGet(count);
    }

    public int available() {
        return available.get();
    }
}
