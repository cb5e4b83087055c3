package dev.connie.benchmarks.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to happen, in the order of a virtual clock, which begins at 0 and moves from one event to the next. */
final class EventQueue {
    /**
     * Who is first of those that come at the same nanosecond. A driver hears the network before it starts what is due,
     * and a race that ends at this moment sends no SYN again.
     */
    enum Rank {
        ANSWER,
        WAKE,
        RETRANSMISSION,
        CALL
    }

    private record Event(long nanos, Rank rank, long number, Runnable action) {}

    /** At the same time and rank, the lower number is first: equal seeds are to give equal runs. */
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::nanos).thenComparing(Event::rank).thenComparingLong(Event::number));

    private long nowNanos;

    long nowNanos() {
        return nowNanos;
    }

    void schedule(long nanos, Rank rank, long number, Runnable action) {
        if (nanos < nowNanos) {
            throw new IllegalArgumentException(nanos + " ns is over, it is " + nowNanos);
        }
        events.add(new Event(nanos, rank, number, action));
    }

    /** Runs until nothing is left to happen. */
    void run() {
        for (Event next = events.poll(); next != null; next = events.poll()) {
            nowNanos = next.nanos;
            next.action.run();
        }
    }
}
