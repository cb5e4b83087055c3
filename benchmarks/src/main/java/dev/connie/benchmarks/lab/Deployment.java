package dev.connie.benchmarks.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/** A scenario that is up. Thread-safe. */
public final class Deployment implements Closeable {
    private final Scenario scenario;
    private final int port;
    private final List<List<InetAddress>> addresses;
    private final Sightings sightings;
    private final @Nullable HandshakeCertificates clientTls;
    private final Deque<Closeable> parts;
    private final Consumer<Deployment> whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    Deployment(
            Scenario scenario,
            int port,
            List<List<InetAddress>> addresses,
            Sightings sightings,
            @Nullable HandshakeCertificates clientTls,
            Deque<Closeable> parts,
            Consumer<Deployment> whenClosed) {
        this.scenario = scenario;
        this.port = port;
        this.addresses = addresses;
        this.sightings = sightings;
        this.clientTls = clientTls;
        this.parts = parts;
        this.whenClosed = whenClosed;
    }

    public Scenario scenario() {
        return scenario;
    }

    /** The port that all its servers listen on. */
    public int port() {
        return port;
    }

    /** The addresses of a copy, in the order of the scenario's replicas. Copies count from 0. */
    public List<InetAddress> addresses(int copy) {
        return addresses.get(copy);
    }

    /** What was seen so far of one address of a copy. */
    Traffic traffic(int copy, int replica) {
        return sightings.of(copy, replica);
    }

    /** What was seen so far of all addresses of a copy. */
    public Traffic traffic(int copy) {
        Traffic sum = Traffic.NONE;
        for (int i = 0; i < scenario.replicas().size(); i++) {
            sum = sum.plus(traffic(copy, i));
        }
        return sum;
    }

    /** What a client needs to trust these servers; null unless they speak TLS. */
    public @Nullable HandshakeCertificates clientTls() {
        return clientTls;
    }

    /** Stops the servers. Packets to these addresses are dropped from now on. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            whenClosed.accept(this);
            Lab.closeAll(parts);
        }
    }
}
