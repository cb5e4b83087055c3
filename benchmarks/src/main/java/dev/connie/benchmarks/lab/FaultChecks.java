package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Probe.PATIENCE;
import static dev.connie.benchmarks.lab.Probe.connect;
import static dev.connie.benchmarks.lab.Probe.connected;
import static dev.connie.benchmarks.lab.Probe.millis;
import static dev.connie.benchmarks.lab.Probe.require;
import static dev.connie.benchmarks.lab.Probe.waitUntil;

import dev.connie.benchmarks.lab.LabSelfTest.Check;
import dev.connie.benchmarks.lab.LabSelfTest.CheckFailedException;
import dev.connie.benchmarks.lab.Replica.Family;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Whether what comes, comes when it should, and each fault is what it is called, and comes and goes when it should. */
final class FaultChecks {
    private static final int TIMED_CONNECTS = 25;
    private static final double TOLERANCE_MILLIS = 2;
    private static final Duration SHORT = Duration.ofMillis(400);

    // When a fault comes and goes, and when to look.
    private static final Duration FROM = Duration.ofMillis(700);
    private static final Duration WITHIN = Duration.ofMillis(800);
    private static final Duration UNTIL = Duration.ofMillis(1_700);
    private static final Duration AFTER = Duration.ofMillis(1_800);

    private FaultChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        addTimes(checks);
        addFaults(checks);
        return checks;
    }

    private static void addTimes(List<Check> checks) {
        for (int rtt : new int[] {5, 20, 100}) {
            for (Family family : Family.values()) {
                String name = "connect() takes the RTT of " + rtt + " ms, " + family;
                checks.add(Check.timed(
                        name, Service.SINK, of(family, rtt), deployment -> takesRtt(deployment, rtt, null)));
            }
        }
        for (Family family : Family.values()) {
            checks.add(Check.timed(
                    "a refusal takes the RTT, " + family,
                    Service.SINK,
                    of(family, 20).with(Fault.REFUSES),
                    deployment -> takesRtt(deployment, 20, ConnectException.class)));
            checks.add(Check.timed(
                    "an unreachable host is told of after the RTT, " + family,
                    Service.SINK,
                    of(family, 20).with(Fault.UNREACHABLE),
                    deployment -> takesRtt(deployment, 20, NoRouteToHostException.class)));
        }
        checks.add(Check.timed(
                "jitter stays within its bounds", Service.SINK, Replica.live(20).jitter(10), FaultChecks::jitter));
    }

    private static void addFaults(List<Check> checks) {
        Replica live = Replica.live(5);
        for (Family family : Family.values()) {
            checks.add(Check.timed(
                    "a black hole lets connect() time out, " + family,
                    Service.SINK,
                    of(family, 5).with(Fault.BLACK_HOLE),
                    FaultChecks::blackHole));
        }
        Replica silent = live.with(Fault.SILENT);
        checks.add(Check.timed("a silent server accepts and says nothing", Service.HTTP, silent, FaultChecks::silent));
        checks.add(
                Check.timed("a silent server says nothing in TLS either", Service.HTTPS, silent, FaultChecks::silent));
        Replica mute = live.with(Fault.MUTE_IN_TLS);
        checks.add(Check.timed(
                "a server that is mute in TLS leaves a ClientHello unanswered",
                Service.HTTPS,
                mute,
                FaultChecks::muteInTls));
        checks.add(Check.timed("a server that is mute in TLS is well without", Service.HTTP, mute, deployment -> {
            try (Socket socket = connected(deployment)) {
                return fetch(socket);
            }
        }));
        checks.add(Check.timed("a server shows a certificate for its name, IPV4", Service.HTTPS, live, deployment -> {
            try (SSLSocket socket = overTls(deployment, "www.self-test.lab")) {
                return fetch(socket);
            }
        }));
        for (Family family : Family.values()) {
            String name = "a server shows a certificate for its address, " + family;
            checks.add(Check.timed(name, Service.HTTPS, of(family, 5), deployment -> {
                try (SSLSocket socket =
                        overTls(deployment, deployment.addresses(0).get(0).getHostAddress())) {
                    return fetch(socket);
                }
            }));
        }
        checks.add(Check.timed(
                "an address goes bad, with its connections, and recovers",
                Service.HTTP,
                live.with(Fault.BLACK_HOLE).during(FROM, UNTIL),
                FaultChecks::comesAndGoes));
        checks.add(Check.timed(
                "an address refuses for a time",
                Service.HTTP,
                live.with(Fault.REFUSES).during(FROM, UNTIL),
                FaultChecks::refusesForATime));
    }

    private static Replica of(Family family, double rttMillis) {
        return family == Family.IPV6 ? Replica.live(rttMillis).ipv6() : Replica.live(rttMillis);
    }

    private static String takesRtt(Deployment deployment, int rttMillis, @Nullable Class<? extends IOException> end)
            throws CheckFailedException {
        double[] times = Probe.times(deployment, TIMED_CONNECTS, end);
        double median = times[TIMED_CONNECTS / 2];
        String range = millis(times[0]) + " to " + millis(times[TIMED_CONNECTS - 1]);
        String found = "median " + millis(median) + ", " + range;
        require(times[0] >= rttMillis && median <= rttMillis + TOLERANCE_MILLIS, found);
        return found;
    }

    private static String jitter(Deployment deployment) throws CheckFailedException {
        double rtt = 20;
        double jitter = 10;
        double[] times = Probe.times(deployment, TIMED_CONNECTS, null);
        double median = times[TIMED_CONNECTS / 2];
        // Some may be late for reasons of the machine's.
        double most = times[TIMED_CONNECTS * 3 / 4];
        String found = "median " + millis(median) + ", three quarters in " + millis(times[0]) + " to " + millis(most);
        // Half of it each way, so the sum of two even distributions: the ends are rare.
        require(times[0] >= rtt && most <= rtt + jitter + TOLERANCE_MILLIS, found);
        require(most - times[0] >= jitter / 4 && median >= rtt + jitter / 4, found);
        return found;
    }

    private static String blackHole(Deployment deployment) throws CheckFailedException {
        Probe probe = connect(deployment, 0, 0, SHORT).require(SocketTimeoutException.class);
        return "gave up after " + millis(probe.nanos() / 1e6);
    }

    private static String silent(Deployment deployment) throws IOException, CheckFailedException {
        try (Socket socket = connected(deployment)) {
            request(socket);
            return requireNothingIsSaid(socket);
        }
    }

    private static String muteInTls(Deployment deployment) throws IOException, CheckFailedException {
        try (SSLSocket socket = overTls(deployment, "self-test.lab")) {
            socket.setSoTimeout((int) SHORT.toMillis());
            try {
                socket.startHandshake();
            } catch (SocketTimeoutException expected) {
                return "not a byte in " + SHORT.toMillis() + " ms";
            }
            throw new CheckFailedException("the handshake succeeded");
        }
    }

    private static String comesAndGoes(Deployment deployment) throws IOException, CheckFailedException {
        long start = System.nanoTime();
        try (Socket early = connected(deployment)) {
            waitUntil(start, WITHIN);
            connect(deployment, 0, 0, SHORT).require(SocketTimeoutException.class);
            request(early);
            requireNothingIsSaid(early);
            waitUntil(start, AFTER);
            connect(deployment, 0, 0, PATIENCE).require(null);
            // The kernel sends the request again, by and by.
            early.setSoTimeout((int) PATIENCE.toMillis());
            String answer = answer(early);
            long late = System.nanoTime() - start - UNTIL.toNanos();
            return answer + ", to an early connection after " + millis(late / 1e6);
        }
    }

    private static String refusesForATime(Deployment deployment) throws IOException, CheckFailedException {
        long start = System.nanoTime();
        connect(deployment, 0, 0, PATIENCE).require(null);
        waitUntil(start, WITHIN);
        connect(deployment, 0, 0, PATIENCE).require(ConnectException.class);
        waitUntil(start, AFTER);
        try (Socket socket = connected(deployment)) {
            return fetch(socket);
        }
    }

    /** The handshake is yet to be made, and holds the certificate to be the name's. */
    private static SSLSocket overTls(Deployment deployment, String name) throws IOException {
        var factory = Objects.requireNonNull(deployment.clientTls()).sslSocketFactory();
        var socket = (SSLSocket) factory.createSocket(connected(deployment), name, deployment.port(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static void request(Socket socket) throws IOException {
        byte[] request = "GET / HTTP/1.1\r\nHost: self-test.lab\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(request);
    }

    private static String fetch(Socket socket) throws IOException, CheckFailedException {
        request(socket);
        return answer(socket);
    }

    private static String answer(Socket socket) throws IOException, CheckFailedException {
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String status = answer.lines().findFirst().orElse("");
        require(status.equals("HTTP/1.1 200 OK") && answer.endsWith("\r\n\r\nhello\n"), "the answer was " + answer);
        return status;
    }

    private static String requireNothingIsSaid(Socket socket) throws IOException, CheckFailedException {
        socket.setSoTimeout((int) SHORT.toMillis());
        try {
            throw new CheckFailedException("it said " + socket.getInputStream().read());
        } catch (SocketTimeoutException expected) {
            return "not a byte in " + SHORT.toMillis() + " ms";
        }
    }
}
