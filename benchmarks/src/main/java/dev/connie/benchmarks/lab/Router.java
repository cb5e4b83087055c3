package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Takes every packet out of the TUN device, asks its deployment's {@link Paths} how it fares, and writes it back when it
 * is due. A deployment is told by its port, which no other has had for long: a late packet of an earlier one is never
 * mistaken. Whatever else the kernel sends, as IPv6's router solicitations, is dropped.
 */
final class Router implements Runnable {
    // So many packets are read in a row before what is due is looked after.
    private static final int BATCH = 32;
    // How soon {@link #stop} is heeded when no packet comes.
    private static final long IDLE_NANOS = 20_000_000;
    // When the machine has something else to do, to be busy helps no one.
    private static final long MOST_LATENESS_NANOS = 100_000;

    private final Tun tun;
    private final AtomicReferenceArray<@Nullable Paths> deployments = new AtomicReferenceArray<>(1 << 16);
    private final PriorityQueue<Transit> underway = new PriorityQueue<>(Transit::compare);
    private final ArrayDeque<Transit> spare = new ArrayDeque<>();
    private long nextNumber;
    private long usualLateness;
    /** Written by who closes the lab, read by the router's thread. */
    private volatile boolean stopping;
    /** Written by the router's thread, read by all. */
    private volatile @Nullable IOException failure;

    Router(Tun tun) {
        this.tun = tun;
    }

    void add(Paths paths) {
        deployments.set(paths.port(), paths);
    }

    void remove(Paths paths) {
        paths.close();
        deployments.compareAndSet(paths.port(), paths, null);
    }

    /** Ends {@link #run}. */
    void stop() {
        stopping = true;
    }

    /** @throws IOException if the router gave up, so that nothing arrives any more */
    void requireWell() throws IOException {
        IOException cause = failure;
        if (cause != null) {
            throw new IOException("The lab's router has failed: " + cause.getMessage(), cause);
        }
    }

    @Override
    public void run() {
        Tun.wakeThisThreadInTime();
        try {
            while (!stopping) {
                receive();
                deliver();
                rest();
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException(e);
        }
    }

    private void receive() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            Transit transit = spare.isEmpty() ? new Transit() : spare.pop();
            int length = tun.read(transit.packet.bytes());
            if (length == 0) {
                spare.push(transit);
                return;
            }
            transit.packet.length(length);
            if (!forward(transit)) {
                spare.push(transit);
            }
        }
    }

    private boolean forward(Transit transit) {
        IpPacket packet = transit.packet;
        if (!packet.isTcp() || !packet.crossesSides()) {
            return false;
        }
        Paths paths = deployments.get(packet.port(true));
        if (paths == null) {
            paths = deployments.get(packet.port(false));
        }
        if (paths == null) {
            return false;
        }
        long due = paths.send(packet, System.nanoTime());
        if (due == Paths.LOST) {
            return false;
        }
        transit.paths = paths;
        transit.dueNanos = due;
        transit.number = nextNumber++;
        underway.add(transit);
        return true;
    }

    private void deliver() throws IOException {
        Transit next = underway.peek();
        while (next != null && next.dueNanos - System.nanoTime() <= 0) {
            underway.remove();
            Paths paths = next.paths;
            if (paths != null && !paths.isClosed()) {
                tun.write(next.packet.bytes(), next.packet.length());
            }
            next.paths = null;
            spare.push(next);
            next = underway.peek();
        }
    }

    /**
     * Waits for a packet to come or to be due. A thread that sleeps is late to wake, by 0.1 ms on some virtual machines,
     * and a connect meets that twice. So it wakes earlier, by twice what it was late before, and is busy for the rest.
     */
    private void rest() throws IOException {
        Transit next = underway.peek();
        long start = System.nanoTime();
        long nanos = next == null ? IDLE_NANOS : next.dueNanos - start - 2 * usualLateness;
        if (nanos > IDLE_NANOS) {
            tun.await(IDLE_NANOS);
        } else if (nanos > 0) {
            tun.await(nanos);
            long late = System.nanoTime() - start - nanos;
            if (late >= 0) {
                usualLateness += (Math.min(late, MOST_LATENESS_NANOS) - usualLateness) / 8;
            }
        }
    }

    /** A packet on its way, or a spare one to be. */
    private static final class Transit {
        final IpPacket packet = new IpPacket(ByteBuffer.allocateDirect(Tun.PACKET_CAPACITY));

        @Nullable
        Paths paths;

        long dueNanos;
        /** Of those that are due at once, the first goes first. */
        long number;

        static int compare(Transit one, Transit other) {
            long difference = one.dueNanos - other.dueNanos;
            return Long.signum(difference != 0 ? difference : one.number - other.number);
        }
    }
}
