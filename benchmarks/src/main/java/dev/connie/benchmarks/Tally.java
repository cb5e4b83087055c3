package dev.connie.benchmarks;

import dev.connie.benchmarks.Measurement.Failure;
import dev.connie.benchmarks.lab.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Times the calls of one contender. Thread-safe. */
final class Tally {
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

    Contender contender() {
        return contender;
    }

    /** Makes one call and takes its time. */
    void call(String host) {
        long start = System.nanoTime();
        try {
            Closeable connection = contender.reach(host);
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
