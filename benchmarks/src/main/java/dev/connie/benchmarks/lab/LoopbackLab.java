package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Replica.Family;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
    // 127.64.0.0 and up: out of the way of what else may listen on a machine's loopback addresses.
    private static final int FIRST_COPY = 64;

    /**
     * Gives each deployment addresses of its own, in case it gets the port that another just had: 127.(64 + copy).(count).(1
     * + replica).
     */
    private final AtomicInteger count = new AtomicInteger();

    @Override
    Network network(Scenario scenario, int copies, long seed) throws IOException {
        int deployment = count.getAndIncrement() % 255;
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
            try {
                // Whoever listens at all addresses at once would answer for those that refuse.
                new ServerSocket(port, 1, address(0, 0, 0)).close();
                Addresses addresses = (copy, replica) -> address(copy, deployment, 1 + replica);
                return new Network(port, addresses, addresses, (startNanos, sightings, parts) -> {
                    for (int i = 0; i < scenario.replicas().size(); i++) {
                        for (int copy = 0;
                                copy < copies && scenario.replicas().get(i).isDead();
                                copy++) {
                            openFull(new InetSocketAddress(addresses.of(copy, i), port), parts);
                        }
                    }
                });
            } catch (BindException taken) {
                // Another one, then.
            }
        }
    }

    @Override
    public Optional<String> whyNot(Scenario scenario) {
        boolean isPlayable = scenario.replicas().stream()
                .allMatch(replica -> replica.family() == Family.IPV4
                        && replica.rtt().isZero()
                        && replica.jitter().isZero()
                        && replica.loss() + replica.synLoss() == 0
                        && replica.fault() != Fault.UNREACHABLE
                        && (replica.isDead() || replica.fault() != Fault.BLACK_HOLE));
        return isPlayable
                ? Optional.empty()
                : Optional.of("On loopback nothing is delayed, lost, unreachable or IPv6, and dead is dead for good.");
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
        return address(null, new byte[] {127, (byte) (FIRST_COPY + copy), (byte) deployment, (byte) host});
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
