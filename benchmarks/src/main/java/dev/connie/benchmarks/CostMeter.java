package dev.connie.benchmarks;

import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import dev.connie.benchmarks.Measurement.Cost;
import dev.connie.benchmarks.lab.Lab;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;

/**
 * Measures what calls cost this process while nothing else runs.
 *
 * <p>CPU time is that of Java threads: the callers and what the contender started, but neither the lab's threads nor the
 * compiler's or the collector's. (The operating system's account of the process counts in steps of 10 ms, which is more
 * than twenty connects take.) A thread that ends meanwhile takes its time with it; the clients keep theirs for longer.
 */
final class CostMeter {
    /** Enough that the first calls, which start threads, do not make up the figure. */
    private static final int CALLS = 40;

    private static final Duration GAP = Duration.ofMillis(5);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ExecutorService callers;

    CostMeter(ExecutorService callers) {
        this.callers = callers;
    }

    /** Opens a contender of this kind, lets it call, and closes it. */
    Cost measure(Kind kind, Site site, String host) throws IOException {
        Set<Thread> before = new HashSet<>(Callers.allThreads());
        Set<Thread> others = ConcurrentHashMap.newKeySet();
        try (Contender contender = kind.factory().open(site)) {
            Contender observed = name -> {
                try {
                    return contender.reach(name);
                } finally {
                    // Before the connection is closed, while whatever carried it is still there.
                    others.addAll(Callers.allThreads());
                }
            };
            Tally tally = new Tally(kind.name(), observed);
            callAndWait(tally, host, 2);
            Map<Long, Long> start = cpuNanos();
            callAndWait(tally, host, CALLS);
            long used = 0;
            for (Map.Entry<Long, Long> thread : cpuNanos().entrySet()) {
                used += thread.getValue() - start.getOrDefault(thread.getKey(), 0L);
            }
            others.removeAll(before);
            others.removeIf(thread -> Callers.isOne(thread) || Lab.isThread(thread));
            return new Cost((double) used / CALLS, others.size());
        }
    }

    private void callAndWait(Tally tally, String host, int calls) {
        Phaser running = new Phaser(1);
        new Rounds(callers, GAP, 0).run(List.of(tally), host, calls, running);
        running.arriveAndAwaitAdvance();
    }

    private Map<Long, Long> cpuNanos() {
        Map<Long, Long> nanos = new HashMap<>();
        for (Thread thread : Callers.allThreads()) {
            if (!Lab.isThread(thread)) {
                nanos.put(thread.getId(), Math.max(0, threads.getThreadCpuTime(thread.getId())));
            }
        }
        return nanos;
    }
}
