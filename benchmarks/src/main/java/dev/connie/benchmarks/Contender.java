package dev.connie.benchmarks;

import java.io.Closeable;
import java.io.IOException;

/** One way to reach a host. Thread-safe: the rounds of a benchmark overlap. */
public interface Contender extends AutoCloseable {
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
}
