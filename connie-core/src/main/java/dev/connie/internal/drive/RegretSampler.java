package dev.connie.internal.drive;

import dev.connie.race.AttemptReport;
import dev.connie.race.RegretReport;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Picks the races whose losers are watched until they end: by chance one race in so many, but never more than a few at
 * a time, since each loser costs a descriptor for as long as it is watched. Thread-safe.
 */
public final class RegretSampler {
    /** How long losers are watched at most; less if the race had less time. */
    public static final long MAX_WATCH_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How many races are watched at a time. */
    public static final int MAX_WATCHES = 4;

    /** Named, they are loaded with this class, before a race may find no descriptor to load them by. */
    static final List<Class<?>> NEEDED = List.of(LosersWatch.class, RegretReport.class);

    private final int oneRaceIn;
    private final SelectorLoop loop;
    private final @Nullable PolicyFeedback feedback;
    private final AtomicInteger watches = new AtomicInteger();

    public RegretSampler(int oneRaceIn, SelectorLoop loop, @Nullable PolicyFeedback feedback) {
        this.oneRaceIn = oneRaceIn;
        this.loop = loop;
        this.feedback = feedback;
    }

    /** Returns whether to watch the losers of the race that was just won. If so, {@link #watch} or {@link #letGo} must follow. */
    public boolean picks() {
        if (ThreadLocalRandom.current().nextInt(oneRaceIn) != 0) {
            return false;
        }
        if (watches.incrementAndGet() > MAX_WATCHES) {
            letGo();
            return false;
        }
        return true;
    }

    /** Says that a race which {@link #picks} picked is watched no more. */
    void letGo() {
        watches.decrementAndGet();
    }

    /** Has the losers watched; if that is not possible, they are closed at once. */
    void watch(LosersWatch losers) {
        boolean watched = false;
        try {
            loop.touch(losers);
            watched = true;
        } catch (RuntimeException | OutOfMemoryError ignored) {
            // No thread, or the connector is closed: the race is won all the same.
        } finally {
            if (!watched) {
                losers.end(null);
                letGo();
            }
        }
    }

    /** Is told of the end of a watch, and how its losers ended; {@code complete} unless it was called off. */
    public void ended(List<AttemptReport> losers, boolean complete) {
        letGo();
        if (complete && feedback != null) {
            long now = System.nanoTime();
            for (AttemptReport loser : losers) {
                feedback.loserFinished(loser, now);
            }
        }
    }
}
