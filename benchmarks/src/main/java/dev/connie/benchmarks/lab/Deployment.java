package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/** A scenario that is up. Thread-safe. */
public interface Deployment extends AutoCloseable {
    Scenario scenario();

    /** The port that all its servers listen on. */
    int port();

    /** The addresses of a copy, in the order of the scenario's replicas. Copies count from 0. */
    List<InetAddress> addresses(int copy);

    /** What was seen so far of one address of a copy. */
    Traffic traffic(int copy, int replica);

    /** What was seen so far of all addresses of a copy. */
    default Traffic traffic(int copy) {
        Traffic sum = Traffic.NONE;
        for (int i = 0; i < scenario().replicas().size(); i++) {
            sum = sum.plus(traffic(copy, i));
        }
        return sum;
    }

    /** What a client needs to trust these servers; null unless they speak TLS. */
    @Nullable
    HandshakeCertificates clientTls();

    /** Stops the servers. Packets to these addresses are dropped from now on. */
    @Override
    void close() throws IOException;
}
