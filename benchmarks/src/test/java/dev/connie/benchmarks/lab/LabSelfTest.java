package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Replica.Family;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Measures whether a {@link TunLab} does what it is told to. Runs in a {@link Namespace}. */
final class LabSelfTest {
    static final String PASSED = "ok      ";
    static final String FAILED = "FAILED  ";
    static final String SKIPPED = "skipped ";

    /** Long enough for anything that is to happen at all. */
    static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How long silence is listened to: less than the second after which a SYN is sent again. */
    static final Duration SHORT = Duration.ofMillis(400);

    private static final int CONNECTS = 25;
    private static final double TOLERANCE_MILLIS = 2;
    // For what a machine that is busy with something else for a while could let fail.
    private static final int ATTEMPTS = 3;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: self-test.lab\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private LabSelfTest() {}

    /** What is to hold of a lab; throws, or says what was measured. */
    interface Body {
        String run(Lab lab) throws IOException, CheckFailedException;
    }

    record Check(String name, Body body) {}

    /** A check failed; the message says what was found. */
    static final class CheckFailedException extends Exception {
        private static final long serialVersionUID = 1;

        CheckFailedException(String found) {
            super(found);
        }
    }

    /** Checks the lab, prints a line for each finding, and returns 0 if all is well, 1 if not. */
    static int run(PrintStream out) throws IOException {
        return run(checks(), out);
    }

    /** As {@link #run(PrintStream)}, with these checks. Skips those that this kernel has no IPv6 for. */
    static int run(List<Check> checks, PrintStream out) throws IOException {
        // Whatever the JVM loads and keeps is there before it is counted.
        try (TunLab lab = TunLab.open()) {
            measure(lab, Service.HTTPS, Replica.live(0), null);
        } catch (CheckFailedException ignored) {
            // The first calls of a JVM are slow.
        }
        long descriptors = descriptors();
        boolean passed = true;
        try (TunLab lab = TunLab.open()) {
            for (Check check : checks) {
                passed &= passes(check, lab, out);
            }
        }
        long left = descriptors();
        boolean threadsEnded = threadsEnd();
        boolean nothingIsLeft = threadsEnded && left <= descriptors;
        out.println((nothingIsLeft ? PASSED : FAILED) + "no thread or descriptor outlives the lab: " + descriptors
                + " descriptors before, " + left + " after" + (threadsEnded ? "" : ", and a thread"));
        return passed && nothingIsLeft ? 0 : 1;
    }

    /** An executor that has terminated may have a last thread that still returns from its run(). */
    static boolean threadsEnd() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(Lab.THREAD))) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    private static boolean passes(Check check, Lab lab, PrintStream out) {
        String earlier = "";
        for (int i = 1; ; i++) {
            String found;
            boolean passed = false;
            try {
                found = check.body.run(lab);
                passed = true;
            } catch (UnsupportedOperationException e) {
                out.println(SKIPPED + check.name + ": " + e.getMessage());
                return true;
            } catch (CheckFailedException e) {
                found = String.valueOf(e.getMessage());
            } catch (IOException | RuntimeException e) {
                found = e.toString();
            }
            if (passed || i == ATTEMPTS) {
                out.println((passed ? PASSED : FAILED) + check.name + ": " + found + earlier);
                return passed;
            }
            earlier += "; attempt " + i + ": " + found;
        }
    }

    /** What each kind of address does to those who connect to it. */
    static List<Check> checks() {
        var checks = new ArrayList<Check>();
        for (Family family : Family.values()) {
            for (int rtt : new int[] {5, 20, 100}) {
                add(checks, "connect() takes the RTT of " + rtt + " ms", family, Service.SINK, live(family, rtt), null);
            }
            Replica near = live(family, 20);
            Replica refuses = near.with(Fault.REFUSES);
            Replica unreachable = near.with(Fault.UNREACHABLE);
            Replica dead = near.with(Fault.BLACK_HOLE);
            Replica silent = near.with(Fault.SILENT);
            Replica mute = near.with(Fault.MUTE_IN_TLS);
            Class<? extends IOException> timeout = SocketTimeoutException.class;
            add(checks, "a refusal takes the RTT", family, Service.SINK, refuses, ConnectException.class);
            add(checks, "so does an ICMP message", family, Service.SINK, unreachable, NoRouteToHostException.class);
            add(checks, "a black hole lets connect() time out", family, Service.SINK, dead, timeout);
            add(checks, "a server answers", family, Service.HTTP, near, null);
            add(checks, "a server shows a certificate for its address", family, Service.HTTPS, near, null);
            add(checks, "a silent server says nothing", family, Service.HTTP, silent, timeout);
            add(checks, "a server that is mute in TLS is well without", family, Service.HTTP, mute, null);
            add(checks, "a server that is mute in TLS leaves a hello unanswered", family, Service.HTTPS, mute, timeout);
        }
        return checks;
    }

    private static Replica live(Family family, double rttMillis) {
        return family == Family.IPV6 ? Replica.live(rttMillis).ipv6() : Replica.live(rttMillis);
    }

    private static void add(
            List<Check> checks,
            String name,
            Family family,
            Service service,
            Replica replica,
            @Nullable Class<? extends IOException> end) {
        checks.add(new Check(name + ", " + family, lab -> measure(lab, service, replica, end)));
    }

    /** Calls a server several times; each call must end alike, take its time, and be counted. */
    private static String measure(Lab lab, Service service, Replica replica, @Nullable Class<? extends IOException> end)
            throws IOException, CheckFailedException {
        boolean timesOut = end == SocketTimeoutException.class;
        int calls = timesOut ? 1 : CONNECTS;
        double[] millis = new double[calls];
        try (Deployment deployment = lab.deploy(scenario(replica), 2, service, 1)) {
            for (int i = 0; i < calls; i++) {
                long start = System.nanoTime();
                IOException failure = null;
                try (Socket socket = connected(deployment, 1, timesOut ? SHORT : PATIENCE)) {
                    millis[i] = (System.nanoTime() - start) / 1e6;
                    if (service != Service.SINK) {
                        talk(service == Service.HTTPS ? overTls(socket, deployment) : socket);
                    }
                } catch (IOException e) {
                    failure = e;
                    millis[i] = millis[i] == 0 ? (System.nanoTime() - start) / 1e6 : millis[i];
                }
                require(end == (failure == null ? null : failure.getClass()), "it ended with " + failure);
            }
            Arrays.sort(millis);
            double expected = replica.rtt().toNanos() / 1e6;
            String found = String.format(
                    Locale.ROOT, "median %.2f ms, %.2f to %.2f ms", millis[calls / 2], millis[0], millis[calls - 1]);
            // Of one call, the time is chance.
            boolean inTime = timesOut || millis[calls / 2] <= expected + TOLERANCE_MILLIS;
            require(millis[0] >= expected && inTime, found);
            boolean connects = Stream.of(Fault.REFUSES, Fault.UNREACHABLE, Fault.BLACK_HOLE)
                    .noneMatch(fault -> fault == replica.fault());
            long syns = deployment.traffic(1).syns();
            require(syns == calls && deployment.traffic(0).equals(Traffic.NONE), "there were " + syns + " SYNs");
            // A server accepts half a round trip after the client is connected.
            for (int i = 0; i < 100 && deployment.traffic(1).handshakes() < (connects ? calls : 0); i++) {
                sleep(Duration.ofMillis(10));
            }
            require(deployment.traffic(1).handshakes() == (connects ? calls : 0), "counted " + deployment.traffic(1));
            return found;
        }
    }

    /** Returns a connection to the first address of a copy. */
    static Socket connected(Deployment deployment, int copy, Duration timeout) throws IOException {
        var socket = new Socket();
        try {
            InetAddress address = deployment.addresses(copy).get(0);
            socket.connect(new InetSocketAddress(address, deployment.port()), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The handshake is yet to be made, and holds the certificate to be the address's. */
    private static SSLSocket overTls(Socket socket, Deployment deployment) throws IOException {
        String name = socket.getInetAddress().getHostAddress();
        var factory = Objects.requireNonNull(deployment.clientTls()).sslSocketFactory();
        var secure = (SSLSocket) factory.createSocket(socket, name, deployment.port(), true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        return secure;
    }

    /** Asks, and reads the answer. */
    static void talk(Socket socket) throws IOException, CheckFailedException {
        socket.getOutputStream().write(REQUEST);
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        require(answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.endsWith("\r\n\r\nhello\n"), "it said " + answer);
    }

    static Scenario scenario(Replica... replicas) {
        return new Scenario("self-test", "", PATIENCE, false, List.of(replicas));
    }

    static void require(boolean condition, String found) throws CheckFailedException {
        if (!condition) {
            throw new CheckFailedException(found);
        }
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts sockets, selectors and the TUN device; the JVM may open a jar at any time. */
    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(LabSelfTest::isOfLab).count();
        }
    }

    private static boolean isOfLab(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return Stream.of("socket:", "anon_inode:", "/dev/net/tun").anyMatch(target::startsWith);
        } catch (IOException gone) {
            // The listing's own.
            return false;
        }
    }
}
