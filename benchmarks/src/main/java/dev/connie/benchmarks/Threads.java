package dev.connie.benchmarks;

import java.util.Arrays;
import java.util.List;

/** The threads of this process. */
final class Threads {
    private Threads() {}

    /** Those that live now, Java's only. */
    static List<Thread> live() {
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
