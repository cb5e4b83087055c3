package dev.connie.benchmarks;

import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import dev.connie.benchmarks.Measurement.Failure;
import dev.connie.benchmarks.lab.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Contenders side by side, each at a site of its own: in each round every one of them calls once, in an order of the
 * round's own, a gap apart.
 *
 * <p>A call starts when its turn comes, whether or not those before it have ended (an open loop). So one that waits for a
 * timeout does not hold up the others, whatever disturbs the machine meets all contenders alike, and a contender that is
 * slow is not let off with fewer calls.
 */
final class Trial implements AutoCloseable {
    private final List<Tally> tallies = new ArrayList<>();
    private final Phaser running = new Phaser(1);
    // A thread for each call that is under way.
    private final ExecutorService callers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "benchmark-caller");
        thread.setDaemon(true);
        return thread;
    });

    private Trial() {}

    /** Opens the contenders; the n-th at the n-th site. */
    static Trial open(List<Kind> kinds, IntFunction<Site> sites) throws IOException {
        var trial = new Trial();
        try {
            for (Kind kind : kinds) {
                Contender contender = kind.factory().apply(sites.apply(trial.tallies.size()));
                trial.tallies.add(new Tally(kind.name(), contender));
            }
            return trial;
        } catch (RuntimeException e) {
            trial.close();
            throw e;
        }
    }

    /** Starts all calls, and returns while the last of them run. */
    void start(Settings settings, String host) {
        List<Tally> order = new ArrayList<>(tallies);
        var random = new Random(settings.seed());
        long due = System.nanoTime();
        for (int round = 0; round < settings.rounds(); round++) {
            Collections.shuffle(order, random);
            for (Tally tally : order) {
                running.register();
                callers.execute(() -> {
                    try {
                        tally.call(host);
                    } finally {
                        running.arriveAndDeregister();
                    }
                });
                due += settings.gap().toNanos();
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        }
    }

    /** Waits for the last calls, and closes the contenders. */
    @Override
    public void close() throws IOException {
        running.arriveAndAwaitAdvance();
        callers.shutdown();
        for (Tally tally : tallies) {
            tally.contender.client().close();
        }
    }

    /** What each contender did, once closed. */
    List<Measurement> measurements(IntFunction<@Nullable Traffic> seen) {
        return IntStream.range(0, tallies.size())
                .mapToObj(i -> tallies.get(i).measurement(seen.apply(i)))
                .toList();
    }

    /** Times the calls of one contender. Thread-safe. */
    static final class Tally {
        private final String name;
        private final Contender contender;
        // Guarded by this, like the next two.
        private final List<Long> nanos = new ArrayList<>();
        private final List<Long> failedNanos = new ArrayList<>();
        private final Map<String, Long> failures = new HashMap<>();

        Tally(String name, Contender contender) {
            this.name = name;
            this.contender = contender;
        }

        /** Makes one call and takes its time. */
        void call(String host) {
            long start = System.nanoTime();
            try {
                Closeable connection = contender.call().reach(host);
                long took = System.nanoTime() - start;
                connection.close();
                synchronized (this) {
                    nanos.add(took);
                }
            } catch (IOException | RuntimeException e) {
                long took = System.nanoTime() - start;
                synchronized (this) {
                    failedNanos.add(took);
                    // Without the message: it names addresses and ports, and would be another one each time.
                    failures.merge(e.getClass().getSimpleName(), 1L, Long::sum);
                }
            }
        }

        synchronized Measurement measurement(@Nullable Traffic traffic) {
            List<Failure> sorted = failures.entrySet().stream()
                    .map(entry -> new Failure(entry.getKey(), entry.getValue()))
                    .sorted(Comparator.comparingLong(Failure::count).reversed())
                    .toList();
            return new Measurement(name, nanos, failedNanos, sorted, traffic);
        }
    }
}
