package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.HostResolver;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/** One way to reach a host. Thread-safe: the rounds of a benchmark overlap. */
interface Contender extends AutoCloseable {
    /**
     * Connects to the host (and fetches from it, if that is the benchmark). The clock runs from the call to the return;
     * what is returned is closed after that, off the clock.
     *
     * @throws IOException if it could not, however the client says so
     */
    Closeable reach(String host) throws IOException;

    /** Ends the client: no connection, thread or descriptor stays. */
    @Override
    default void close() throws IOException {}

    /** A contender as the command line and the tables name it, and how to make one for a site. */
    record Kind(String name, Factory factory) {}

    /** Makes a contender; {@link Contender#close} ends it. */
    @FunctionalInterface
    interface Factory {
        Contender open(Site site) throws IOException;
    }

    /**
     * What a contender is told of the place it runs in.
     *
     * @param resolver the name service: all contenders get the same answers in the same order
     * @param port the port of every address
     * @param timeout the connect timeout
     * @param tls how to trust the servers, or null if they do not speak TLS
     * @param oracle the address that only someone who knows the scenario would pick: the fastest that is well, or the
     *     first if none is; null for real hosts
     */
    record Site(
            HostResolver resolver,
            int port,
            Duration timeout,
            @Nullable HandshakeCertificates tls,
            @Nullable InetAddress oracle) {
        Connector connector(Policy policy) {
            return Connector.builder()
                    .policy(policy.fresh().get())
                    .resolver(resolver)
                    .build();
        }

        InetAddress requireOracle() {
            if (oracle == null) {
                throw new IllegalArgumentException("nobody knows the fastest address here");
            }
            return oracle;
        }
    }
}
