package dev.connie.internal.drive;

import dev.connie.internal.lineup.ClassPreloading;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs any number of tasks on one selector thread, a daemon that starts with the first task and ends when it has had none
 * for a while or the loop is closed. Thread-safe.
 */
public final class SelectorLoop {
    /**
     * What waits for channels. Its methods are called on the selector thread only, one after another; the keys of its
     * channels have it as their attachment.
     */
    abstract static class Task {
        private static final AtomicLong NEXT_ID = new AtomicLong();

        private final long id = NEXT_ID.getAndIncrement();
        // Written by the selector thread, read by any.
        private volatile boolean ended;
        // The rest belongs to the selector thread.
        private long wakeNanos;
        private boolean wakes;

        /** Asks for the next {@link #step} at that time or earlier. Each step has to ask anew. */
        final void wakeAt(long nanos) {
            wakeNanos = nanos;
            wakes = true;
        }

        final boolean hasEnded() {
            return ended;
        }

        /**
         * Does what there is to do. Called when the task is new or was touched, when one of its channels is ready, and
         * when it asked to be woken. If there is no descriptor for a selector, it is called every little while.
         *
         * @param selector null if there is none, or none yet; the next step follows as soon as there is one
         * @param closed whether the loop is closed, so that the task has to end
         * @return false if the task is over
         */
        abstract boolean step(@Nullable Selector selector, boolean closed);

        /**
         * Closes or cancels what the task has with the selector.
         *
         * @param failure what the task threw; null if it is just over
         */
        abstract void end(@Nullable Throwable failure);

        /** Is told that the descriptors it closed are free, and that the selector has forgotten all of its channels. */
        abstract void ended();
    }

    /** Named, they are loaded with this class: see {@link ClassPreloading}. */
    static final List<Class<?>> NEEDED = List.of(Task.class, SelectorThread.class);

    private final long idleNanos;
    private final Queue<Task> touched = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    // Both guarded by the lock; closed is also read without it by the selector thread.
    private @Nullable SelectorThread thread;
    private volatile boolean closed;

    /** @param idleMillis how long the thread stays without a task */
    SelectorLoop(long idleMillis) {
        this.idleNanos = TimeUnit.MILLISECONDS.toNanos(idleMillis);
    }

    /**
     * Makes the selector thread look at a task, a new one or one that something has happened to.
     *
     * @throws IllegalStateException if the loop is closed
     */
    void touch(Task task) {
        lock.lock();
        try {
            if (closed) {
                throw closedException();
            }
            SelectorThread running = thread;
            if (running == null) {
                running = new SelectorThread();
                running.start();
                thread = running;
            }
            touched.add(task);
            running.wakeup();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all tasks, and takes no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            if (thread != null) {
                thread.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the Connector is closed");
    }

    private final class SelectorThread extends Thread {
        // Written by this thread, read by those who wake it; null until a task has to wait and there are descriptors.
        private volatile @Nullable Selector selector;
        private final long epochNanos = System.nanoTime();
        // Tasks by the time at which to wake them; those without one are not in it.
        private final NavigableSet<Task> timers =
                new TreeSet<>(Comparator.<Task>comparingLong(task -> task.wakeNanos - epochNanos)
                        .thenComparingLong(task -> task.id));
        private final Set<Task> tasks = Collections.newSetFromMap(new IdentityHashMap<>());
        // Tasks that are over and are still to be told so.
        private final List<Task> ended = new ArrayList<>();

        SelectorThread() {
            super("connie-connector");
            setDaemon(true);
        }

        /** Has this thread look for touched tasks, now or when it would next wait. */
        void wakeup() {
            LockSupport.unpark(this);
            Selector present = selector;
            if (present != null) {
                present.wakeup();
            }
        }

        @Override
        public void run() {
            do {
                try {
                    runTasks();
                } catch (Throwable broken) {
                    // Whoever waits must hear of it; the thread lives on for the tasks to come.
                    new ArrayList<>(tasks).forEach(task -> end(task, broken));
                    tellEnded();
                }
            } while (!mayEnd());
        }

        /** Returns once there has been nothing to do for a while, or the loop is closed. */
        private void runTasks() throws IOException {
            while (true) {
                for (Task task : eventful()) {
                    try {
                        step(task);
                    } catch (Throwable bug) {
                        // One task must not take the others with it.
                        end(task, bug);
                    }
                }
                if (!ended.isEmpty()) {
                    Selector present = selector;
                    if (present != null) {
                        // Frees the descriptors that are closed, and the registration of those that are handed out.
                        present.selectNow();
                    }
                    tellEnded();
                    continue;
                }
                if (closed) {
                    touched.addAll(tasks);
                    if (touched.isEmpty()) {
                        return;
                    }
                    continue;
                }
                // An interrupt has no meaning here, but would end every select at once.
                Thread.interrupted();
                long idleSince = System.nanoTime();
                int events = await(timers.isEmpty() ? idleNanos : timers.first().wakeNanos - idleSince);
                if (events == 0 && tasks.isEmpty() && touched.isEmpty() && System.nanoTime() - idleSince >= idleNanos) {
                    return;
                }
            }
        }

        /** Waits for something to do. Returns how many channels are ready. */
        private int await(long nanos) throws IOException {
            Selector present = selector;
            if (present != null) {
                return SelectorPool.select(present, nanos);
            }
            if (!tasks.isEmpty()) {
                // A selector is opened only now: attempts get descriptors first, and on loopback most are connected.
                selector = SelectorPool.open();
                if (selector == null) {
                    LockSupport.parkNanos(Math.min(nanos, SelectorPool.POLL_NANOS));
                }
                touched.addAll(tasks);
            } else if (touched.isEmpty() && !closed) {
                // Asked here, for a listener that parks may have used up the permit to go on.
                LockSupport.parkNanos(nanos);
            }
            return 0;
        }

        private Set<Task> eventful() {
            Set<Task> eventful = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Task task = touched.poll(); task != null; task = touched.poll()) {
                if (!task.ended) {
                    tasks.add(task);
                    eventful.add(task);
                }
            }
            Selector present = selector;
            if (present != null) {
                for (SelectionKey key : present.selectedKeys()) {
                    eventful.add((Task) key.attachment());
                }
                present.selectedKeys().clear();
            }
            long now = System.nanoTime();
            while (!timers.isEmpty() && timers.first().wakeNanos - now <= 0) {
                eventful.add(timers.pollFirst());
            }
            return eventful;
        }

        private void step(Task task) {
            if (task.ended) {
                return;
            }
            timers.remove(task);
            task.wakes = false;
            if (!task.step(selector, closed)) {
                end(task, null);
            } else if (task.wakes) {
                timers.add(task);
            }
        }

        private void end(Task task, @Nullable Throwable failure) {
            tasks.remove(task);
            timers.remove(task);
            task.end(failure);
            task.ended = true;
            ended.add(task);
        }

        private void tellEnded() {
            ended.forEach(Task::ended);
            ended.clear();
        }

        /** Decides, against those who would come just now, whether this thread ends. */
        private boolean mayEnd() {
            lock.lock();
            try {
                if (!touched.isEmpty()) {
                    return false;
                }
                thread = null;
            } finally {
                lock.unlock();
            }
            Selector last = selector;
            if (last != null) {
                SelectorPool.close(last);
            }
            return true;
        }
    }
}
