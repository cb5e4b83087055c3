package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Probe.await;
import static dev.connie.benchmarks.lab.Probe.require;
import static dev.connie.benchmarks.lab.Probe.scenario;
import static dev.connie.benchmarks.lab.Probe.waitUntil;

import dev.connie.benchmarks.lab.LabSelfTest.Check;
import dev.connie.benchmarks.lab.LabSelfTest.CheckFailedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Whether the lab counts what there is to count, and loses what it is told to and nothing else. */
final class CountChecks {
    private static final int CONNECTS = 10;
    private static final Path LINEAR_TIMEOUTS = Path.of("/proc/sys/net/ipv4/tcp_syn_linear_timeouts");
    private static final Duration TWO_RETRANSMISSIONS = Duration.ofMillis(2_500);
    private static final Duration SETTLING = Duration.ofMillis(20);
    private static final Duration NO_RETRANSMISSION = Duration.ofMillis(300);

    private CountChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("a clean connect is one SYN and one handshake", CountChecks::cleanConnects),
                new Check("a reset by the client is counted", CountChecks::clientResets),
                new Check("a refusal is one SYN and one reset", CountChecks::refusals),
                Check.timed("a SYN to a black hole is sent again and counted again", CountChecks::retransmissions),
                Check.timed(
                        "SYNs are lost in the share that was asked for, the same in each copy", CountChecks::synLoss),
                new Check("what was deployed is gone when that is closed", CountChecks::closed),
                new Check("the CPU time of the lab's threads is told from the program's", CountChecks::cpuTime),
                new Check("256 connects at once all arrive", CountChecks::burst),
                new Check("the device dropped nothing", lab -> deviceDroppedNothing()));
    }

    private static String cleanConnects(Lab lab) throws IOException, CheckFailedException {
        try (Deployment deployment =
                lab.deploy(scenario(Replica.live(5), Replica.live(5).ipv6()), 3, Service.SINK, 1)) {
            for (int i = 0; i < CONNECTS; i++) {
                Probe.connect(deployment, 1, i % 2, Probe.PATIENCE).require(null);
            }
            requireTraffic(deployment, 1, new Traffic(CONNECTS, CONNECTS, 0));
            require(deployment.traffic(1, 0).equals(new Traffic(CONNECTS / 2, CONNECTS / 2, 0)), "not half of each");
            require(deployment.traffic(0).equals(Traffic.NONE), "the first copy has " + deployment.traffic(0));
            require(deployment.traffic(2).equals(Traffic.NONE), "the last copy has " + deployment.traffic(2));
            return deployment.traffic(1).toString();
        }
    }

    private static String clientResets(Lab lab) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(Replica.live(5)), 1, Service.SINK, 1)) {
            for (int i = 0; i < CONNECTS; i++) {
                try (Socket socket = new Socket(deployment.addresses(0).get(0), deployment.port())) {
                    socket.setSoLinger(true, 0);
                }
            }
            return requireTraffic(deployment, 0, new Traffic(CONNECTS, CONNECTS, CONNECTS));
        }
    }

    private static String refusals(Lab lab) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(Replica.live(5).with(Fault.REFUSES)), 1, Service.SINK, 1)) {
            for (int i = 0; i < CONNECTS; i++) {
                Probe.connect(deployment, 0, 0, Probe.PATIENCE).require(ConnectException.class);
            }
            return requireTraffic(deployment, 0, new Traffic(CONNECTS, 0, CONNECTS));
        }
    }

    private static String retransmissions(Lab lab) throws IOException, CheckFailedException {
        // Since Linux 6.5 after 1, 2, 3 and 4 s; before that after 1, 3 and 7 s.
        boolean linear = Files.exists(LINEAR_TIMEOUTS)
                && !Files.readString(LINEAR_TIMEOUTS).strip().equals("0");
        try (Deployment deployment = lab.deploy(scenario(Replica.live(5).with(Fault.BLACK_HOLE)), 1, Service.SINK, 1)) {
            Probe.connect(deployment, 0, 0, TWO_RETRANSMISSIONS).require(SocketTimeoutException.class);
            return requireTraffic(deployment, 0, new Traffic(linear ? 3 : 2, 0, 0));
        }
    }

    private static String synLoss(Lab lab) throws IOException, CheckFailedException {
        double share = 0.25;
        int batch = 50;
        int batches = 4;
        try (Deployment deployment = lab.deploy(scenario(Replica.live(1).synLoss(share)), 2, Service.SINK, 1)) {
            BitSet[] lost = {new BitSet(), new BitSet()};
            for (int i = 0; i < batches; i++) {
                for (int copy = 0; copy < lost.length; copy++) {
                    BitSet connected = connectAtOnce(deployment, copy, batch, NO_RETRANSMISSION);
                    for (int j = 0; j < batch; j++) {
                        lost[copy].set(i * batch + j, !connected.get(j));
                    }
                }
            }
            double found = lost[0].cardinality() / (double) (batch * batches);
            require(Math.abs(found - share) < 0.12, "lost " + found);
            require(lost[0].equals(lost[1]), "one copy lost " + lost[0] + ", the other " + lost[1]);
            return String.format(Locale.ROOT, "%.1f %% of %.0f %%", 100 * found, 100 * share);
        }
    }

    private static String closed(Lab lab) throws IOException, CheckFailedException {
        Deployment deployment = lab.deploy(scenario(Replica.live(5)), 1, Service.SINK, 1);
        try (deployment) {
            Probe.connect(deployment, 0, 0, Probe.PATIENCE).require(null);
        }
        Probe.connect(deployment, 0, 0, NO_RETRANSMISSION).require(SocketTimeoutException.class);
        require(deployment.traffic(0).syns() == 1, "counted " + deployment.traffic(0));
        return "no answer, nothing counted";
    }

    private static String cpuTime(Lab lab) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(Replica.live(0)), 1, Service.HTTPS, 1)) {
            long before = lab.cpuNanos();
            long all = processCpuNanos();
            // The JVM tells the program's CPU time in steps of 10 ms.
            for (int i = 0; i < 50 * CONNECTS; i++) {
                Probe.connect(deployment, 0, 0, Probe.PATIENCE).require(null);
            }
            long used = lab.cpuNanos() - before;
            long allUsed = processCpuNanos() - all;
            String found = used / 1_000 + " of " + allUsed / 1_000 + " us";
            require(used > 0 && used < allUsed, found);
            return found;
        }
    }

    private static String burst(Lab lab) throws IOException, CheckFailedException {
        int copies = 32;
        Replica[] replicas = new Replica[8];
        Arrays.fill(replicas, Replica.live(50));
        try (Deployment deployment = lab.deploy(scenario(replicas), copies, Service.SINK, 1)) {
            List<SocketChannel> channels = new ArrayList<>();
            try {
                for (int copy = 0; copy < copies; copy++) {
                    for (InetAddress address : deployment.addresses(copy)) {
                        channels.add(start(address, deployment.port()));
                    }
                }
                for (int copy = 0; copy < copies; copy++) {
                    requireTraffic(deployment, copy, new Traffic(replicas.length, replicas.length, 0));
                }
            } finally {
                closeAll(channels);
            }
        }
        return copies + " copies of " + replicas.length + " addresses, each one SYN and one handshake";
    }

    private static String deviceDroppedNothing() throws IOException, CheckFailedException {
        // Name, then 8 figures of what was received, of which the 4th is what was dropped, then 8 of what was sent.
        for (String line : Files.readString(Path.of("/proc/net/dev")).split("\n")) {
            String[] figures = line.strip().split("[: ]+");
            if (figures[0].startsWith("lab")) {
                require(figures[4].equals("0") && figures[12].equals("0"), line.strip());
                return figures[10] + " packets to the router, " + figures[2] + " from it";
            }
        }
        throw new CheckFailedException("there is no device");
    }

    /** Starts connects in a row, waits, and returns which succeeded. */
    private static BitSet connectAtOnce(Deployment deployment, int copy, int count, Duration wait) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                channels.add(start(deployment.addresses(copy).get(0), deployment.port()));
            }
            waitUntil(System.nanoTime(), wait);
            BitSet connected = new BitSet();
            for (int i = 0; i < count; i++) {
                connected.set(i, channels.get(i).finishConnect());
            }
            return connected;
        } finally {
            closeAll(channels);
        }
    }

    private static SocketChannel start(InetAddress address, int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(address, port));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void closeAll(List<SocketChannel> channels) throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    /** Waits until so much was seen, for a server accepts half a round trip after the client is connected. */
    private static String requireTraffic(Deployment deployment, int copy, Traffic expected)
            throws CheckFailedException {
        await(() -> isAtLeast(deployment.traffic(copy), expected), () -> deployment.traffic(copy) + " is " + expected);
        // What comes too much comes a little later.
        waitUntil(System.nanoTime(), SETTLING);
        Traffic found = deployment.traffic(copy);
        require(found.equals(expected), "there were " + found + ", not " + expected);
        return found.toString();
    }

    private static boolean isAtLeast(Traffic found, Traffic expected) {
        Traffic more = found.since(expected);
        return more.syns() >= 0 && more.handshakes() >= 0 && more.resets() >= 0;
    }

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
