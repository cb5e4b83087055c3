package dev.connie;

import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.net.InetSocketAddress;

/** A listener that cannot break a race: what it throws goes to the thread's uncaught exception handler. */
final class GuardedListener implements RaceListener {
    /** Tells nobody. */
    static final RaceListener NONE = new RaceListener() {};

    private final RaceListener listener;

    GuardedListener(RaceListener listener) {
        this.listener = listener;
    }

    @Override
    public void attemptStarted(InetSocketAddress address) {
        guard(() -> listener.attemptStarted(address));
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        guard(() -> listener.attemptEnded(attempt));
    }

    @Override
    public void raceFinished(RaceReport report) {
        guard(() -> listener.raceFinished(report));
    }

    private static void guard(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    private static void report(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable ignored) {
            // The JVM, too, ignores what a handler throws.
        }
    }
}
