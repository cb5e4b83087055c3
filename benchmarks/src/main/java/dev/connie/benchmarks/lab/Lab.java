package dev.connie.benchmarks.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** A network on this machine in which scenarios are deployed. Thread-safe. */
public abstract class Lab implements AutoCloseable {
    /** The most copies that one deployment has. */
    static final int MAX_COPIES = 64;

    // Below those from which the kernel chooses a client's: a client with a server's port may connect to itself.
    static final int FIRST_PORT = 10_000;
    static final int LAST_PORT = 29_999;

    final LabThreads threads = new LabThreads();
    private final Set<Deployment> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What a lab's network has for one deployment. */
    interface Network {
        int port();

        /** Where the server of a replica listens. */
        InetAddress server(int copy, int replica);

        /** Where a client finds it. */
        InetAddress across(int copy, int replica);

        /** Whether a server is to listen there, be it only for a time. */
        boolean hasServer(Replica replica);

        /** Lets packets through from now on. What is put into {@code parts} is closed with the deployment. */
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
        return set(scenario, copies, service, seed);
    }

    abstract Deployment set(Scenario scenario, int copies, Service service, long seed) throws IOException;

    final Deployment set(Scenario scenario, int copies, Service service, Network network) throws IOException {
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
                        .mapToObj(i -> network.across(number, i))
                        .toList();
                addresses.add(across);
                var server = new HttpServer(certificates == null ? null : certificates.server(across));
                for (int i = 0; i < replicas.size(); i++) {
                    if (network.hasServer(replicas.get(i))) {
                        var address = new InetSocketAddress(network.server(copy, i), network.port());
                        servers.add(address, replicas.get(i), copy, i, server);
                    }
                }
            }
            long startNanos = System.nanoTime();
            network.begin(startNanos, sightings, parts);
            servers.start(startNanos);
            var clientTls = certificates == null ? null : certificates.client();
            var deployment =
                    new Deployment(scenario, network.port(), addresses, sightings, clientTls, parts, open::remove);
            open.add(deployment);
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

    /** Returns in one sentence why this lab cannot play the scenario; empty if it can. */
    public abstract Optional<String> whyNot(Scenario scenario);

    /** Whether it sees packets: without that, {@link Traffic#syns} and {@link Traffic#resets} stay 0. */
    public abstract boolean countsPackets();

    /** One line: what it is made of. */
    public abstract String describe();

    /** Whether a thread is one of a lab's own, which do not belong to what is measured. */
    public static boolean isThread(Thread thread) {
        return thread.getName().startsWith(LabThreads.NAME_PREFIX);
    }

    /** Ends every deployment, thread and descriptor of the lab. */
    @Override
    public final void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            Deque<Closeable> parts = new ArrayDeque<>();
            parts.add(threads::close);
            parts.add(this::closeNetwork);
            parts.addAll(open);
            closeAll(parts);
        }
    }

    abstract void closeNetwork() throws IOException;

    /** Closes everything, the last first, whatever fails. */
    static void closeAll(Deque<Closeable> parts) throws IOException {
        IOException failure = null;
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
        if (failure != null) {
            throw failure;
        }
    }
}
