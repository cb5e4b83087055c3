package dev.connie.dnsjava;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs tasks later; and tells the time, so that a test may do both. */
interface Timer {
    /** The JVM's own timer thread, which all futures with a timeout share. */
    Timer JVM = new Timer() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Runnable after(long nanos, Runnable task) {
            CompletableFuture<Void> alarm = new CompletableFuture<>();
            alarm.thenRun(task);
            alarm.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
            return () -> alarm.cancel(false);
        }
    };

    long nanoTime();

    /** Runs a task, which must not block, after a while. Returns what calls it off. */
    Runnable after(long nanos, Runnable task);
}
