package dev.connie.internal.drive;

import static dev.connie.testing.Exploration.check;
import static dev.connie.testing.Exploration.explore;
import static dev.connie.testing.Exploration.sideBySide;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Permits in every interleaving of races that take them and give them back. */
@Timeout(300)
class AttemptPermitsInterleavings {
    @Test
    void no_more_are_out_than_there_are_and_all_come_back() {
        explore(() -> {
            AttemptPermits permits = new AttemptPermits(1);
            AtomicInteger held = new AtomicInteger();
            sideBySide(
                    () -> takeAndGiveBack(permits, held),
                    () -> takeAndGiveBack(permits, held),
                    () -> takeAndGiveBack(permits, held));
            check(permits.available() == 1, "a permit is lost");
        });
    }

    private static void takeAndGiveBack(AttemptPermits permits, AtomicInteger held) {
        if (permits.tryAcquire()) {
            check(held.incrementAndGet() == 1, "two have the one permit");
            held.decrementAndGet();
            permits.release(1);
        }
    }
}
