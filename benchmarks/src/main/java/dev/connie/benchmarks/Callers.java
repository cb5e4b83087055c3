package dev.connie.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that make the calls. */
final class Callers {
    private static final String NAME = "benchmark-caller";

    private Callers() {}

    /** As many as there are calls at once; to be shut down. */
    static ExecutorService open() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, NAME);
            thread.setDaemon(true);
            return thread;
        });
    }

    static boolean isOne(Thread thread) {
        return thread.getName().equals(NAME);
    }

    /** All threads of this process that live now, Java's only. */
    static List<Thread> allThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        while (true) {
            Thread[] found = new Thread[root.activeCount() + 64];
            int count = root.enumerate(found);
            // A full array may have left some out.
            if (count < found.length) {
                return List.copyOf(Arrays.asList(found).subList(0, count));
            }
        }
    }
}
