package dev.connie.internal.observe;

import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener that cannot break a race: what it throws goes to the thread's uncaught exception handler. */
public final class GuardedListener implements RaceListener {
    /** A listener that tells nobody. */
    public static final RaceListener NONE = new RaceListener() {};

    private final RaceListener listener;
    // The listener that is told after this one; null if there is none.
    private final @Nullable GuardedListener other;

    public GuardedListener(RaceListener listener) {
        this(listener, null);
    }

    private GuardedListener(RaceListener listener, @Nullable GuardedListener other) {
        this.listener = listener;
        this.other = other;
    }

    /** Returns a listener that tells both; null if there is none. */
    public static @Nullable GuardedListener of(@Nullable RaceListener listener, @Nullable GuardedListener other) {
        return listener == null ? other : new GuardedListener(listener, other);
    }

    @Override
    public void attemptStarted(InetSocketAddress address) {
        tell(each -> each.attemptStarted(address));
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        tell(each -> each.attemptEnded(attempt));
    }

    @Override
    public void raceFinished(RaceReport report) {
        tell(each -> each.raceFinished(report));
    }

    @Override
    public void openingFinished(RaceReport report) {
        tell(each -> each.openingFinished(report));
    }

    @Override
    public void losersFinished(RegretReport report) {
        tell(each -> each.losersFinished(report));
    }

    private void tell(Consumer<RaceListener> call) {
        try {
            call.accept(listener);
        } catch (Throwable thrown) {
            report(thrown);
        }
        if (other != null) {
            other.tell(call);
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
