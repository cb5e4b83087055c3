package dev.connie;

import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.net.InetSocketAddress;

/** A listener that cannot break a race: what it throws goes to the thread's uncaught exception handler. */
final class GuardedListener {
    private final RaceListener listener;

    GuardedListener(RaceListener listener) {
        this.listener = listener;
    }

    void attemptStarted(InetSocketAddress address) {
        guard(() -> listener.attemptStarted(address));
    }

    void attemptEnded(AttemptReport attempt) {
        guard(() -> listener.attemptEnded(attempt));
    }

    void raceFinished(RaceReport report) {
        guard(() -> listener.raceFinished(report));
    }

    private static void guard(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
