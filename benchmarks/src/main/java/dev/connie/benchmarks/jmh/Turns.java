package dev.connie.benchmarks.jmh;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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

    /** Runs each the given number of times, after a rest each; who begins takes turns, too. */
    void take(int times, long restNanos, Operation plain, Operation connie) throws IOException {
        plainIsFirst = !plainIsFirst;
        for (boolean isPlain : new boolean[] {plainIsFirst, !plainIsFirst}) {
            LockSupport.parkNanos(restNanos);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long nanos = nanosOf(times, isPlain ? plain : connie);
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            plainNanos += isPlain ? nanos : 0;
            plainBytes += isPlain ? bytes : 0;
            connieNanos += isPlain ? 0 : nanos;
            connieBytes += isPlain ? 0 : bytes;
        }
        operations += times;
    }

    private static long nanosOf(int times, Operation operation) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            operation.run();
        }
        return System.nanoTime() - start;
    }
}
