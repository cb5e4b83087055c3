package dev.connie.benchmarks.lab;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a lab, all daemons. Thread-safe. */
final class LabThreads {
    static final String NAME_PREFIX = "connie-lab-";

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService pool = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> newThread("connection", task));

    /** Runs something in a thread of its own. */
    Thread start(String name, Runnable task) {
        Thread thread = newThread(name, task);
        thread.start();
        return thread;
    }

    /** Runs each task in a thread that waits for nothing else. */
    Executor pool() {
        return pool;
    }

    private Thread newThread(String name, Runnable task) {
        Runnable known = () -> {
            running.add(Thread.currentThread());
            try {
                task.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        };
        Thread thread = new Thread(known, NAME_PREFIX + name);
        thread.setDaemon(true);
        return thread;
    }

    /** Waits until all threads have ended, which must have been told to. */
    void close() {
        pool.shutdownNow();
        running.forEach(LabThreads::join);
    }

    /** Waits until a thread has ended, interrupted or not. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
