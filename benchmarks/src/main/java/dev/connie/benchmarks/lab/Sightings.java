package dev.connie.benchmarks.lab;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what is seen of each address of each copy of a deployment. Thread-safe. */
final class Sightings {
    private final int replicas;
    private final AtomicLongArray syns;
    private final AtomicLongArray handshakes;
    private final AtomicLongArray resets;

    Sightings(int copies, int replicas) {
        this.replicas = replicas;
        syns = new AtomicLongArray(copies * replicas);
        handshakes = new AtomicLongArray(copies * replicas);
        resets = new AtomicLongArray(copies * replicas);
    }

    void syn(int copy, int replica) {
        syns.getAndIncrement(copy * replicas + replica);
    }

    void handshake(int copy, int replica) {
        handshakes.getAndIncrement(copy * replicas + replica);
    }

    void reset(int copy, int replica) {
        resets.getAndIncrement(copy * replicas + replica);
    }

    Traffic of(int copy, int replica) {
        int index = copy * replicas + replica;
        return new Traffic(syns.get(index), handshakes.get(index), resets.get(index));
    }
}
