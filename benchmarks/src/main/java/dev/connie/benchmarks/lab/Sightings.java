package dev.connie.benchmarks.lab;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what is seen of each address of each copy of a deployment. Thread-safe. */
final class Sightings {
    enum Kind {
        SYN,
        HANDSHAKE,
        RESET
    }

    private static final int KINDS = Kind.values().length;

    private final int replicas;
    private final AtomicLongArray counts;

    Sightings(int copies, int replicas) {
        this.replicas = replicas;
        counts = new AtomicLongArray(copies * replicas * KINDS);
    }

    void add(Kind kind, int copy, int replica) {
        counts.getAndIncrement((copy * replicas + replica) * KINDS + kind.ordinal());
    }

    Traffic of(int copy, int replica) {
        int first = (copy * replicas + replica) * KINDS;
        return new Traffic(counts.get(first), counts.get(first + 1), counts.get(first + 2));
    }
}
