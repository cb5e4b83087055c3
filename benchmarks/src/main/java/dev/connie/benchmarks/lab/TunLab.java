package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Replica.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A lab inside a {@link Namespace}: client and servers are ordinary sockets of this machine's kernel, and every packet
 * between them passes a {@link Router} in this program, which delays or loses it.
 *
 * <p>How that can be, when a kernel never sends what is for itself out of a device: of every server there are two
 * addresses, see {@link Plan}. It listens at 198.18.c.r, which is this machine's. Clients connect to 198.19.c.r, which
 * is nobody's, and so goes to the TUN device. The router moves both addresses of the packet to the other side, so that
 * it comes from 198.19.0.1 and goes to 198.18.c.r, and writes it back; the server's answers go the same way. So each of
 * the two sees a peer that is far away. What the router does to a packet is up to {@link Paths}.
 *
 * <p>Faults as the packets meet them: in a black hole everything is lost, of connections that were there before, too;
 * "unreachable" is an ICMP message, one round trip after a SYN, and loses all else.
 */
public final class TunLab extends Lab {
    private static final String DEVICE = "lab%d";

    private final AtomicInteger ports = new AtomicInteger();
    private final Tun tun;
    private final Router router;
    private final CompletableFuture<Void> routing;
    private final Optional<String> whyNoIpv6;

    private TunLab(Tun tun) throws IOException {
        this.tun = tun;
        Namespace.ip(List.of(
                // The device's default, 500, is what some hundred connects at once send, and more would be lost.
                "link set " + tun.name() + " up txqueuelen 20000",
                // On a loopback device all of an address's network is local, so the servers have their addresses with
                // it.
                "address replace " + Plan.CLIENT_4.getHostAddress() + "/16 dev lo",
                "route replace " + Plan.ACROSS_4.getHostAddress() + "/16 dev " + tun.name()));
        whyNoIpv6 = setUpIpv6(tun.name());
        // What the kernel remembers of a path would outlive the scenario in which the path was so.
        write("net/ipv4/tcp_no_metrics_save", "1");
        // A client's port is free again 1 s after its connection, not 60: there are 28,000 for each address.
        write("net/ipv4/tcp_tw_reuse", "1");
        router = new Router(tun);
        routing = CompletableFuture.runAsync(router, threads);
    }

    /**
     * Opens the one lab of this network namespace.
     *
     * @throws IOException if this program is not in a namespace of its own or may not have a TUN device there
     */
    public static TunLab open() throws IOException {
        if (!Namespace.isInside()) {
            throw new IOException("A WAN lab opens in a network namespace only.");
        }
        Tun tun = new Tun(DEVICE);
        try {
            return new TunLab(tun);
        } catch (IOException | RuntimeException | Error e) {
            tun.close();
            throw e;
        }
    }

    @Override
    Network network(Scenario scenario, int copies, long seed) throws IOException {
        router.requireWell();
        List<Replica> replicas = scenario.replicas();
        addIpv6Servers(replicas, copies);
        int port = FIRST_PORT + ports.getAndIncrement() % (LAST_PORT - FIRST_PORT + 1);
        return new Network(
                port,
                (copy, i) -> Plan.server(replicas.get(i).family(), copy, i),
                (copy, i) -> Plan.across(replicas.get(i).family(), copy, i),
                (startNanos, sightings, parts) -> {
                    Paths paths = new Paths(port, replicas, copies, seed, startNanos, sightings);
                    router.add(paths);
                    parts.addLast(() -> router.remove(paths));
                });
    }

    @Override
    public Optional<String> whyNot(Scenario scenario) {
        boolean needsIpv6 = scenario.replicas().stream().anyMatch(replica -> replica.family() == Family.IPV6);
        return needsIpv6 ? whyNoIpv6 : Optional.empty();
    }

    @Override
    public boolean countsPackets() {
        return true;
    }

    @Override
    public String describe() {
        return "WAN lab: kernel TCP in a network namespace through the TUN device " + tun.name()
                + whyNoIpv6.map(reason -> "; IPv4 only: " + reason).orElse("");
    }

    @Override
    void closeNetwork() throws IOException {
        router.stop();
        routing.join();
        tun.close();
        router.requireWell();
    }

    /** Returns why there is no IPv6; empty if there is. */
    private static Optional<String> setUpIpv6(String device) {
        if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
            return Optional.of("This JVM was told to use IPv4 alone.");
        }
        write("net/ipv6/conf/all/disable_ipv6", "0");
        try {
            Namespace.ip(List.of(
                    // Of all its addresses the kernel prefers one of the device that a packet leaves by (RFC 6724,
                    // section 5, rule 5); a server's would be wrong.
                    "address replace " + Plan.CLIENT_6.getHostAddress() + "/128 dev " + device + " nodad",
                    "route replace " + Plan.ACROSS_6.getHostAddress() + "/32 dev " + device));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("This kernel has no IPv6 for the lab: " + e.getMessage() + ".");
        }
    }

    /** Sets one of the kernel's values for this namespace, as sysctl(8) does, if that is allowed here. */
    private static void write(String name, String value) {
        try {
            Files.writeString(Path.of("/proc/sys").resolve(name), value);
        } catch (IOException ignored) {
            // Older kernels have not all of them, and in a container they may be read-only. The lab works without.
        }
    }

    /** Unlike IPv4's, an IPv6 address must be given to a device before a server can listen there. */
    private static void addIpv6Servers(List<Replica> replicas, int copies) throws IOException {
        var commands = new ArrayList<String>();
        for (int i = 0; i < replicas.size(); i++) {
            for (int copy = 0; copy < copies && replicas.get(i).family() == Family.IPV6; copy++) {
                String address = Plan.server(Family.IPV6, copy, i).getHostAddress();
                // Without a search for duplicates, which takes the kernel a while.
                commands.add("address replace " + address + "/128 dev lo nodad");
            }
        }
        if (!commands.isEmpty()) {
            Namespace.ip(commands);
        }
    }
}
