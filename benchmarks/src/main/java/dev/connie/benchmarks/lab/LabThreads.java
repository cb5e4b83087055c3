package dev.connie.benchmarks.lab;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a lab, and an account of the CPU time that they used, the ended ones included. Thread-safe. */
final class LabThreads implements AutoCloseable {
    static final String NAME_PREFIX = "connie-lab-";
    private static final int IDLE_SECONDS = 5;

    private final ThreadMXBean mxBean = ManagementFactory.getThreadMXBean();
    private final Set<Thread> running = new HashSet<>();
    private long nanosOfEnded;
    private final ExecutorService pool = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> newThread("connection", task));

    /** Runs something in a thread of its own, a daemon. */
    Thread start(String name, Runnable task) {
        Thread thread = newThread(name, task);
        thread.start();
        return thread;
    }

    /** Runs each task in a thread that waits for nothing else. */
    Executor pool() {
        return pool;
    }

    long cpuNanos() {
        synchronized (running) {
            long sum = nanosOfEnded;
            for (Thread thread : running) {
                // Negative if it ends just now, and has not come to add itself to the ended.
                sum += Math.max(0, mxBean.getThreadCpuTime(thread.getId()));
            }
            return sum;
        }
    }

    /** Waits until all threads have ended, which must have been told to. */
    @Override
    public void close() {
        pool.shutdownNow();
        for (Thread thread : snapshot()) {
            join(thread);
        }
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

    private Set<Thread> snapshot() {
        synchronized (running) {
            return Set.copyOf(running);
        }
    }

    private Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(() -> account(task), NAME_PREFIX + name);
        thread.setDaemon(true);
        return thread;
    }

    private void account(Runnable task) {
        synchronized (running) {
            running.add(Thread.currentThread());
        }
        try {
            task.run();
        } finally {
            synchronized (running) {
                running.remove(Thread.currentThread());
                nanosOfEnded += mxBean.getCurrentThreadCpuTime();
            }
        }
    }
}
