package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Replica.Family;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The lab for where a {@link TunLab} is not to be had: servers at addresses of 127.0.0.0/8, all of which are this
 * machine on Linux. It cannot delay, lose or count a packet, but servers can be dead, mute or not there. IPv4 only: IPv6
 * has one loopback address, so that copies could not be told apart.
 */
public final class LoopbackLab extends Lab {
    private static final int ATTEMPTS = 20;

    // 127.64.0.0 and up: out of the way of what else may listen on a machine's loopback addresses.
    private static final int FIRST_COPY = 64;

    /** Gives each deployment addresses of its own, in case it gets the port that another just had. */
    private final AtomicInteger count = new AtomicInteger();

    @Override
    Deployment set(Scenario scenario, int copies, Service service, long seed) throws IOException {
        int deployment = count.getAndIncrement() % 255;
        var taken = new BindException();
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
                // Whoever listens at all addresses at once would answer for those that refuse.
                new ServerSocket(port, 1, address(0, 0, 0)).close();
                return set(scenario, copies, service, new Octets(scenario, copies, port, deployment));
            } catch (BindException e) {
                // Someone has that port on all addresses, or was quicker.
                taken = e;
            }
        }
        throw taken;
    }

    @Override
    public Optional<String> whyNot(Scenario scenario) {
        return scenario.replicas().stream()
                .map(LoopbackLab::whyNot)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> whyNot(Replica replica) {
        if (replica.family() == Family.IPV6) {
            return Optional.of("There is but one IPv6 loopback address.");
        }
        if (!replica.rtt().isZero() || !replica.jitter().isZero()) {
            return Optional.of("On loopback nothing can be delayed.");
        }
        if (replica.loss() > 0 || replica.synLoss() > 0) {
            return Optional.of("On loopback nothing can be lost.");
        }
        return switch (replica.fault()) {
            case NONE, REFUSES, SILENT, MUTE_IN_TLS -> Optional.empty();
            case BLACK_HOLE ->
                replica.isDead() ? Optional.empty() : Optional.of("On loopback a black hole is one for good.");
            case UNREACHABLE -> Optional.of("On loopback no router says that a host is unreachable.");
        };
    }

    @Override
    public boolean countsPackets() {
        return false;
    }

    @Override
    public String describe() {
        return "loopback lab: kernel TCP at addresses of 127.0.0.0/8, without delay or loss";
    }

    @Override
    void closeNetwork() {}

    private static InetAddress address(int copy, int deployment, int host) {
        byte[] bytes = {127, (byte) (FIRST_COPY + copy), (byte) deployment, (byte) host};
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 bytes", e);
        }
    }

    /** One deployment's part of the network: 127.(64 + copy).(deployment).(1 + replica). */
    private record Octets(Scenario scenario, int copies, int port, int deployment) implements Network {
        @Override
        public InetAddress server(int copy, int replica) {
            return address(copy, deployment, 1 + replica);
        }

        @Override
        public InetAddress across(int copy, int replica) {
            return server(copy, replica);
        }

        @Override
        public boolean hasServer(Replica replica) {
            return replica.fault() != Fault.BLACK_HOLE;
        }

        @Override
        public void begin(long startNanos, Sightings sightings, Deque<Closeable> parts) throws IOException {
            for (int i = 0; i < scenario.replicas().size(); i++) {
                if (!hasServer(scenario.replicas().get(i))) {
                    for (int copy = 0; copy < copies; copy++) {
                        openFull(new InetSocketAddress(server(copy, i), port), parts);
                    }
                }
            }
        }

        /** Opens a listener that answers no SYN, for the queue of what it might accept is full. */
        private static void openFull(InetSocketAddress address, Deque<Closeable> parts) throws IOException {
            parts.addLast(new ServerSocket(address.getPort(), 1, address.getAddress()));
            // A queue of 1 holds two connections. The others wait in case one of them did not get there.
            for (int i = 0; i < 4; i++) {
                SocketChannel filler = SocketChannel.open();
                parts.addLast(filler);
                filler.configureBlocking(false);
                filler.connect(address);
            }
        }
    }
}
