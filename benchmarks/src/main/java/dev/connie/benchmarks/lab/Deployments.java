package dev.connie.benchmarks.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.tls.HandshakeCertificates;

/** The deployments of a lab: sets them up and ends those that are left. Thread-safe. */
final class Deployments implements AutoCloseable {
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
        void begin(FaultClock faults, Sightings sightings, Deque<Closeable> parts) throws IOException;
    }

    private final LabThreads threads;
    private final Set<LabDeployment> open = ConcurrentHashMap.newKeySet();

    Deployments(LabThreads threads) {
        this.threads = threads;
    }

    LabDeployment deploy(Scenario scenario, int copies, Service service, Network network) throws IOException {
        Deque<Closeable> parts = new ArrayDeque<>();
        try {
            Sightings sightings = new Sightings(copies, scenario.replicas().size());
            LabServers servers = new LabServers(service, threads, sightings);
            parts.addLast(servers::close);
            Certificates certificates = service == Service.HTTPS ? new Certificates(scenario) : null;
            List<List<InetAddress>> addresses = new ArrayList<>();
            for (int copy = 0; copy < copies; copy++) {
                List<InetAddress> across = across(scenario, copy, network);
                addresses.add(across);
                HttpServer server = new HttpServer(certificates == null ? null : certificates.server(across));
                addServers(scenario.replicas(), copy, server, network, servers);
            }
            FaultClock faults = new FaultClock(System.nanoTime());
            network.begin(faults, sightings, parts);
            servers.start(faults);
            HandshakeCertificates clientTls = certificates == null ? null : certificates.client();
            LabDeployment deployment =
                    new LabDeployment(scenario, network.port(), addresses, sightings, clientTls, parts, open::remove);
            open.add(deployment);
            return deployment;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, parts);
            throw e;
        }
    }

    private static List<InetAddress> across(Scenario scenario, int copy, Network network) {
        List<InetAddress> across = new ArrayList<>();
        for (int i = 0; i < scenario.replicas().size(); i++) {
            across.add(network.across(copy, i));
        }
        return List.copyOf(across);
    }

    private static void addServers(
            List<Replica> replicas, int copy, HttpServer server, Network network, LabServers servers)
            throws IOException {
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(i);
            if (network.hasServer(replica)) {
                InetSocketAddress address = new InetSocketAddress(network.server(copy, i), network.port());
                servers.add(address, replica, copy, i, server);
            }
        }
    }

    private static void closeAfter(Exception cause, Deque<Closeable> parts) {
        try {
            closeAll(parts);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Ends all that are open. */
    @Override
    public void close() throws IOException {
        Deque<Closeable> left = new ArrayDeque<>();
        open.forEach(deployment -> left.add(deployment::close));
        closeAll(left);
    }

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

    static void requireCopies(int copies) {
        if (copies < 1 || copies > Lab.MAX_COPIES) {
            throw new IllegalArgumentException("copies must be 1 to " + Lab.MAX_COPIES + ": " + copies);
        }
    }
}
