package dev.connie.testing;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;

/**
 * How far the explorer goes, and what it explores: the interleavings of a few threads, one by one, with a switch at any
 * access to what they share. {@code -Dconnie.explore} says how many of each scenario.
 */
public final class Exploration {
    /** A part of a scenario, on a thread of its own. */
    @FunctionalInterface
    public interface Part {
        void run() throws Exception;
    }

    private static final int INTERLEAVINGS = Integer.getInteger("connie.explore", 8);

    private Exploration() {}

    /** Explores one scenario, which makes what it works on, runs {@link #sideBySide}, and looks at what came of it. */
    public static void explore(Part scenario) {
        for (int tries = 1; ; tries++) {
            try {
                Lincheck.runConcurrentTest(INTERLEAVINGS, () -> play(scenario));
                return;
            } catch (LincheckAssertionError failure) {
                // It gives a run 30 s, and in them rewrites the classes that it meets for the first time: too little on
                // a busy machine. What hangs for good hangs again.
                if (tries == 3 || !failure.getMessage().contains("has hung")) {
                    throw failure;
                }
            }
        }
    }

    private static void play(Part scenario) {
        try {
            scenario.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Runs each part on a thread of its own to its end; fails as the first part that failed. */
    public static void sideBySide(Part... parts) throws Exception {
        List<Thread> threads = new ArrayList<>();
        Throwable[] failures = new Throwable[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int place = i;
            Thread thread = new Thread(() -> {
                try {
                    parts[place].run();
                } catch (Throwable failure) {
                    failures[place] = failure;
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Throwable failure : failures) {
            if (failure != null) {
                throw new AssertionError("a thread failed", failure);
            }
        }
    }

    /** Fails unless this holds. Not AssertJ, for the explorer would follow it into its depths. */
    public static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
