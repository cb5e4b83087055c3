package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.LabSelfTest.SHORT;
import static dev.connie.benchmarks.lab.LabSelfTest.connected;
import static dev.connie.benchmarks.lab.LabSelfTest.require;
import static dev.connie.benchmarks.lab.LabSelfTest.scenario;
import static dev.connie.benchmarks.lab.LabSelfTest.talk;

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
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to hold of a {@link TunLab}: the checks of {@link LabSelfTest}, and others that take longer or look closer. A
 * program, for they run in a {@link Namespace}; {@link TunLabTest} starts it.
 */
final class LabCases {
    static final Duration PATIENCE = LabSelfTest.PATIENCE;
    private static final int CONNECTS = 10;
    private static final Replica LIVE = Replica.live(5);
    // When a fault comes and goes, and when to look.
    private static final Duration FROM = Duration.ofMillis(700);
    private static final Duration WITHIN = Duration.ofMillis(800);
    private static final Duration UNTIL = Duration.ofMillis(1_700);
    private static final Duration AFTER = Duration.ofMillis(1_850);

    private LabCases() {}

    public static void main(String[] args) throws IOException {
        System.exit(LabSelfTest.run(all(), System.out));
    }

    private interface Body {
        void run(Deployment deployment) throws IOException, CheckFailedException;
    }

    private static Check check(String name, int copies, Service service, List<Replica> replicas, Body body) {
        return new Check(name, lab -> {
            Scenario scenario = scenario(replicas.toArray(Replica[]::new));
            try (Deployment deployment = lab.deploy(scenario, copies, service, 1)) {
                body.run(deployment);
                return "so it is";
            }
        });
    }

    static List<Check> all() {
        List<Check> all = new ArrayList<>(LabSelfTest.checks());
        all.add(check(
                "a clean connect is one SYN and one handshake, of its copy and its address",
                3,
                Service.SINK,
                List.of(LIVE, LIVE.ipv6()),
                LabCases::cleanConnects));
        all.add(check("a reset by the client is counted", 1, Service.SINK, List.of(LIVE), deployment -> {
            for (int i = 0; i < CONNECTS; i++) {
                try (Socket socket = connected(deployment, 0, PATIENCE)) {
                    socket.setSoLinger(true, 0);
                }
            }
            requireTraffic(deployment, 0, new Traffic(CONNECTS, CONNECTS, CONNECTS));
        }));
        List<Replica> refusing = List.of(LIVE.with(Fault.REFUSES));
        all.add(check("a refusal is one SYN and one reset", 1, Service.SINK, refusing, deployment -> {
            for (int i = 0; i < CONNECTS; i++) {
                requireEnd(deployment, 0, 0, PATIENCE, ConnectException.class);
            }
            requireTraffic(deployment, 0, new Traffic(CONNECTS, 0, CONNECTS));
        }));
        all.add(check(
                "a SYN to a black hole is sent again and counted again",
                1,
                Service.SINK,
                List.of(LIVE.with(Fault.BLACK_HOLE)),
                LabCases::retransmissions));
        List<Replica> jittery = List.of(Replica.live(20).jitter(10));
        all.add(check("jitter stays within its bounds", 1, Service.SINK, jittery, LabCases::jitter));
        all.add(check(
                "SYNs are lost in the share that was asked for, the same in each copy",
                2,
                Service.SINK,
                List.of(Replica.live(1).synLoss(0.25)),
                LabCases::synLoss));
        all.add(check("what was deployed is gone when that is closed", 1, Service.SINK, List.of(LIVE), deployment -> {
            requireEnd(deployment, 0, 0, PATIENCE, null);
            deployment.close();
            requireEnd(deployment, 0, 0, SHORT, SocketTimeoutException.class);
            require(deployment.traffic(0).syns() == 1, "counted " + deployment.traffic(0));
        }));
        all.add(check(
                "256 connects at once all arrive",
                32,
                Service.SINK,
                Collections.nCopies(8, Replica.live(50)),
                LabCases::burst));
        all.add(check(
                "an address goes bad, with its connections, and recovers",
                1,
                Service.HTTP,
                List.of(LIVE.with(Fault.BLACK_HOLE).during(FROM, UNTIL)),
                LabCases::comesAndGoes));
        all.add(check(
                "an address refuses for a time",
                1,
                Service.HTTP,
                List.of(LIVE.with(Fault.REFUSES).during(FROM, UNTIL)),
                LabCases::refusesForATime));
        all.add(check("the device dropped nothing", 1, Service.SINK, List.of(LIVE), deployment -> dropped()));
        return all;
    }

    private static void cleanConnects(Deployment deployment) throws CheckFailedException {
        for (int i = 0; i < CONNECTS; i++) {
            requireEnd(deployment, 1, i % 2, PATIENCE, null);
        }
        requireTraffic(deployment, 1, new Traffic(CONNECTS, CONNECTS, 0));
        Traffic half = new Traffic(CONNECTS / 2, CONNECTS / 2, 0);
        require(deployment.sightings().of(1, 0).equals(half), "not half of each");
        for (int other : new int[] {0, 2}) {
            require(deployment.traffic(other).equals(Traffic.NONE), other + " has " + deployment.traffic(other));
        }
    }

    private static void retransmissions(Deployment deployment) throws IOException, CheckFailedException {
        // Since Linux 6.5 after 1, 2, 3 and 4 s; before that after 1, 3 and 7 s.
        Path file = Path.of("/proc/sys/net/ipv4/tcp_syn_linear_timeouts");
        boolean linear = Files.exists(file) && !Files.readString(file).strip().equals("0");
        requireEnd(deployment, 0, 0, Duration.ofMillis(2_500), SocketTimeoutException.class);
        requireTraffic(deployment, 0, new Traffic(linear ? 3 : 2, 0, 0));
    }

    private static void jitter(Deployment deployment) throws CheckFailedException {
        double[] millis = new double[25];
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            requireEnd(deployment, 0, 0, PATIENCE, null);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        // Half of it each way, so the sum of two even distributions: the ends are rare. Some may be late for reasons of
        // the machine's.
        double most = millis[millis.length * 3 / 4];
        String found = Arrays.toString(millis);
        require(millis[0] >= 20 && most <= 32 && most - millis[0] >= 2.5 && millis[12] >= 22.5, found);
    }

    private static void synLoss(Deployment deployment) throws IOException, CheckFailedException {
        int batch = 50;
        BitSet[] lost = {new BitSet(), new BitSet()};
        for (int first = 0; first < 4 * batch; first += batch) {
            for (int copy = 0; copy < lost.length; copy++) {
                List<SocketChannel> channels = new ArrayList<>();
                try {
                    for (int i = 0; i < batch; i++) {
                        channels.add(start(deployment.addresses(copy).get(0), deployment.port()));
                    }
                    // What is lost is sent again after a second.
                    LabSelfTest.sleep(Duration.ofMillis(300));
                    for (int i = 0; i < batch; i++) {
                        lost[copy].set(first + i, !channels.get(i).finishConnect());
                    }
                } finally {
                    closeAll(channels);
                }
            }
        }
        double found = lost[0].cardinality() / (4.0 * batch);
        require(Math.abs(found - 0.25) < 0.12, "lost " + found);
        require(lost[0].equals(lost[1]), "one copy lost " + lost[0] + ", the other " + lost[1]);
    }

    private static void burst(Deployment deployment) throws IOException, CheckFailedException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int copy = 0; copy < 32; copy++) {
                for (InetAddress address : deployment.addresses(copy)) {
                    channels.add(start(address, deployment.port()));
                }
            }
            for (int copy = 0; copy < 32; copy++) {
                requireTraffic(deployment, copy, new Traffic(8, 8, 0));
            }
        } finally {
            closeAll(channels);
        }
    }

    private static void comesAndGoes(Deployment deployment) throws IOException, CheckFailedException {
        long start = System.nanoTime();
        try (Socket early = connected(deployment, 0, PATIENCE)) {
            waitUntil(start, WITHIN);
            requireEnd(deployment, 0, 0, SHORT, SocketTimeoutException.class);
            early.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes());
            waitUntil(start, AFTER);
            requireEnd(deployment, 0, 0, PATIENCE, null);
            // The kernel sends the first half of the request again, by and by.
            early.getOutputStream().write("\r\n".getBytes());
            require(early.getInputStream().read() == 'H', "no answer to an early connection");
        }
    }

    private static void refusesForATime(Deployment deployment) throws IOException, CheckFailedException {
        long start = System.nanoTime();
        requireEnd(deployment, 0, 0, PATIENCE, null);
        waitUntil(start, WITHIN);
        requireEnd(deployment, 0, 0, PATIENCE, ConnectException.class);
        waitUntil(start, AFTER);
        try (Socket socket = connected(deployment, 0, PATIENCE)) {
            talk(socket);
        }
    }

    private static void dropped() throws IOException, CheckFailedException {
        // Name, then 8 figures of what was received, of which the 4th is what was dropped, then 8 of what was sent.
        for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            String[] figures = line.strip().split("[: ]+");
            if (figures[0].startsWith("lab")) {
                require(figures[4].equals("0") && figures[12].equals("0"), line.strip());
                return;
            }
        }
        throw new CheckFailedException("there is no device");
    }

    /** Connects to a replica and closes the connection; returns what went wrong. */
    static @Nullable IOException connect(Deployment deployment, int copy, int replica, Duration timeout) {
        var address = new InetSocketAddress(deployment.addresses(copy).get(replica), deployment.port());
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) timeout.toMillis());
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** @param expected how the connect is to fail; null if it is not to */
    static void requireEnd(Deployment deployment, int copy, int replica, Duration timeout, @Nullable Class<?> expected)
            throws CheckFailedException {
        IOException failure = connect(deployment, copy, replica, timeout);
        require((failure == null ? null : failure.getClass()) == expected, "connect() ended with " + failure);
    }

    /** Waits until something is so. */
    static void await(BooleanSupplier condition, String what) throws CheckFailedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            require(deadline - System.nanoTime() > 0, "for " + PATIENCE.toSeconds() + " s it was not that " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until so much was seen, for a server accepts half a round trip after the client is connected. */
    private static void requireTraffic(Deployment deployment, int copy, Traffic expected) throws CheckFailedException {
        await(() -> deployment.traffic(copy).isAtLeast(expected), "it is " + expected);
        // What comes too much comes a little later.
        LabSelfTest.sleep(Duration.ofMillis(20));
        require(deployment.traffic(copy).equals(expected), "there were " + deployment.traffic(copy));
    }

    /** Waits until so long after a time of {@link System#nanoTime}: what is checked is what is so then. */
    private static void waitUntil(long startNanos, Duration elapsed) {
        LabSelfTest.sleep(elapsed.minusNanos(System.nanoTime() - startNanos));
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
}
