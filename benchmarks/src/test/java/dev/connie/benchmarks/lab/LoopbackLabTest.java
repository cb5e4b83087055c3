package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.LabCases.PATIENCE;
import static dev.connie.benchmarks.lab.LabCases.connect;
import static dev.connie.benchmarks.lab.LabCases.requireEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.testing.Descriptors;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopbackLabTest {
    private static final Replica LIVE = Replica.live(0);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final LoopbackLab lab = new LoopbackLab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @Test
    void gives_each_replica_of_each_copy_an_address_of_its_own() throws Exception {
        Deployment deployment = deploy(Service.SINK, 64, LIVE, LIVE);
        Set<InetAddress> addresses = new HashSet<>();
        for (int copy = 0; copy < 64; copy++) {
            assertThat(deployment.addresses(copy)).hasSize(2);
            addresses.addAll(deployment.addresses(copy));
        }
        assertThat(addresses).hasSize(128);
    }

    @Test
    void counts_handshakes_where_they_happen_and_no_packets() throws Exception {
        Deployment deployment = deploy(Service.SINK, 2, LIVE, LIVE);
        for (int i = 0; i < 5; i++) {
            requireEnd(deployment, 1, 0, PATIENCE, null);
        }
        LabCases.await(() -> deployment.traffic(1).handshakes() >= 5, "five were accepted");
        assertThat(deployment.traffic(1)).isEqualTo(new Traffic(0, 5, 0));
        assertThat(deployment.traffic(0)).isEqualTo(Traffic.NONE);
        assertThat(lab.countsPackets()).isFalse();
    }

    @Test
    void http_is_answered_and_closed() throws Exception {
        Deployment deployment = deploy(Service.HTTP, 1, LIVE);
        URL url = new URL("http", host(deployment), deployment.port(), "/anything");
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        assertThat(connection.getResponseCode()).isEqualTo(200);
        assertThat(connection.getHeaderField("Connection")).isEqualTo("close");
        assertThat(connection.getContentType()).isEqualTo("text/plain");
        assertThat(connection.getInputStream().readAllBytes()).isNotEmpty();
    }

    @Test
    void https_shows_a_certificate_for_the_address() throws Exception {
        Deployment deployment = deploy(Service.HTTPS, 2, LIVE);
        URL url = new URL("https", deployment.addresses(1).get(0).getHostAddress(), deployment.port(), "/");
        HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
        connection.setSSLSocketFactory(
                Objects.requireNonNull(deployment.clientTls()).sslSocketFactory());
        assertThat(connection.getResponseCode()).isEqualTo(200);
        assertThat(connection.getInputStream().readAllBytes()).isNotEmpty();
    }

    @Test
    void nobody_trusts_a_server_but_by_the_context_given() throws Exception {
        Deployment deployment = deploy(Service.HTTPS, 1, LIVE);
        URL url = new URL("https", host(deployment), deployment.port(), "/");
        assertThatThrownBy(() -> url.openConnection().getInputStream())
                .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
        assertThat(deploy(Service.HTTP, 1, LIVE).clientTls()).isNull();
    }

    @Test
    void refuses() throws Exception {
        Deployment deployment = deploy(Service.SINK, 2, LIVE, LIVE.with(Fault.REFUSES));
        requireEnd(deployment, 1, 1, PATIENCE, ConnectException.class);
        requireEnd(deployment, 1, 0, PATIENCE, null);
    }

    @Test
    void refuses_for_a_time() throws Exception {
        Deployment deployment = deploy(
                Service.SINK,
                1,
                LIVE.with(Fault.REFUSES).during(Duration.ofMillis(1_500), Duration.ofMillis(2_000)),
                LIVE.with(Fault.REFUSES).during(Duration.ZERO, Duration.ofMillis(2_000)));
        requireEnd(deployment, 0, 0, PATIENCE, null);
        requireEnd(deployment, 0, 1, PATIENCE, ConnectException.class);
        LabCases.await(() -> connect(deployment, 0, 0, PATIENCE) != null, "it refused");
        LabCases.await(() -> connect(deployment, 0, 0, PATIENCE) == null, "it accepted again");
        LabCases.await(() -> connect(deployment, 0, 1, PATIENCE) == null, "it accepted at last");
    }

    @Test
    void a_black_hole_answers_nobody_however_many_come() throws Exception {
        Deployment deployment = deploy(Service.SINK, 2, LIVE.with(Fault.BLACK_HOLE));
        for (int i = 0; i < 5; i++) {
            requireEnd(deployment, 1, 0, SHORT, SocketTimeoutException.class);
        }
        assertThat(deployment.traffic(1)).isEqualTo(Traffic.NONE);
    }

    @Test
    void a_silent_server_accepts_and_says_nothing() throws Exception {
        Deployment deployment = deploy(Service.HTTP, 1, LIVE.with(Fault.SILENT));
        try (Socket socket = new Socket(deployment.addresses(0).get(0), deployment.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout((int) SHORT.toMillis());
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(deployment.traffic(0).handshakes()).isEqualTo(1);
    }

    @Test
    void a_server_that_is_mute_in_tls_leaves_a_client_hello_unanswered() throws Exception {
        Deployment deployment = deploy(Service.HTTPS, 1, LIVE.with(Fault.MUTE_IN_TLS));
        try (SSLSocket socket = (SSLSocket) Objects.requireNonNull(deployment.clientTls())
                .sslSocketFactory()
                .createSocket(deployment.addresses(0).get(0), deployment.port())) {
            socket.setSoTimeout((int) SHORT.toMillis());
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void a_sink_closes_when_the_client_does() throws Exception {
        Deployment deployment = deploy(Service.SINK, 1, LIVE);
        try (Socket socket = new Socket(deployment.addresses(0).get(0), deployment.port())) {
            socket.getOutputStream().write(new byte[100_000]);
            socket.shutdownOutput();
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_end_of_a_deployment_is_that_of_its_connections(Service service) throws Exception {
        Deployment deployment = deploy(service, 1, LIVE);
        try (Socket socket = new Socket(deployment.addresses(0).get(0), deployment.port())) {
            LabCases.await(() -> deployment.traffic(0).handshakes() == 1, "it was accepted");
            deployment.close();
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void says_what_it_cannot_do() {
        assertThat(List.of(
                        Replica.live(1),
                        LIVE.jitter(1),
                        LIVE.loss(0.1),
                        LIVE.synLoss(0.1),
                        LIVE.ipv6(),
                        LIVE.with(Fault.UNREACHABLE),
                        LIVE.with(Fault.BLACK_HOLE).during(Duration.ofSeconds(1), null)))
                .allSatisfy(replica -> {
                    Scenario scenario = LabSelfTest.scenario(LIVE, replica);
                    assertThatThrownBy(() -> lab.deploy(scenario, 1, Service.SINK, 1))
                            .isInstanceOf(UnsupportedOperationException.class)
                            .hasMessage(lab.whyNot(scenario).orElseThrow());
                });
        assertThat(lab.whyNot(LabSelfTest.scenario(LIVE, LIVE.with(Fault.BLACK_HOLE))))
                .isEmpty();
    }

    @Test
    void nothing_outlives_it() throws Exception {
        lab.close();
        playOnce();
        long descriptors = Descriptors.open();
        playOnce();
        assertThat(Descriptors.open()).isEqualTo(descriptors);
        assertThat(LabSelfTest.threadsEnd()).isTrue();
    }

    /** Leaves connections of every kind open at the servers when the lab is closed. */
    private static void playOnce() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (LoopbackLab lab = new LoopbackLab()) {
            Scenario scenario = LabSelfTest.scenario(
                    LIVE, LIVE.with(Fault.SILENT), LIVE.with(Fault.BLACK_HOLE), LIVE.with(Fault.REFUSES));
            for (Service service : Service.values()) {
                Deployment deployment = lab.deploy(scenario, 2, service, 1);
                for (InetAddress address : deployment.addresses(1).subList(0, 2)) {
                    Socket socket = new Socket();
                    clients.add(socket);
                    socket.connect(new InetSocketAddress(address, deployment.port()));
                }
                LabCases.await(() -> deployment.traffic(1).handshakes() == 2, "both were accepted");
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private Deployment deploy(Service service, int copies, Replica... replicas) throws IOException {
        return lab.deploy(LabSelfTest.scenario(replicas), copies, service, 1);
    }

    private static String host(Deployment deployment) {
        return deployment.addresses(0).get(0).getHostAddress();
    }
}
