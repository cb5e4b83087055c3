package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Probe.PATIENCE;
import static dev.connie.benchmarks.lab.Probe.connect;
import static dev.connie.benchmarks.lab.Probe.connected;
import static dev.connie.benchmarks.lab.Probe.require;
import static dev.connie.benchmarks.lab.Probe.waitUntil;

import dev.connie.benchmarks.lab.LabSelfTest.Check;
import dev.connie.benchmarks.lab.LabSelfTest.CheckFailedException;
import java.io.IOException;
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
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Whether the lab counts what there is to count, and loses what it is told to and nothing else. */
final class CountChecks {
    private static final int CONNECTS = 10;
    private static final Duration NO_RETRANSMISSION = Duration.ofMillis(300);
    private static final Duration TWO_RETRANSMISSIONS = Duration.ofMillis(2_500);
    private static final Path LINEAR_TIMEOUTS = Path.of("/proc/sys/net/ipv4/tcp_syn_linear_timeouts");

    private CountChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        Replica live = Replica.live(5);
        checks.add(Check.exact(
                "a clean connect is one SYN and one handshake",
                3,
                List.of(live, live.ipv6()),
                CountChecks::cleanConnects));
        checks.add(Check.exact("a reset by the client is counted", 1, List.of(live), deployment -> {
            for (int i = 0; i < CONNECTS; i++) {
                try (Socket socket = connected(deployment)) {
                    socket.setSoLinger(true, 0);
                }
            }
            return requireTraffic(deployment, 0, new Traffic(CONNECTS, CONNECTS, CONNECTS));
        }));
        checks.add(Check.exact(
                "a refusal is one SYN and one reset", 1, List.of(live.with(Fault.REFUSES)), deployment -> {
                    for (int i = 0; i < CONNECTS; i++) {
                        connect(deployment, 0, 0, PATIENCE).require(ConnectException.class);
                    }
                    return requireTraffic(deployment, 0, new Traffic(CONNECTS, 0, CONNECTS));
                }));
        checks.add(Check.timed(
                "a SYN to a black hole is sent again and counted again",
                Service.SINK,
                live.with(Fault.BLACK_HOLE),
                CountChecks::retransmissions));
        checks.add(new Check(
                "SYNs are lost in the share that was asked for, the same in each copy",
                Check.ATTEMPTS,
                2,
                Service.SINK,
                List.of(Replica.live(1).synLoss(0.25)),
                CountChecks::synLoss));
        checks.add(Check.exact("what was deployed is gone when that is closed", 1, List.of(live), deployment -> {
            connect(deployment, 0, 0, PATIENCE).require(null);
            deployment.close();
            connect(deployment, 0, 0, NO_RETRANSMISSION).require(SocketTimeoutException.class);
            require(deployment.traffic(0).syns() == 1, "counted " + deployment.traffic(0));
            return "no answer, nothing counted";
        }));
        checks.add(Check.exact(
                "256 connects at once all arrive", 32, Collections.nCopies(8, Replica.live(50)), CountChecks::burst));
        checks.add(Check.exact("the device dropped nothing", 1, List.of(live), deployment -> deviceDroppedNothing()));
        return checks;
    }

    private static String cleanConnects(Deployment deployment) throws CheckFailedException {
        for (int i = 0; i < CONNECTS; i++) {
            connect(deployment, 1, i % 2, PATIENCE).require(null);
        }
        String found = requireTraffic(deployment, 1, new Traffic(CONNECTS, CONNECTS, 0));
        require(deployment.traffic(1, 0).equals(new Traffic(CONNECTS / 2, CONNECTS / 2, 0)), "not half of each");
        for (int other : new int[] {0, 2}) {
            Traffic traffic = deployment.traffic(other);
            require(traffic.equals(Traffic.NONE), "copy " + other + " has " + traffic);
        }
        return found;
    }

    private static String retransmissions(Deployment deployment) throws IOException, CheckFailedException {
        // Since Linux 6.5 after 1, 2, 3 and 4 s; before that after 1, 3 and 7 s.
        boolean linear = Files.exists(LINEAR_TIMEOUTS)
                && !Files.readString(LINEAR_TIMEOUTS).strip().equals("0");
        connect(deployment, 0, 0, TWO_RETRANSMISSIONS).require(SocketTimeoutException.class);
        return requireTraffic(deployment, 0, new Traffic(linear ? 3 : 2, 0, 0));
    }

    private static String synLoss(Deployment deployment) throws IOException, CheckFailedException {
        double share = 0.25;
        int batch = 50;
        int batches = 4;
        BitSet[] lost = {new BitSet(), new BitSet()};
        for (int i = 0; i < batches; i++) {
            for (int copy = 0; copy < lost.length; copy++) {
                BitSet connected = connectAtOnce(deployment, copy, batch);
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

    private static String burst(Deployment deployment) throws IOException, CheckFailedException {
        int copies = 32;
        int replicas = 8;
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int copy = 0; copy < copies; copy++) {
                for (InetAddress address : deployment.addresses(copy)) {
                    channels.add(start(address, deployment.port()));
                }
            }
            for (int copy = 0; copy < copies; copy++) {
                requireTraffic(deployment, copy, new Traffic(replicas, replicas, 0));
            }
        } finally {
            closeAll(channels);
        }
        return copies + " copies of " + replicas + " addresses, each one SYN and one handshake";
    }

    private static String deviceDroppedNothing() throws IOException, CheckFailedException {
        // Name, then 8 figures of what was received, of which the 4th is what was dropped, then 8 of what was sent.
        for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            String[] figures = line.strip().split("[: ]+");
            if (figures[0].startsWith("lab")) {
                require(figures[4].equals("0") && figures[12].equals("0"), line.strip());
                return figures[10] + " packets to the router, " + figures[2] + " from it";
            }
        }
        throw new CheckFailedException("there is no device");
    }

    /** Starts connects in a row, waits, and returns which succeeded. */
    private static BitSet connectAtOnce(Deployment deployment, int copy, int count) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                channels.add(start(deployment.addresses(copy).get(0), deployment.port()));
            }
            waitUntil(System.nanoTime(), NO_RETRANSMISSION);
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
        Probe.await(
                () -> deployment.traffic(copy).isAtLeast(expected), () -> deployment.traffic(copy) + " is " + expected);
        // What comes too much comes a little later.
        waitUntil(System.nanoTime(), Duration.ofMillis(20));
        Traffic found = deployment.traffic(copy);
        require(found.equals(expected), "there were " + found + ", not " + expected);
        return found.toString();
    }
}
