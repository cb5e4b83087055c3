package dev.connie.benchmarks.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/**
 * A scenario that is up. Thread-safe.
 *
 * @param port the port that all its servers listen on
 * @param addresses of each copy, in the order of the scenario's replicas
 * @param clientTls what a client needs to trust these servers; null unless they speak TLS
 * @param parts what {@link #close} closes, the last first
 */
public record Deployment(
        Scenario scenario,
        int port,
        List<List<InetAddress>> addresses,
        Sightings sightings,
        @Nullable HandshakeCertificates clientTls,
        Deque<Closeable> parts)
        implements Closeable {
    /** The addresses of a copy. Copies count from 0. */
    public List<InetAddress> addresses(int copy) {
        return addresses.get(copy);
    }

    /** What was seen so far of all addresses of a copy. */
    public Traffic traffic(int copy) {
        return IntStream.range(0, scenario.replicas().size())
                .mapToObj(i -> sightings.of(copy, i))
                .reduce(Traffic.NONE, Traffic::plus);
    }

    /** Stops the servers. Packets to these addresses are dropped from now on. */
    @Override
    public void close() throws IOException {
        Lab.closeAll(parts);
    }
}
