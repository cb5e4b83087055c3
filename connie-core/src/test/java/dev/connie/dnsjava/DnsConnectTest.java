package dev.connie.dnsjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.xbill.DNS.Type.A;
import static org.xbill.DNS.Type.AAAA;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNameServer;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

/** From a name to a connection, by a name server on the loopback, at the doors of the core. */
class DnsConnectTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final LoopbackNameServer names = LoopbackNameServer.open();

    @TempDir
    Path folder;

    private Connector connector = Connector.create();

    @BeforeEach
    void makeConnector() throws IOException {
        Path nothing = Files.createFile(folder.resolve("nothing"));
        connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(DnsResolver.builder()
                        .nameServers(List.of(names.address()))
                        .hostsFile(nothing)
                        .resolvConf(nothing)
                        .build())
                .build();
    }

    @AfterEach
    void close() {
        connector.close();
        names.close();
        network.close();
    }

    @Test
    void aChannelNeedsNoAnswerForTheOtherFamily() throws Exception {
        ServerSocket server = network.listening();
        names.answers("a.test", A, Duration.ZERO, server.getInetAddress()).drops("a.test", AAAA);
        try (SocketChannel channel = connector.connect("a.test", network.port(), TIMEOUT)) {
            assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
        }
        assertThat(names.queries()).containsExactly("AAAA a.test.", "A a.test.");
    }

    @Test
    void anAsynchronousOneNeitherAndNoThreadWaits() throws Exception {
        ServerSocket server = network.listening();
        names.answers("a.test", A, Duration.ZERO, server.getInetAddress()).drops("a.test", AAAA);
        try (SocketChannel channel =
                connector.connectAsync("a.test", network.port(), TIMEOUT).get(20, TimeUnit.SECONDS)) {
            assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
        }
    }

    @Test
    void aSocketNeither() throws Exception {
        ServerSocket server = network.listening();
        names.answers("a.test", A, Duration.ZERO, server.getInetAddress()).drops("a.test", AAAA);
        try (Socket socket = connector.socketFactory().createSocket("a.test", network.port())) {
            assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            assertThat(socket.getInetAddress().getHostName()).isEqualTo("a.test");
        }
    }

    @Test
    void theLateAnswerJoinsTheRace() throws Exception {
        try (ServerSocket six = new ServerSocket(network.port(), 10, InetAddress.getByName("::1"))) {
            names.answers("a.test", A, Duration.ZERO, network.silent())
                    .answers("a.test", AAAA, Duration.ofMillis(300), six.getInetAddress());
            try (SocketChannel channel = connector.connect("a.test", network.port(), TIMEOUT)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(six.getLocalSocketAddress());
            }
        }
    }

    @Test
    void anErrorNamesHostAndServerWithinTheConnectTimeout() {
        names.fallSilent();
        String server = names.address().getAddress().getHostAddress() + ":"
                + names.address().getPort();
        long start = System.nanoTime();
        assertThatThrownBy(() -> connector.connect("a.test", network.port(), Duration.ofMillis(500)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("a.test: no answer from " + server + " within 500 ms");
        // The name servers have 5 s.
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(4));
    }

    @Test
    void nothingIsLeft() throws Exception {
        ServerSocket server = network.listening();
        names.knows("a.test", server.getInetAddress());
        connector.connect("a.test", network.port(), TIMEOUT).close();
        long before = Descriptors.openSockets();
        for (int i = 0; i < 20; i++) {
            String host = "h" + i + ".test";
            names.answers(host, A, Duration.ZERO, server.getInetAddress()).fails(host, AAAA, Rcode.SERVFAIL);
            connector.connect(host, network.port(), TIMEOUT).close();
        }
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (Descriptors.openSockets() > before && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertThat(Descriptors.openSockets()).isLessThanOrEqualTo(before);
    }
}
