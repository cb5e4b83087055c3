package dev.connie.httpclient5;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that wakes the races of all asynchronous clients: a daemon that starts with the first race and ends when
 * there has been none for a while.
 *
 * <p>Not {@link java.util.concurrent.CompletableFuture#delayedExecutor}, whose tasks cannot be taken back: every race would
 * stay in memory for its connect timeout, which is three minutes unless set. And not the reactor's own timeouts, which it
 * looks at once in a {@code selectInterval} only, a second unless set.
 */
final class RaceTimer {
    private static final long IDLE_SECONDS = 10;

    private static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "connie-httpclient5-timer");
        thread.setDaemon(true);
        // The thread outlives the web application that happens to race first, and must not keep it in memory.
        thread.setContextClassLoader(null);
        return thread;
    });

    static {
        EXECUTOR.setRemoveOnCancelPolicy(true);
        EXECUTOR.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        EXECUTOR.allowCoreThreadTimeOut(true);
    }

    private RaceTimer() {}

    /** Runs a task, which must not block, on the timer's thread. */
    static Future<?> after(long nanos, Runnable task) {
        return EXECUTOR.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /** Wakes one race at the earliest of the times that it was set to. Guarded by the race's lock. */
    static final class Alarm {
        private final Runnable race;
        private @Nullable Future<?> timer;
        private long wakeNanos;

        Alarm(Runnable race) {
            this.race = race;
        }

        /** Wakes the race after so long, or earlier if it is to be woken earlier anyway: it then sets this anew. */
        void set(long nanos, long nowNanos) {
            if (nanos == Long.MAX_VALUE) {
                return;
            }
            if (timer != null && !timer.isDone()) {
                if (wakeNanos - (nowNanos + nanos) <= 0) {
                    return;
                }
                timer.cancel(false);
            }
            wakeNanos = nowNanos + nanos;
            timer = after(nanos, race);
        }

        /** Is told that the race is awake; perhaps an earlier setting woke it that came too late to be taken back. */
        void rang(long nowNanos) {
            if (wakeNanos - nowNanos <= 0) {
                timer = null;
            }
        }

        void off() {
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }
}
