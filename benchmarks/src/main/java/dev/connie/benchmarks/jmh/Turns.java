package dev.connie.benchmarks.jmh;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Has a plain operation and Connie's take turns, and sums up what each takes on the calling thread. What else the machine
 * has to do meanwhile hits both alike, so that the ratio of the sums means something where neither sum does.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Turns {
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    // JMH sets them to 0 before each iteration and reads them after it.
    public double plainNanos;
    public double connieNanos;
    public double plainBytes;
    public double connieBytes;
    public double operations;

    private boolean plainIsFirst;

    /** What is measured. */
    interface Operation {
        void run() throws IOException;
    }

    /** Runs each the given number of times; who begins takes turns, too. */
    void take(int times, Operation plain, Operation connie) throws IOException {
        take(times, 0, plain, connie);
    }

    /**
     * Does the same after a rest for each, in which the other end catches up. Else who comes second pays for what the
     * other end still has to do for the first.
     */
    void takeRested(int times, Operation plain, Operation connie) throws IOException {
        take(times, REST_NANOS, plain, connie);
    }

    private void take(int times, long restNanos, Operation plain, Operation connie) throws IOException {
        plainIsFirst = !plainIsFirst;
        if (plainIsFirst) {
            takePlain(times, restNanos, plain);
            takeConnie(times, restNanos, connie);
        } else {
            takeConnie(times, restNanos, connie);
            takePlain(times, restNanos, plain);
        }
        operations += times;
    }

    private void takePlain(int times, long restNanos, Operation operation) throws IOException {
        LockSupport.parkNanos(restNanos);
        long bytes = bytes();
        plainNanos += nanosOf(times, operation);
        plainBytes += bytes() - bytes;
    }

    private void takeConnie(int times, long restNanos, Operation operation) throws IOException {
        LockSupport.parkNanos(restNanos);
        long bytes = bytes();
        connieNanos += nanosOf(times, operation);
        connieBytes += bytes() - bytes;
    }

    private static long nanosOf(int times, Operation operation) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            operation.run();
        }
        return System.nanoTime() - start;
    }

    private static long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
