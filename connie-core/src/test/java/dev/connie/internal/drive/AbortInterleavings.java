package dev.connie.internal.drive;

import static dev.connie.testing.Exploration.explore;
import static dev.connie.testing.Exploration.sideBySide;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The switch in every interleaving of a thread that waits and one that ends the wait. */
@Timeout(300)
class AbortInterleavings {
    @Test
    void no_abort_is_missed_by_a_thread_about_to_park() {
        explore(() -> {
            Abort abort = new Abort();
            sideBySide(abort::abort, () -> {
                abort.willPark();
                while (!abort.isAborted()) {
                    LockSupport.park();
                }
                abort.waitsNoMore();
            });
        });
    }
}
