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

/** A deployment of either lab: closing it closes all that was opened for it, the last first. */
final class LabDeployment implements Deployment {
    private final Scenario scenario;
    private final int port;
    private final List<List<InetAddress>> addresses;
    private final Sightings sightings;
    private final @Nullable HandshakeCertificates clientTls;
    private final Deque<Closeable> parts;
    private final Consumer<LabDeployment> whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    LabDeployment(
            Scenario scenario,
            int port,
            List<List<InetAddress>> addresses,
            Sightings sightings,
            @Nullable HandshakeCertificates clientTls,
            Deque<Closeable> parts,
            Consumer<LabDeployment> whenClosed) {
        this.scenario = scenario;
        this.port = port;
        this.addresses = List.copyOf(addresses);
        this.sightings = sightings;
        this.clientTls = clientTls;
        this.parts = parts;
        this.whenClosed = whenClosed;
    }

    @Override
    public Scenario scenario() {
        return scenario;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<InetAddress> addresses(int copy) {
        return addresses.get(copy);
    }

    @Override
    public Traffic traffic(int copy, int replica) {
        return sightings.of(copy, replica);
    }

    @Override
    public @Nullable HandshakeCertificates clientTls() {
        return clientTls;
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            whenClosed.accept(this);
            Deployments.closeAll(parts);
        }
    }
}
