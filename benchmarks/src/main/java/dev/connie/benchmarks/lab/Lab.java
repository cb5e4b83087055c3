package dev.connie.benchmarks.lab;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A network on this machine in which scenarios are deployed. Thread-safe. */
public abstract class Lab implements AutoCloseable {
    /** The most copies that one deployment has. */
    static final int MAX_COPIES = 64;
    // Below those from which the kernel chooses a client's: a client with a server's port may connect to itself.
    static final int FIRST_PORT = 10_000;
    static final int LAST_PORT = 29_999;
    /** What all threads of a lab are called. */
    static final String THREAD = "connie-lab";

    final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, THREAD);
        thread.setDaemon(true);
        return thread;
    });
    // Guarded by itself; whatever was opened last comes last.
    private final Deque<Closeable> open = new ArrayDeque<>();
    // Guarded by open.
    private boolean closed;

    /**
     * What a lab's network has for one deployment.
     *
     * @param server where the server of a replica listens
     * @param across where a client finds it
     */
    record Network(int port, Addresses server, Addresses across, Beginning beginning) {}

    /** The address of each replica in each copy. */
    interface Addresses {
        InetAddress of(int copy, int replica);
    }

    /** Lets packets through from now on. What is put into {@code parts} is closed with the deployment. */
    interface Beginning {
        void begin(long startNanos, Sightings sightings, Deque<Closeable> parts) throws IOException;
    }

    /**
     * Sets a scenario up, several times over: each copy has addresses of its own that behave alike, so that what one
     * contender sends can be told from what another does.
     *
     * @param copies how many, at most {@value #MAX_COPIES}
     * @param seed decides what is lost: the n-th connect to an address meets the same luck in every copy
     * @throws UnsupportedOperationException if {@link #whyNot} says so
     */
    public final Deployment deploy(Scenario scenario, int copies, Service service, long seed) throws IOException {
        if (copies < 1 || copies > MAX_COPIES) {
            throw new IllegalArgumentException("copies must be 1 to " + MAX_COPIES + ": " + copies);
        }
        whyNot(scenario).ifPresent(reason -> {
            throw new UnsupportedOperationException(reason);
        });
        Network network = network(scenario, copies, seed);
        Deque<Closeable> parts = new ArrayDeque<>();
        try {
            List<Replica> replicas = scenario.replicas();
            var sightings = new Sightings(copies, replicas.size());
            var servers = new LabServers(service, threads, sightings);
            parts.addLast(servers);
            var certificates = service == Service.HTTPS ? new HttpServer.Certificates(scenario.name()) : null;
            List<List<InetAddress>> addresses = new ArrayList<>();
            for (int copy = 0; copy < copies; copy++) {
                int number = copy;
                List<InetAddress> across = IntStream.range(0, replicas.size())
                        .mapToObj(i -> network.across.of(number, i))
                        .toList();
                addresses.add(across);
                var server = new HttpServer(certificates == null ? null : certificates.server(across));
                for (int i = 0; i < replicas.size(); i++) {
                    if (!replicas.get(i).isDead()) {
                        var address = new InetSocketAddress(network.server.of(copy, i), network.port);
                        servers.add(new LabServers.Place(address, replicas.get(i), copy, i, server));
                    }
                }
            }
            long startNanos = System.nanoTime();
            network.beginning.begin(startNanos, sightings, parts);
            servers.start(startNanos);
            var clientTls = certificates == null ? null : certificates.client();
            var deployment = new Deployment(scenario, network.port, addresses, sightings, clientTls, parts);
            synchronized (open) {
                open.addLast(deployment);
            }
            return deployment;
        } catch (IOException | RuntimeException e) {
            try {
                closeAll(parts);
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    abstract Network network(Scenario scenario, int copies, long seed) throws IOException;

    /** Returns in one sentence why this lab cannot play the scenario; empty if it can. */
    public abstract Optional<String> whyNot(Scenario scenario);

    /** Whether it sees packets: without that, {@link Traffic#syns} and {@link Traffic#resets} stay 0. */
    public abstract boolean countsPackets();

    /** One line: what it is made of. */
    public abstract String describe();

    /** Makes an address of 4 or 16 bytes; with a name nobody looks one up. */
    public static InetAddress address(@Nullable String name, byte[] bytes) {
        try {
            return InetAddress.getByAddress(name, bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }

    /** Ends every deployment, thread and descriptor of the lab. */
    @Override
    public final void close() throws IOException {
        synchronized (open) {
            if (!closed) {
                closed = true;
                open.addFirst(this::closeNetwork);
                open.addFirst(this::endThreads);
            }
            closeAll(open);
        }
    }

    abstract void closeNetwork() throws IOException;

    private void endThreads() throws IOException {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IOException("Some of the lab's threads have not ended.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the lab's threads end");
        }
    }

    /** Closes everything, the last first, whatever fails; what is closed already is not there any more. */
    static void closeAll(Deque<Closeable> parts) throws IOException {
        IOException failure = null;
        synchronized (parts) {
            while (!parts.isEmpty()) {
                try {
                    parts.removeLast().close();
                } catch (IOException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
