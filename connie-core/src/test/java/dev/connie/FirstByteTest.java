package dev.connie;

import static dev.connie.testing.LoopbackNetwork.resolving;
import static dev.connie.testing.TlsHost.CLOSES;
import static dev.connie.testing.TlsHost.MUTE;
import static dev.connie.testing.TlsHost.RESETS;
import static dev.connie.testing.TlsHost.SPEAKS_HTTP;
import static dev.connie.testing.TlsHost.WELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import dev.connie.testing.TlsHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which server a socket has, when some complete handshakes of TCP and no more. The runners-up are connected where an
 * address that answers no SYN comes first: then all attempts start. Else the first attempt is over when it has started, and
 * the others are connected to when they are needed.
 */
class FirstByteTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final List<TlsHost> hosts = new ArrayList<>();
    private final RecordingListener listener = new RecordingListener();
    private final AttemptPermits permits = new AttemptPermits(100);
    private final SSLContext tls = TlsHost.newContext();
    private long descriptors;

    @BeforeEach
    void count() {
        SelectorPool.closeIdle();
        descriptors = Descriptors.openSockets();
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        hosts.forEach(TlsHost::close);
        network.close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Descriptors.openSockets() > descriptors - 1 || permits.available() != 100) {
            assertThat(System.nanoTime())
                    .as("%s, %s permits", Descriptors.openSockets(), permits.available())
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private TlsHost host(String name, TlsHost.Behaviour behaviour) {
        TlsHost host = TlsHost.in(network, name, behaviour);
        hosts.add(host);
        return host;
    }

    private Connector connectorTo(InetAddress... addresses) {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolving("h.test", addresses))
                .listener(listener)
                .races(it -> it.permits(permits))
                .build();
    }

    private InetAddress[] addresses(boolean held) {
        List<InetAddress> addresses = new ArrayList<>();
        if (held) {
            addresses.add(network.silent());
        }
        hosts.forEach(host -> addresses.add(host.address()));
        return addresses.toArray(InetAddress[]::new);
    }

    /** Connects to the hosts made so far. */
    private Socket connected(boolean held) throws IOException {
        Socket socket = connectorTo(addresses(held)).socketFactory().createSocket("h.test", network.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private SSLSocket secured(Socket socket) throws IOException {
        return (SSLSocket) tls.getSocketFactory().createSocket(socket, "h.test", network.port(), true);
    }

    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended");
            }
            answer.append((char) next);
        }
        return Character.toString(in.read());
    }

    /** Returns the name of the host that answered. */
    private String asked(boolean held) throws IOException {
        try (SSLSocket socket = secured(connected(held))) {
            return ask(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_mute_server_does_not_cost_the_connection(boolean held) throws Exception {
        host("a", MUTE);
        host("b", WELL);
        assertThat(asked(held)).isEqualTo("b");
        RaceReport report = listener.opened.get(0);
        assertThat(report.hellosSent()).isEqualTo(2);
        assertThat(report.winner().orElseThrow().address().getAddress())
                .isEqualTo(hosts.get(1).address());
        assertThat(report.attempts()).extracting(each -> each.outcome()).contains(Outcome.MUTE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nor_one_that_the_kernel_answers_for(boolean held) throws Exception {
        InetAddress kernelOnly = network.listening().getInetAddress();
        TlsHost good = host("b", WELL);
        InetAddress[] addresses = held
                ? new InetAddress[] {network.silent(), kernelOnly, good.address()}
                : new InetAddress[] {kernelOnly, good.address()};
        try (SSLSocket socket =
                secured(connectorTo(addresses).socketFactory().createSocket("h.test", network.port()))) {
            assertThat(ask(socket)).isEqualTo("b");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nor_one_that_ends_or_breaks_the_connection_refuses_or_speaks_something_else(boolean held) throws Exception {
        for (TlsHost.Behaviour bad : List.of(CLOSES, RESETS, TlsHost.alerts(2, 40), SPEAKS_HTTP)) {
            hosts.clear();
            TlsHost first = host("a", bad);
            host("b", WELL);
            assertThat(asked(held)).isEqualTo("b");
            assertThat(first.hellos()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nor_one_that_is_late(boolean held) throws Exception {
        host("a", TlsHost.late(3_000, WELL));
        host("b", WELL);
        assertThat(asked(held)).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_several_bad_ones_each_is_passed_over(boolean held) throws Exception {
        host("a", MUTE);
        host("b", RESETS);
        host("c", MUTE);
        host("d", CLOSES);
        host("e", WELL);
        assertThat(asked(held)).isEqualTo("e");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_good_server_is_the_only_one_that_gets_a_hello(boolean held) throws Exception {
        host("a", WELL);
        TlsHost second = host("b", WELL);
        assertThat(asked(held)).isEqualTo("a");
        assertThat(second.hellos()).isZero();
        assertThat(listener.opened).singleElement().satisfies(report -> {
            assertThat(report.hellosSent()).isEqualTo(1);
            assertThat(report.timeToFirstByte()).isPresent();
        });
    }

    @Test
    void trap_7_a_warning_is_an_answer() throws Exception {
        host("a", TlsHost.warnsAndThen(WELL));
        TlsHost second = host("b", WELL);
        // What JSSE makes of an alert before the ServerHello is its own business.
        try (SSLSocket socket = secured(connected(true))) {
            ask(socket);
        } catch (SSLException notBeforeServerHello) {
            assertThat(notBeforeServerHello).hasMessageContaining("unrecognized_name");
        }
        assertThat(second.hellos()).isZero();
    }

    @Test
    void can_be_turned_off() throws Exception {
        host("a", RESETS);
        host("b", WELL);
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolving("h.test", addresses(true)))
                .raceToFirstByte(false)
                .races(it -> it.permits(permits))
                .build();
        assertThat(connector.racesToFirstByte()).isFalse();
        assertThat(connector.withResolver(HostResolver.SYSTEM).racesToFirstByte())
                .isFalse();
        assertThat(Connector.builder().policy(RacePolicy.allAtOnce()).build().racesToFirstByte())
                .isTrue();
        try (Socket socket = connector.socketFactory().createSocket("h.test", network.port())) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> secured(socket).startHandshake());
        }
    }

    @Test
    void channels_are_decided_at_the_handshake() throws Exception {
        host("a", MUTE);
        host("b", WELL);
        Connector connector = connectorTo(addresses(true));
        connector.connect("h.test", network.port(), Duration.ofSeconds(10)).close();
        connector
                .connectAsync("h.test", network.port(), Duration.ofSeconds(10))
                .get(10, TimeUnit.SECONDS)
                .close();
        connector.close();
        assertThat(listener.opened).isEmpty();
    }

    @Nested
    class Trap_1_a_hello_in_pieces {
        @Test
        void in_many_records_and_writes() throws Exception {
            host("a", MUTE);
            host("b", WELL);
            try (SSLSocket socket = secured(connected(true))) {
                SSLParameters parameters = socket.getSSLParameters();
                String[] protocols = new String[200];
                for (int i = 0; i < protocols.length; i++) {
                    protocols[i] = "protocol-" + "x".repeat(80) + i;
                }
                parameters.setApplicationProtocols(protocols);
                parameters.setServerNames(List.of(new SNIHostName("h.test")));
                socket.setSSLParameters(parameters);
                assertThat(ask(socket)).isEqualTo("b");
            }
        }

        @Test
        void byte_by_byte() throws Exception {
            TlsHost first = host("a", RESETS);
            host("b", SPEAKS_HTTP);
            try (Socket socket = connected(true)) {
                for (byte each : new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0}) {
                    socket.getOutputStream().write(each);
                }
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                assertThat(first.hellos()).isEqualTo(1);
            }
        }
    }

    @Nested
    class Nobody_left {
        @Test
        void trap_8_the_same_alert_twice_is_the_client_s_to_see() throws Exception {
            host("a", TlsHost.alerts(2, 70));
            host("b", TlsHost.alerts(2, 70));
            TlsHost third = host("c", WELL);
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> asked(true))
                    .withMessageContaining("protocol_version");
            assertThat(third.hellos()).isZero();
        }

        @Test
        void trap_8_the_alert_is_what_is_seen_of_several_failures() throws Exception {
            host("a", CLOSES);
            host("b", TlsHost.alerts(2, 40));
            host("c", RESETS);
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> asked(true))
                    .withMessageContaining("handshake_failure");
        }

        @Test
        void trap_9_a_reset_is_told_once_more_and_then_the_end() throws Exception {
            host("a", RESETS);
            host("b", RESETS);
            try (Socket socket = connected(true)) {
                socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0});
                for (int i = 0; i < 2; i++) {
                    assertThatExceptionOfType(SocketException.class)
                            .isThrownBy(() -> socket.getInputStream().read())
                            .withMessage("Connection reset");
                }
            }
        }

        @Test
        void trap_7_the_bytes_of_another_protocol_are_there_to_read() throws Exception {
            host("a", CLOSES);
            host("b", SPEAKS_HTTP);
            try (Socket socket = connected(true)) {
                socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0});
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 400");
                assertThat(socket.getInetAddress()).isEqualTo(hosts.get(1).address());
            }
        }

        @Test
        void the_end_is_the_end() throws Exception {
            host("a", CLOSES);
            host("b", CLOSES);
            try (Socket socket = connected(true)) {
                socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0});
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Nested
    class A_client_that_does_not_begin_with_a_hello {
        @Test
        void gets_the_first_banner() throws Exception {
            ServerSocket mute = network.listening();
            ServerSocket greeting = network.listening();
            Connector connector = connectorTo(network.silent(), mute.getInetAddress(), greeting.getInetAddress());
            try (Socket socket = connector.socketFactory().createSocket("h.test", network.port());
                    Socket peer = greeting.accept()) {
                peer.getOutputStream().write("220 hello".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(9)).asString().isEqualTo("220 hello");
                assertThat(socket.getInetAddress()).isEqualTo(greeting.getInetAddress());
                socket.getOutputStream().write('!');
                assertThat(peer.getInputStream().read()).isEqualTo('!');
            }
        }

        @Test
        void is_decided_by_its_first_write() throws Exception {
            ServerSocket first = network.listening();
            ServerSocket second = network.listening();
            Connector connector = connectorTo(network.silent(), first.getInetAddress(), second.getInetAddress());
            try (Socket socket = connector.socketFactory().createSocket("h.test", network.port())) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(listener.opened).hasSize(1);
                try (Socket peer = first.accept()) {
                    assertThat(peer.getInputStream().readNBytes(5)).asString().isEqualTo("GET /");
                }
                try (Socket loser = second.accept()) {
                    assertThat(loser.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void trap_17_what_follows_the_hello_in_the_same_write_goes_to_the_leader_only() throws Exception {
        ServerSocket first = network.listening();
        ServerSocket second = network.listening();
        Connector connector = connectorTo(network.silent(), first.getInetAddress(), second.getInetAddress());
        try (Socket socket = connector.socketFactory().createSocket("h.test", network.port())) {
            socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0, 0x14, 3, 3, 0, 1, 1});
            try (Socket peer = first.accept()) {
                assertThat(peer.getInputStream().readNBytes(15)).endsWith(3, 3, 0, 1, 1);
            }
            try (Socket loser = second.accept()) {
                assertThat(loser.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void trap_2_and_15_the_streams_stay_and_the_options_go_with_the_connection() throws Exception {
        host("a", MUTE);
        host("b", WELL);
        try (Socket socket = connected(true)) {
            InputStream in = socket.getInputStream();
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setTrafficClass(0x10);
            socket.setSoLinger(true, 7);
            socket.setReceiveBufferSize(64 * 1024);
            int receiveBuffer = socket.getReceiveBufferSize();
            int before = socket.getLocalPort();
            ask(secured(socket));
            assertThat(socket.getInputStream()).isSameAs(in);
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getTrafficClass()).isEqualTo(0x10);
            assertThat(socket.getSoLinger()).isEqualTo(7);
            assertThat(socket.getReceiveBufferSize()).isEqualTo(receiveBuffer);
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(socket.getInetAddress()).isEqualTo(hosts.get(1).address());
            assertThat(socket.getLocalPort()).isNotEqualTo(before);
            socket.setSoLinger(false, 0);
        }
    }

    @Test
    void trap_4_a_write_that_fails_hands_over() throws Exception {
        ServerSocket resetting = network.listening();
        TlsHost good = host("b", WELL);
        Connector connector = connectorTo(network.silent(), resetting.getInetAddress(), good.address());
        try (Socket socket = connector.socketFactory().createSocket("h.test", network.port())) {
            Socket peer = resetting.accept();
            peer.setSoLinger(true, 0);
            peer.close();
            assertThat(ask(secured(socket))).isEqualTo("b");
        }
    }

    @Test
    void trap_10_a_timeout_leaves_the_window_open() throws Exception {
        host("a", MUTE);
        host("b", TlsHost.late(300, WELL));
        try (Socket socket = connected(true)) {
            socket.setSoTimeout(20);
            SSLSocket secured = secured(socket);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(secured::startHandshake)
                    .withMessage("Read timed out");
            secured.setSoTimeout(10_000);
            assertThat(ask(secured)).isEqualTo("b");
        }
    }

    @Nested
    class Trap_16_close_from_another_thread {
        @Test
        void while_the_answer_is_waited_for() throws Exception {
            host("a", MUTE);
            host("b", MUTE);
            Socket socket = connected(true);
            FutureTask<Throwable> handshake = new FutureTask<>(() -> {
                try {
                    secured(socket).startHandshake();
                    return null;
                } catch (IOException e) {
                    return e;
                }
            });
            new Thread(handshake).start();
            while (hosts.get(1).hellos() == 0) {
                Thread.onSpinWait();
            }
            socket.close();
            assertThat(handshake.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket closed");
            assertThat(listener.opened).hasSize(1);
        }

        @Test
        void before_anything_is_written() throws Exception {
            host("a", MUTE);
            host("b", MUTE);
            connected(true).close();
            assertThat(listener.opened)
                    .singleElement()
                    .satisfies(report -> assertThat(report.outcome()).isEqualTo(Outcome.ABANDONED));
        }
    }

    @Test
    void trap_14_a_dropped_socket_gives_everything_back() throws Exception {
        host("a", MUTE);
        host("b", MUTE);
        connected(true);
        while (permits.available() != 100) {
            System.gc();
            Thread.onSpinWait();
        }
    }

    @Test
    void an_idle_socket_gives_its_runners_up_back_and_connects_anew() throws Exception {
        host("a", RESETS);
        TlsHost second = host("b", WELL);
        try (Socket socket = connected(true)) {
            assertThat(permits.available()).isLessThan(100);
            while (permits.available() != 100) {
                Thread.onSpinWait();
            }
            assertThat(ask(secured(socket))).isEqualTo("b");
            assertThat(second.connections()).isEqualTo(2);
        }
    }

    @Test
    void without_permits_the_addresses_are_kept() throws Exception {
        host("a", RESETS);
        host("b", WELL);
        AttemptPermits one = new AttemptPermits(1);
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolving("h.test", addresses(true)))
                .races(it -> it.permits(one))
                .build();
        try (Socket socket = connector.socketFactory().createSocket("h.test", network.port())) {
            assertThat(one.available()).isEqualTo(1);
            assertThat(ask(secured(socket))).isEqualTo("b");
        }
        assertThat(one.available()).isEqualTo(1);
    }

    @Nested
    class Trap_18_resumption {
        @ParameterizedTest
        @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
        void the_hello_of_a_resumption_is_good_for_another_server(String version) throws Exception {
            SSLContext shared = TlsHost.newContext();
            TlsHost first = TlsHost.in(network, "a", shared);
            hosts.add(first);
            Connector connector = connectorTo(first.address());
            byte[] id;
            try (SSLSocket socket = secured(connector.socketFactory().createSocket("h.test", network.port()))) {
                socket.setEnabledProtocols(new String[] {version});
                assertThat(ask(socket)).isEqualTo("a");
                id = socket.getSession().getId();
            }
            hosts.clear();
            host("m", MUTE);
            TlsHost second = TlsHost.in(network, "b", shared);
            hosts.add(second);
            try (SSLSocket socket = secured(connected(true))) {
                socket.setEnabledProtocols(new String[] {version});
                assertThat(ask(socket)).isEqualTo("b");
                if (version.equals("TLSv1.2")) {
                    assertThat(socket.getSession().getId()).isEqualTo(id);
                }
            }
            hosts.add(first);
        }

        @Test
        void a_hello_retry_request_is_an_answer() throws Exception {
            // The client's key shares are of its first groups, so this server asks for another one.
            host("a", TlsHost.well(parameters -> setNamedGroups(parameters, "secp521r1")));
            TlsHost second = host("b", WELL);
            try (SSLSocket socket = secured(connected(true))) {
                socket.setEnabledProtocols(new String[] {"TLSv1.3"});
                assertThat(ask(socket)).isEqualTo("a");
            }
            assertThat(second.hellos()).isZero();
        }

        /** Of JDK 20 and up. */
        private static void setNamedGroups(SSLParameters parameters, String... groups) {
            try {
                SSLParameters.class.getMethod("setNamedGroups", String[].class).invoke(parameters, (Object) groups);
            } catch (ReflectiveOperationException before20) {
                // The server is then content with what it gets.
            }
        }
    }

    @Test
    void trap_19_the_next_connect_of_the_lineup_goes_elsewhere() throws Exception {
        host("a", RESETS);
        host("b", WELL);
        host("c", WELL);
        Connector connector = connectorTo(addresses(true));
        Lineup lineup = connector.lineup("h.test", List.of(addresses(true)));
        List<InetAddress> places = lineup.addresses();
        try (Socket socket = lineup.newSocket()) {
            socket.connect(new InetSocketAddress(places.get(0), network.port()));
            assertThat(ask(secured(socket))).isEqualTo("b");
        }
        // What answered last is tried first the next time.
        assertThat(connector
                        .lineup("h.test", List.of(addresses(false)))
                        .addresses()
                        .get(0))
                .isEqualTo(hosts.get(1).address());
        // The client did not like the certificate of b.
        try (Socket socket = lineup.newSocket()) {
            socket.connect(new InetSocketAddress(places.get(1), network.port()));
            assertThat(ask(secured(socket))).isEqualTo("c");
        }
    }

    @Test
    void trap_12_and_interrupts_are_kept_for_later() throws Exception {
        host("a", MUTE);
        host("b", WELL);
        try (Socket socket = connected(true)) {
            Thread.currentThread().interrupt();
            assertThat(ask(secured(socket))).isEqualTo("b");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void a_policy_that_staggers_starts_the_others_when_they_are_needed() throws Exception {
        host("a", MUTE);
        host("b", WELL);
        for (RacePolicy policy : List.of(RacePolicy.rfc8305(), RacePolicy.adaptive())) {
            Connector connector = Connector.builder()
                    .policy(policy)
                    .resolver(resolving("h.test", addresses(false)))
                    .races(it -> it.permits(permits))
                    .build();
            try (SSLSocket socket = secured(connector.socketFactory().createSocket("h.test", network.port()))) {
                assertThat(ask(socket)).isEqualTo("b");
            }
        }
    }

    @Test
    void a_client_shows_its_certificate_to_whom_it_has_chosen() throws Exception {
        host("a", MUTE);
        host("b", TlsHost.well(parameters -> parameters.setNeedClientAuth(true)));
        try (SSLSocket socket = secured(connected(true))) {
            assertThat(ask(socket)).isEqualTo("b");
            assertThat(socket.getSession().getLocalCertificates()).hasSize(1);
        }
    }

    /** BoringSSL by Conscrypt. Its classes are not of a module that these tests could read. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void another_implementation_of_tls_is_served_as_well(boolean held) throws Exception {
        Provider conscrypt = (Provider)
                Class.forName("org.conscrypt.OpenSSLProvider").getConstructor().newInstance();
        SSLContext other = SSLContext.getInstance("TLS", conscrypt);
        other.init(null, TlsHost.trustManagers(), null);
        for (TlsHost.Behaviour bad : List.of(MUTE, RESETS, TlsHost.alerts(2, 40))) {
            hosts.clear();
            host("a", bad);
            host("b", WELL);
            try (SSLSocket socket = (SSLSocket)
                    other.getSocketFactory().createSocket(connected(held), "h.test", network.port(), true)) {
                assertThat(ask(socket)).isEqualTo("b");
            }
        }
    }

    @Test
    void trap_11_losers_that_are_let_finish_are_not_kept_but_connected_to_anew() throws Exception {
        host("a", RESETS);
        TlsHost second = host("b", WELL);
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolving("h.test", addresses(true)))
                .races(it -> it.permits(permits))
                .sampleRegret(1)
                .build();
        try (SSLSocket socket = secured(connector.socketFactory().createSocket("h.test", network.port()))) {
            assertThat(ask(socket)).isEqualTo("b");
        }
        assertThat(second.connections()).isEqualTo(2);
        connector.close();
    }

    @Test
    void trap_5_a_failed_runner_up_does_not_keep_the_reader_awake() throws Exception {
        host("a", CLOSES);
        host("b", MUTE);
        try (Socket socket = connected(true)) {
            socket.setSoTimeout(2_000);
            long before = cpuNanos();
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> secured(socket).startHandshake());
            assertThat(cpuNanos() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_000));
        }
    }

    /** Of this thread; by reflection, because the module under test does not read the JDK's management modules. */
    private static long cpuNanos() throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        return (long) Class.forName("java.lang.management.ThreadMXBean")
                .getMethod("getCurrentThreadCpuTime")
                .invoke(threads);
    }

    @Test
    void a_virtual_thread_reads_as_well_and_an_interrupt_ends_its_wait() throws Exception {
        host("a", MUTE);
        host("b", MUTE);
        try (Socket socket = connected(true)) {
            FutureTask<Throwable> handshake = new FutureTask<>(() -> {
                try {
                    secured(socket).startHandshake();
                    return null;
                } catch (IOException e) {
                    return e;
                }
            });
            Thread virtual;
            try {
                virtual = (Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, handshake);
            } catch (ReflectiveOperationException before21) {
                Assumptions.abort("no virtual threads");
                return;
            }
            while (hosts.get(1).hellos() == 0) {
                Thread.onSpinWait();
            }
            virtual.interrupt();
            assertThat(handshake.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void trap_13_one_address_leaves_nothing_to_choose() throws Exception {
        host("a", WELL);
        assertThat(asked(false)).isEqualTo("a");
        assertThat(listener.opened).isEmpty();
    }

    @Test
    void trap_3_the_port_stays_and_the_address_is_the_connection_s_in_the_end() throws Exception {
        host("a", MUTE);
        host("b", WELL);
        try (Socket socket = connected(true)) {
            assertThat(socket.getInetAddress()).isEqualTo(hosts.get(0).address());
            SSLSocket secured = secured(socket);
            assertThat(ask(secured)).isEqualTo("b");
            assertThat(secured.getInetAddress()).isEqualTo(hosts.get(1).address());
            assertThat(secured.getPort()).isEqualTo(network.port());
            // Which is what sessions are found again by.
            assertThat(secured.getSession().getPeerHost()).isEqualTo("h.test");
            assertThat(secured.getSession().getPeerPort()).isEqualTo(network.port());
        }
    }

    @Test
    void a_hello_that_the_first_server_does_not_take_as_a_whole_goes_to_another() throws Exception {
        try (ServerSocket full = new ServerSocket()) {
            full.setReceiveBufferSize(1024);
            full.bind(new InetSocketAddress(network.newAddress(), network.port()));
            TlsHost good = host("b", WELL);
            InetAddress silent = network.silent();
            InetAddress named = InetAddress.getByAddress("h.test", silent.getAddress());
            Connector connector = connectorTo(silent, full.getInetAddress(), good.address());
            try (Socket socket = connector.socketFactory().createSocket()) {
                socket.setSendBufferSize(1024);
                socket.connect(new InetSocketAddress(named, network.port()));
                assertThat(socket.getInetAddress()).isEqualTo(full.getInetAddress());
                SSLSocket secured = secured(socket);
                SSLParameters parameters = secured.getSSLParameters();
                parameters.setApplicationProtocols(protocols(25_000));
                secured.setSSLParameters(parameters);
                assertThat(ask(secured)).isEqualTo("b");
            }
        }
    }

    /** Returns names of protocols nobody speaks, of so many bytes in all. */
    private static String[] protocols(int bytes) {
        return IntStream.range(0, bytes / 200)
                .mapToObj(i -> String.format("%0199d", i))
                .toArray(String[]::new);
    }

    @Test
    void over_ipv6_and_ipv4_it_is_the_same() throws Exception {
        InetAddress ipv6 = InetAddress.getByName("::1");
        try {
            // It answers as a mute server does, by its kernel alone.
            network.listeningAt(ipv6);
        } catch (RuntimeException noIpv6) {
            Assumptions.abort("needs ::1");
        }
        TlsHost good = host("b", WELL);
        Connector connector = connectorTo(network.silent(), ipv6, good.address());
        try (Socket socket = connector.socketFactory().createSocket("h.test", network.port())) {
            assertThat(socket.getInetAddress()).isEqualTo(ipv6);
            assertThat(ask(secured(socket))).isEqualTo("b");
            assertThat(socket.getInetAddress()).isEqualTo(good.address());
        }
    }

    @Nested
    class What_is_no_stream_decides_for_the_leader {
        private final ServerSocket first = network.listening();
        private final ServerSocket second = network.listening();

        private Socket socket() throws IOException {
            Socket socket = connectorTo(network.silent(), first.getInetAddress(), second.getInetAddress())
                    .socketFactory()
                    .createSocket("h.test", network.port());
            socket.setSoTimeout(10_000);
            return socket;
        }

        @Test
        void the_end_of_output() throws Exception {
            try (Socket socket = socket();
                    Socket peer = first.accept();
                    Socket loser = second.accept()) {
                socket.shutdownOutput();
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
                assertThat(loser.getInputStream().read()).isEqualTo(-1);
                // The loser is closed, the leader is half open.
                peer.getOutputStream().write(7);
                assertThat(socket.getInputStream().read()).isEqualTo(7);
            }
        }

        @Test
        void the_end_of_input() throws Exception {
            try (Socket socket = socket();
                    Socket peer = first.accept();
                    Socket loser = second.accept()) {
                InputStream in = socket.getInputStream();
                socket.shutdownInput();
                assertThat(in.read()).isEqualTo(-1);
                socket.getOutputStream().write(7);
                assertThat(peer.getInputStream().read()).isEqualTo(7);
                assertThat(loser.getInputStream().read()).isEqualTo(-1);
            }
        }

        @Test
        void urgent_data() throws Exception {
            try (Socket socket = socket();
                    Socket peer = first.accept();
                    Socket loser = second.accept()) {
                peer.setOOBInline(true);
                socket.sendUrgentData(7);
                assertThat(peer.getInputStream().read()).isEqualTo(7);
                assertThat(loser.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void trap_19_a_channel_that_a_waiting_connect_gets_brings_the_runners_up() throws Exception {
        host("a", MUTE);
        host("b", WELL);
        RecordingListener races = new RecordingListener(1);
        Connector connector = Connector.builder()
                .policy(RacePolicy.rfc8305())
                .listener(races)
                .races(it -> it.permits(permits))
                .build();
        Lineup lineup = connector.lineup("h.test", List.of(addresses(true)));
        List<InetAddress> places = lineup.addresses();
        Socket racing = lineup.newSocket();
        try (Socket waiting = lineup.newSocket()) {
            FutureTask<Void> race = new FutureTask<>(() -> {
                racing.connect(new InetSocketAddress(places.get(0), network.port()));
                return null;
            });
            new Thread(race).start();
            // 250 ms before the next address has its turn.
            races.awaitStarts();
            waiting.connect(new InetSocketAddress(places.get(1), network.port()));
            // As a client does with the one that it has no more use for.
            racing.close();
            assertThat(waiting.getInetAddress()).isEqualTo(hosts.get(0).address());
            assertThat(ask(secured(waiting))).isEqualTo("b");
        }
    }
}
