package dev.connie.httpclient5;

import static dev.connie.httpclient5.ClassicFixture.HOST;
import static dev.connie.httpclient5.ClassicFixture.PATIENT;
import static dev.connie.httpclient5.Requests.assertFails;
import static dev.connie.httpclient5.Requests.get;
import static dev.connie.httpclient5.Requests.getInBackground;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connie.Connector;
import dev.connie.race.Outcome;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;
import org.apache.hc.core5.util.VersionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must work with every version from 5.4 on; the build runs it with several. */
class ClassicMatrixTest {
    /** The two managers that race. */
    enum Manager {
        POOLING {
            @Override
            HttpClientConnectionManager of(Connector connector, TlsSocketStrategy tls) {
                return ConnieConnectionManagerBuilder.create(connector)
                        .setTlsSocketStrategy(tls)
                        .setDefaultConnectionConfig(PATIENT)
                        .build();
            }
        },
        BASIC {
            @Override
            HttpClientConnectionManager of(Connector connector, TlsSocketStrategy tls) {
                BasicHttpClientConnectionManager manager = new BasicHttpClientConnectionManager(
                        ConnieConnectionOperator.create(connector, null, null, tls), null);
                manager.setConnectionConfig(PATIENT);
                return manager;
            }
        };

        abstract HttpClientConnectionManager of(Connector connector, TlsSocketStrategy tls);
    }

    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final RecordedRaces races = fixture.races;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void runs_with_the_version_that_the_build_says() {
        VersionInfo version =
                VersionInfo.loadVersionInfo("org.apache.hc.client5", getClass().getClassLoader());

        assertThat(version.getRelease()).isEqualTo(System.getProperty("httpclient5.version"));
    }

    @ParameterizedTest
    @EnumSource
    void races_past_a_silent_and_a_refusing_address(Manager manager) throws Exception {
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = client(manager, silent, refusing, server.address())) {
            assertThat(get(client, fixture.http())).isEqualTo(server.body());
        }
        assertThat(races.finished()).hasSize(1);
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
        assertThat(races.ended(Outcome.FAILED)).containsExactly(refusing);
    }

    @ParameterizedTest
    @EnumSource
    void races_past_a_silent_and_a_refusing_address_with_tls(Manager manager) throws Exception {
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        try (TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST));
                CloseableHttpClient client = client(manager, silent, refusing, server.address())) {
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
            assertThat(server.clients()).as("connections").hasSize(1);
        }
        assertThat(races.finished()).hasSize(1);
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_after_failed_tls_handshakes(Manager manager) throws Exception {
        try (TestServer impostor = TestServer.https(network, TestTls.serverNamed("other.test"));
                TestServer garbage = TestServer.garbage(network);
                TestServer hangingUp = TestServer.hangingUp(network);
                TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST));
                CloseableHttpClient client = client(
                        manager,
                        impostor.address(),
                        garbage.address(),
                        hangingUp.address(),
                        network.silent(),
                        server.address())) {
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
            impostor.awaitNoConnections();
            garbage.awaitNoConnections();
            hangingUp.awaitNoConnections();
        }
        assertThat(races.ended(Outcome.WON)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void says_what_became_of_each_address_when_all_refuse(Manager manager) throws Exception {
        InetAddress one = network.refusing();
        InetAddress two = network.refusing();
        try (CloseableHttpClient client = client(manager, one, two)) {
            assertThatThrownBy(() -> get(client, fixture.http()))
                    .isInstanceOf(HttpHostConnectException.class)
                    .hasMessageContaining("Connection refused")
                    .satisfies(thrown -> assertThat(thrown.getSuppressed())
                            .extracting(Throwable::getMessage)
                            .containsExactlyInAnyOrder(
                                    one.getHostAddress() + ":" + network.port() + ": Connection refused",
                                    two.getHostAddress() + ":" + network.port() + ": Connection refused"));
        }
        assertThat(races.finished()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void names_the_address_whose_handshake_failed(Manager manager) throws Exception {
        InetAddress refusing = network.refusing();
        try (TestServer impostor = TestServer.https(network, TestTls.serverNamed("other.test"));
                CloseableHttpClient client = client(manager, impostor.address(), refusing)) {
            assertThatThrownBy(() -> get(client, fixture.https()))
                    .isInstanceOf(IOException.class)
                    .satisfies(thrown -> assertThat(thrown.getSuppressed())
                            .extracting(Throwable::getMessage)
                            .anyMatch(message -> message.startsWith(impostor.body() + ":" + network.port())
                                    && message.contains("javax.net.ssl.SSL"))
                            .anyMatch(message -> message.startsWith(refusing.getHostAddress())));
        }
    }

    /** A name server that answers 0.0.0.0 says "nowhere", and the system would take it for this machine. */
    @ParameterizedTest
    @EnumSource
    void the_wildcard_address_is_never_connected_to(Manager manager) throws Exception {
        InetAddress[] wildcards = {InetAddress.getByName("0.0.0.0"), InetAddress.getByName("::")};
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client =
                        client(manager, wildcards[0], wildcards[1], network.refusing(), server.address());
                CloseableHttpClient lost = client(manager, wildcards)) {
            assertThat(get(client, fixture.http())).isEqualTo(server.body());
            assertThatThrownBy(() -> get(lost, fixture.http()))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining(HOST);
        }
        assertThat(races.started()).isNotEmpty().noneMatch(InetAddress::isAnyLocalAddress);
    }

    @Test
    void nor_is_it_when_the_builders_own_resolver_finds_it() throws Exception {
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = Requests.client(fixture.manager()
                        .setDnsResolver(new FixedDns(InetAddress.getByName("0.0.0.0"), server.address()))
                        .build());
                CloseableHttpClient lost = Requests.client(fixture.manager()
                        .setDnsResolver(new FixedDns(InetAddress.getByName("0.0.0.0")))
                        .build())) {
            assertThat(get(client, fixture.http())).isEqualTo(server.body());
            assertThatThrownBy(() -> get(lost, fixture.http())).isInstanceOf(UnknownHostException.class);
            assertThat(races.started()).containsExactly(server.address());
        }
    }

    @Test
    void a_timeout_says_what_the_stock_client_says() throws Exception {
        DnsResolver silent = new FixedDns(network.silent());
        ConnectionConfig soon = ConnectionConfig.custom()
                .setConnectTimeout(Timeout.ofMilliseconds(300))
                .build();
        try (CloseableHttpClient stock = Requests.client(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(silent)
                        .setDefaultConnectionConfig(soon)
                        .build());
                CloseableHttpClient client = Requests.client(fixture.manager()
                        .setDnsResolver(silent)
                        .setDefaultConnectionConfig(soon)
                        .build())) {
            Throwable expected = catchThrowable(() -> get(stock, fixture.http()));

            assertThatThrownBy(() -> get(client, fixture.http()))
                    .isExactlyInstanceOf(expected.getClass())
                    .hasMessage(expected.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_abort_ends_the_race_and_the_loop(Manager manager) throws Exception {
        InetAddress one = network.silent();
        InetAddress two = network.silent();
        try (CloseableHttpClient client = client(manager, one, two)) {
            long before = Descriptors.openSockets();
            HttpGet request = fixture.http();
            CompletableFuture<String> response = getInBackground(client, request);
            races.awaitStarted(2);

            request.abort();

            assertFails(response);
            Await.until(
                    () -> Descriptors.openSockets() <= before,
                    () -> "sockets: " + Descriptors.openSockets() + ", before: " + before);
        }
        assertThat(races.started()).containsExactlyInAnyOrder(one, two);
        assertThat(races.ended(Outcome.ABANDONED)).containsExactlyInAnyOrder(one, two);
    }

    @ParameterizedTest
    @EnumSource
    void an_abort_ends_a_stuck_tls_handshake_and_the_loop(Manager manager) throws Exception {
        try (TestServer mute = TestServer.mute(network);
                CloseableHttpClient client = client(manager, mute.address(), network.silent())) {
            HttpGet request = fixture.https();
            CompletableFuture<String> response = getInBackground(client, request);
            mute.awaitFirstByte();

            request.abort();

            assertFails(response);
            mute.awaitNoConnections();
            assertThat(races.started()).containsExactly(mute.address());
        }
    }

    @Test
    void an_abort_between_two_addresses_ends_the_loop() throws Exception {
        HttpGet request = fixture.https();
        AtomicInteger handshakes = new AtomicInteger();
        TlsSocketStrategy closesThenAborts = (socket, target, port, attachment, context) -> {
            handshakes.incrementAndGet();
            // The abort finds no open socket by whose close it could be noticed. (The basic manager's abort waits for
            // the connect to end, so that the pooling one must do.)
            socket.close();
            CompletableFuture.runAsync(request::abort).join();
            throw new SSLException("no");
        };
        try (TestServer one = TestServer.mute(network);
                TestServer two = TestServer.mute(network);
                CloseableHttpClient client = client(Manager.POOLING, closesThenAborts, one.address(), two.address())) {
            assertThatThrownBy(() -> get(client, request)).isInstanceOf(IOException.class);
        }
        assertThat(handshakes).hasValue(1);
        assertThat(races.finished()).hasSize(1);
    }

    @Test
    void a_watchdog_that_closes_the_socket_of_a_stuck_handshake_moves_on_to_the_next_address() throws Exception {
        TlsSocketStrategy stock = new DefaultClientTlsStrategy(TestTls.CLIENT);
        try (TestServer mute = TestServer.mute(network);
                TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST))) {
            TlsSocketStrategy watched = (socket, target, port, attachment, context) -> {
                if (socket.getInetAddress().equals(mute.address())) {
                    CompletableFuture.runAsync(() -> {
                        mute.awaitFirstByte();
                        Closer.closeQuietly(socket);
                    });
                }
                return stock.upgrade(socket, target, port, attachment, context);
            };
            try (CloseableHttpClient client = client(Manager.POOLING, watched, mute.address(), server.address())) {
                assertThat(get(client, fixture.https())).isEqualTo(server.body());
            }
        }
    }

    @Test
    void an_abort_while_the_name_is_looked_up_connects_to_nothing() throws Exception {
        HttpGet request = fixture.http();
        try (TestServer server = TestServer.http(network)) {
            Connector connector = Connector.builder()
                    .resolver(host -> {
                        CompletableFuture.runAsync(request::abort).join();
                        return List.of(server.address());
                    })
                    .listener(races)
                    .build();
            try (CloseableHttpClient client =
                    Requests.client(Manager.POOLING.of(connector, new DefaultClientTlsStrategy(TestTls.CLIENT)))) {
                assertThatThrownBy(() -> get(client, request)).isInstanceOf(IOException.class);
            }
        }
        assertThat(races.started()).isEmpty();
    }

    @Test
    void the_socket_factory_for_older_versions_says_what_to_use() {
        assertThatThrownBy(() -> ConnieConnectionSocketFactory.create(Connector.create()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ConnieConnectionManagerBuilder");
    }

    private CloseableHttpClient client(Manager manager, InetAddress... addresses) {
        return client(manager, new DefaultClientTlsStrategy(TestTls.CLIENT), addresses);
    }

    private CloseableHttpClient client(Manager manager, TlsSocketStrategy tls, InetAddress... addresses) {
        return Requests.client(manager.of(fixture.connector(addresses), tls));
    }
}
