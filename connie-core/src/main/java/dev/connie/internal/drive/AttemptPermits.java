package dev.connie.internal.drive;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bound on attempts in flight beyond the first of each race, so that a storm of races cannot eat all descriptors. The
 * first attempt of a race never asks; a race whose extra attempt is refused a permit goes on with those in flight, and
 * asks again.
 */
public final class AttemptPermits {
    private static final int UNLESS_SET = 1024;

    // Written once.
    private static @Nullable AttemptPermits process;

    private final AtomicInteger available;

    public AttemptPermits(int limit) {
        this.available = new AtomicInteger(limit);
    }

    /**
     * Returns the bound of this process: {@code -Ddev.connie.maxExtraAttempts}, or 1024.
     *
     * @throws IllegalArgumentException if that is no number of attempts; each time, until it is
     */
    public static synchronized AttemptPermits ofProcess() {
        if (process == null) {
            process = new AttemptPermits(new RaceSettings(System::getProperty).maxExtraAttempts(UNLESS_SET));
        }
        return process;
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
