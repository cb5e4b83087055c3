package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Probe.millis;
import static dev.connie.benchmarks.lab.Probe.require;
import static dev.connie.benchmarks.lab.Probe.scenario;
import static dev.connie.benchmarks.lab.Probe.waitUntil;

import dev.connie.benchmarks.lab.LabSelfTest.Check;
import dev.connie.benchmarks.lab.LabSelfTest.CheckFailedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;

/** Whether each fault is what it is called, and comes and goes when it should. */
final class FaultChecks {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration FROM = Duration.ofMillis(700);
    private static final Duration WITHIN = Duration.ofMillis(800);
    private static final Duration UNTIL = Duration.ofMillis(1_700);
    private static final Duration AFTER = Duration.ofMillis(1_800);

    private FaultChecks() {}

    static List<Check> all() {
        Replica live = Replica.live(5);
        return List.of(
                Check.timed("a black hole lets connect() time out, IPV4", lab -> blackHole(lab, live)),
                Check.timed("a black hole lets connect() time out, IPV6", lab -> blackHole(lab, live.ipv6())),
                Check.timed("a silent server accepts and says nothing", lab -> silent(lab, Service.HTTP)),
                Check.timed("a silent server says nothing in TLS either", lab -> silent(lab, Service.HTTPS)),
                Check.timed("a server that is mute in TLS leaves a ClientHello unanswered", FaultChecks::muteInTls),
                Check.timed("a server that is mute in TLS is well without", FaultChecks::muteInTlsIsWellWithout),
                Check.timed("a server shows a certificate for its name, IPV4", lab -> named(lab, live)),
                Check.timed("a server shows a certificate for its address, IPV4", lab -> addressed(lab, live)),
                Check.timed("a server shows a certificate for its address, IPV6", lab -> addressed(lab, live.ipv6())),
                Check.timed("an address goes bad, with its connections, and recovers", FaultChecks::comesAndGoes),
                Check.timed("an address refuses for a time", FaultChecks::refusesForATime));
    }

    private static String blackHole(Lab lab, Replica replica) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(replica.with(Fault.BLACK_HOLE)), 1, Service.SINK, 1)) {
            Probe probe = Probe.connect(deployment, 0, 0, SHORT);
            probe.require(SocketTimeoutException.class);
            return "gave up after " + millis(probe.nanos() / 1e6);
        }
    }

    private static String silent(Lab lab, Service service) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(Replica.live(5).with(Fault.SILENT)), 1, service, 1);
                Socket socket = connected(deployment)) {
            request(socket);
            requireNothingIsSaid(socket);
            return "not a byte in " + SHORT.toMillis() + " ms";
        }
    }

    private static String muteInTls(Lab lab) throws IOException, CheckFailedException {
        try (Deployment deployment =
                        lab.deploy(scenario(Replica.live(5).with(Fault.MUTE_IN_TLS)), 1, Service.HTTPS, 1);
                SSLSocket socket = overTls(deployment, "self-test.lab")) {
            socket.setSoTimeout((int) SHORT.toMillis());
            try {
                socket.startHandshake();
            } catch (SocketTimeoutException expected) {
                return "not a byte in " + SHORT.toMillis() + " ms";
            }
            throw new CheckFailedException("the handshake succeeded");
        }
    }

    private static String muteInTlsIsWellWithout(Lab lab) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(Replica.live(5).with(Fault.MUTE_IN_TLS)), 1, Service.HTTP, 1);
                Socket socket = connected(deployment)) {
            return fetch(socket);
        }
    }

    private static String named(Lab lab, Replica replica) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(replica), 2, Service.HTTPS, 1);
                SSLSocket socket = overTls(deployment, "www.self-test.lab")) {
            return fetch(socket);
        }
    }

    private static String addressed(Lab lab, Replica replica) throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(replica), 2, Service.HTTPS, 1);
                SSLSocket socket =
                        overTls(deployment, deployment.addresses(0).get(0).getHostAddress())) {
            return fetch(socket);
        }
    }

    private static String comesAndGoes(Lab lab) throws IOException, CheckFailedException {
        Replica replica = Replica.live(5).with(Fault.BLACK_HOLE).during(FROM, UNTIL);
        try (Deployment deployment = lab.deploy(scenario(replica), 1, Service.HTTP, 1)) {
            long start = System.nanoTime();
            try (Socket early = connected(deployment)) {
                waitUntil(start, WITHIN);
                Probe.connect(deployment, 0, 0, SHORT).require(SocketTimeoutException.class);
                request(early);
                requireNothingIsSaid(early);
                waitUntil(start, AFTER);
                Probe.connect(deployment, 0, 0, Probe.PATIENCE).require(null);
                // The kernel sends the request again, by and by.
                early.setSoTimeout((int) Probe.PATIENCE.toMillis());
                return answer(early) + ", to an early connection after "
                        + millis((System.nanoTime() - start - UNTIL.toNanos()) / 1e6);
            }
        }
    }

    private static String refusesForATime(Lab lab) throws IOException, CheckFailedException {
        Replica replica = Replica.live(5).with(Fault.REFUSES).during(FROM, UNTIL);
        try (Deployment deployment = lab.deploy(scenario(replica), 1, Service.HTTP, 1)) {
            long start = System.nanoTime();
            Probe.connect(deployment, 0, 0, Probe.PATIENCE).require(null);
            waitUntil(start, WITHIN);
            Probe.connect(deployment, 0, 0, Probe.PATIENCE).require(ConnectException.class);
            waitUntil(start, AFTER);
            try (Socket socket = connected(deployment)) {
                return fetch(socket);
            }
        }
    }

    private static Socket connected(Deployment deployment) throws IOException {
        Socket socket = new Socket();
        try {
            InetAddress address = deployment.addresses(0).get(0);
            socket.connect(new InetSocketAddress(address, deployment.port()), (int) Probe.PATIENCE.toMillis());
            socket.setSoTimeout((int) Probe.PATIENCE.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The handshake is yet to be made, and holds the certificate to be the name's. */
    private static SSLSocket overTls(Deployment deployment, String name) throws IOException, CheckFailedException {
        HandshakeCertificates tls = deployment.clientTls();
        if (tls == null) {
            throw new CheckFailedException("there is no TLS");
        }
        Socket socket = connected(deployment);
        SSLSocket result = (SSLSocket) tls.sslSocketFactory().createSocket(socket, name, deployment.port(), true);
        SSLParameters parameters = result.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        result.setSSLParameters(parameters);
        return result;
    }

    private static void request(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: self-test.lab\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
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

    private static void requireNothingIsSaid(Socket socket) throws IOException, CheckFailedException {
        socket.setSoTimeout((int) SHORT.toMillis());
        try {
            throw new CheckFailedException("it said " + socket.getInputStream().read());
        } catch (SocketTimeoutException expected) {
            // Nothing came.
        }
    }
}
