package dev.connie.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rows of a table, each with a bar that grows while the fetch it shows is under way. */
final class LiveRow implements AutoCloseable {
    /** What one character of a bar stands for. */
    static final Duration CELL = Duration.ofMillis(250);

    private static final int CELLS = 24;

    /**
     * How a fetch went.
     *
     * @param answer what it brought; null if it failed
     */
    record Fetched(Duration time, @Nullable String answer) {}

    private final PrintStream out;
    private final ExecutorService client = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "demo client");
        thread.setDaemon(true);
        return thread;
    });

    LiveRow(PrintStream out) {
        this.out = out;
    }

    /** Prints the title, a bar that grows until the fetch is over, and its time; leaves the line open for more. */
    Fetched show(String title, UnaryOperator<String> colour, Callable<String> fetch) throws InterruptedException {
        out.printf("  %-12s  %s", title, colour.apply("|"));
        out.flush();
        AtomicInteger cells = new AtomicInteger();
        Fetched fetched = run(fetch, () -> {
            if (cells.get() < CELLS) {
                cells.incrementAndGet();
                out.print(colour.apply("#"));
                out.flush();
            }
        });
        out.print(" ".repeat(CELLS - cells.get()) + String.format("  %8s", inWords(fetched.time())));
        return fetched;
    }

    /** Shows nothing. */
    Fetched time(Callable<String> fetch) throws InterruptedException {
        return run(fetch, () -> {});
    }

    private Fetched run(Callable<String> fetch, Runnable everyCell) throws InterruptedException {
        Future<Fetched> running = client.submit(() -> timed(fetch));
        // Each in the middle of its cell, so that a bar is as long as its time rounded.
        long nextCellNanos = System.nanoTime() + CELL.toNanos() / 2;
        while (true) {
            try {
                return running.get(nextCellNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException stillRunning) {
                everyCell.run();
                nextCellNanos += CELL.toNanos();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a client failed in a way no network makes it fail", e.getCause());
            }
        }
    }

    /** Runs a fetch. That nobody answers is a result like others. */
    private static Fetched timed(Callable<String> fetch) throws Exception {
        long startNanos = System.nanoTime();
        String answer;
        try {
            answer = fetch.call();
        } catch (IOException nobodyAnswered) {
            answer = null;
        }
        return new Fetched(Duration.ofNanos(System.nanoTime() - startNanos), answer);
    }

    private static String inWords(Duration time) {
        double millis = time.toNanos() / 1e6;
        return millis < 1000
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
