package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.HostResolver;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/**
 * One way to reach a host. Thread-safe: the rounds of a benchmark overlap.
 *
 * @param client what ends with it, so that no connection, thread or descriptor stays
 */
record Contender(Call call, Closeable client) {
    /** One that leaves nothing open. */
    Contender(Call call) {
        this(call, () -> {});
    }

    /** What is timed. */
    interface Call {
        /**
         * Connects to the host (and fetches from it, if that is the benchmark). The clock runs from the call to the
         * return; what is returned is closed after that, off the clock.
         *
         * @throws IOException if it could not, however the client says so
         */
        Closeable reach(String host) throws IOException;
    }

    /** A contender as the command line and the tables name it, and how to make one for a site. */
    record Kind(String name, Function<Site, Contender> factory) {}

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
        int timeoutMillis() {
            return Math.toIntExact(timeout.toMillis());
        }

        Connector connector(Policy policy) {
            return Connector.builder()
                    .policy(policy.fresh().get())
                    .resolver(resolver)
                    .build();
        }

        /** The first address that the name service gives. */
        InetAddress first(String host) throws IOException {
            return resolver.resolve(host).get(0);
        }

        InetAddress requireOracle() {
            return Objects.requireNonNull(oracle, "nobody knows the fastest address here");
        }
    }
}
