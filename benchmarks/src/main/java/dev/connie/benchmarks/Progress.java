package dev.connie.benchmarks;

import java.io.PrintWriter;

/** Tells the user what goes on, a line for each thing. Not thread-safe. */
public final class Progress {
    private final PrintWriter out;
    private final int steps;
    private final long start = System.nanoTime();
    private int step;

    public Progress(PrintWriter out, int steps) {
        this.out = out;
        this.steps = steps;
    }

    /** Says what is done next. */
    public void next(String what) {
        step++;
        out.printf("[%3d s] %d/%d %s%n", (System.nanoTime() - start) / 1_000_000_000, step, steps, what);
        out.flush();
    }
}
