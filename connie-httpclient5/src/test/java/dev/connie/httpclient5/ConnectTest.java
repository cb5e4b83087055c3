package dev.connie.httpclient5;

import static dev.connie.httpclient5.ClassicFixture.HOST;
import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.Connector;
import dev.connie.race.Outcome;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ConnectTest {
    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final RecordedRaces races = fixture.races;

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ConnectionConfig connectTimeout(Timeout timeout) {
        return ConnectionConfig.custom().setConnectTimeout(timeout).build();
    }

    @Nested
    class The_connect_timeout {
        private final InetAddress[] silent = {
            network.silent(), network.silent(), network.silent(), network.silent(), network.silent()
        };

        @Test
        void is_spent_once_for_all_addresses() throws Exception {
            ConnectionConfig config = connectTimeout(Timeout.ofSeconds(3));
            try (CloseableHttpClient client = Requests.client(
                    fixture.manager(silent).setDefaultConnectionConfig(config).build())) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> get(client, fixture.http()))
                        .isInstanceOf(ConnectTimeoutException.class)
                        .hasMessageContaining("Connect timed out")
                        .satisfies(ConnectTest.this::namesEachAddress);
                // The stock client takes 15 s.
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(12));
            }
            assertThat(races.finished()).hasSize(1);
            assertThat(races.ended(Outcome.TIMED_OUT)).containsExactly(silent);
        }

        @Test
        void is_spent_once_with_the_basic_manager_too() throws Exception {
            BasicHttpClientConnectionManager manager = new BasicHttpClientConnectionManager(
                    ConnieConnectionOperator.create(fixture.connector(silent)), null);
            manager.setConnectionConfig(connectTimeout(Timeout.ofMilliseconds(500)));
            try (CloseableHttpClient client = Requests.client(manager)) {
                assertThatThrownBy(() -> get(client, fixture.http()))
                        .isInstanceOf(ConnectTimeoutException.class)
                        .satisfies(ConnectTest.this::namesEachAddress);
            }
            assertThat(races.finished()).hasSize(1);
            assertThat(races.ended(Outcome.TIMED_OUT)).containsExactly(silent);
        }

        @Test
        @SuppressWarnings("deprecation")
        void may_come_with_the_request() throws Exception {
            HttpGet request = fixture.http();
            request.setConfig(RequestConfig.custom()
                    .setConnectTimeout(Timeout.ofMilliseconds(500))
                    .build());
            try (CloseableHttpClient client = fixture.client(silent)) {
                assertThatThrownBy(() -> get(client, request)).isInstanceOf(ConnectTimeoutException.class);
            }
        }

        @Test
        void of_zero_sets_no_limit() throws Exception {
            try (TestServer server = TestServer.http(network);
                    CloseableHttpClient client = Requests.client(fixture.manager(silent[0], server.address())
                            .setDefaultConnectionConfig(connectTimeout(Timeout.ZERO_MILLISECONDS))
                            .build())) {
                assertThat(get(client, fixture.http())).isEqualTo(server.body());
            }
        }
    }

    private void namesEachAddress(Throwable thrown) {
        String[] addresses = races.started().stream()
                .map(address -> address.getHostAddress() + ":" + network.port())
                .toArray(String[]::new);
        assertThat(addresses).isNotEmpty();
        assertThat(thrown.getSuppressed())
                .extracting(suppressed -> suppressed.getMessage().replaceFirst("^([^:]*:[^:]*):.*", "$1"))
                .containsExactlyInAnyOrder(addresses);
    }

    @Nested
    class When_no_address_connects {
        @Test
        void a_refusal_is_an_HttpHostConnectException_that_knows_each_address() throws Exception {
            try (CloseableHttpClient client = fixture.client(network.refusing(), network.refusing())) {
                assertThatThrownBy(() -> get(client, fixture.http()))
                        .isInstanceOf(HttpHostConnectException.class)
                        .hasMessageContainingAll(HOST, "Connection refused")
                        .satisfies(ConnectTest.this::namesEachAddress);
            }
        }

        @Test
        void refusals_and_silence_end_with_the_time() throws Exception {
            try (CloseableHttpClient client = Requests.client(fixture.manager(network.refusing(), network.silent())
                    .setDefaultConnectionConfig(connectTimeout(Timeout.ofMilliseconds(500)))
                    .build())) {
                assertThatThrownBy(() -> get(client, fixture.http()))
                        .isInstanceOf(ConnectTimeoutException.class)
                        .satisfies(ConnectTest.this::namesEachAddress);
            }
        }

        @Test
        void every_request_has_an_exception_of_its_own() throws Exception {
            try (CloseableHttpClient client = fixture.client(network.refusing(), network.refusing())) {
                Throwable first = failure(client);
                Throwable second = failure(client);
                assertThat(second).isNotSameAs(first);
                assertThat(first.getSuppressed()).hasSize(2);
                assertThat(second.getSuppressed()).hasSize(2);
            }
        }

        @Test
        void the_next_request_races_again() throws Exception {
            InetAddress late = network.newAddress();
            try (CloseableHttpClient client = fixture.client(network.refusing(), late)) {
                assertThat(failure(client)).isInstanceOf(HttpHostConnectException.class);
                try (TestServer server = TestServer.httpAt(network, late)) {
                    assertThat(get(client, fixture.http())).isEqualTo(server.body());
                }
            }
        }

        private Throwable failure(CloseableHttpClient client) {
            try {
                throw new AssertionError("answered: " + get(client, fixture.http()));
            } catch (IOException e) {
                return e;
            }
        }
    }

    @Nested
    class Names {
        @Test
        void are_looked_up_by_the_connector_once_for_each_connect() throws Exception {
            AtomicInteger asked = new AtomicInteger();
            try (TestServer server = TestServer.httpClosingSilently(network)) {
                Connector counting = Connector.builder()
                        .resolver(host -> {
                            asked.incrementAndGet();
                            return List.of(network.refusing(), network.refusing(), server.address());
                        })
                        .build();
                try (CloseableHttpClient client = Requests.client(
                        ConnieConnectionManagerBuilder.create(counting).build())) {
                    assertThat(get(client, fixture.http())).isEqualTo(server.body());
                }
            }
            assertThat(asked).hasValue(1);
        }

        @Test
        void are_looked_up_by_the_builders_own_resolver_if_there_is_one() throws Exception {
            Answer answer = new Answer(network.refusing(), null);
            try (TestServer server = TestServer.http(network)) {
                answer.addresses[1] = server.address();
                // The connector knows of no address.
                try (CloseableHttpClient client =
                        Requests.client(fixture.manager().setDnsResolver(answer).build())) {
                    assertThat(get(client, fixture.http())).isEqualTo(server.body());
                }
            }
            assertThat(answer.asked).hasValue(1);
            assertThat(races.finished()).hasSize(1);
        }

        @Test
        void may_resolve_to_another_port() throws Exception {
            try (TestServer server = TestServer.http(network);
                    LoopbackNetwork elsewhere = LoopbackNetwork.open();
                    TestServer server2 = TestServer.http(elsewhere)) {
                Answer moved = new Answer() {
                    @Override
                    public List<InetSocketAddress> resolve(String host, int port) {
                        return List.of(
                                new InetSocketAddress(network.refusing(), elsewhere.port()), server2.socketAddress());
                    }
                };
                Answer mixed = new Answer() {
                    @Override
                    public List<InetSocketAddress> resolve(String host, int port) {
                        return List.of(
                                new InetSocketAddress(server2.address(), network.port()),
                                new InetSocketAddress(server.address(), elsewhere.port()),
                                server2.socketAddress());
                    }
                };
                assertThat(getBy(moved)).isEqualTo(server2.body());
                assertThat(races.finished()).hasSize(1);
                assertThat(getBy(mixed)).isEqualTo(server2.body());
                assertThat(races.finished())
                        .as("ports of several kinds do not race")
                        .hasSize(1);
            }
        }

        @Test
        void without_an_address_are_unknown_hosts() {
            assertThatThrownBy(() -> getBy(new Answer()))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining(HOST);
        }

        @Test
        void with_a_null_answer_are_unknown_hosts() {
            assertThatThrownBy(() -> getBy(new Answer((InetAddress[]) null)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining(HOST);
        }

        @Test
        void that_the_connector_does_not_know_are_unknown_hosts() throws Exception {
            try (CloseableHttpClient client = fixture.client(network.refusing())) {
                HttpGet elsewhere = new HttpGet("http://elsewhere.test/");
                assertThatThrownBy(() -> get(client, elsewhere)).isInstanceOf(UnknownHostException.class);
            }
        }

        private String getBy(DnsResolver resolver) throws IOException {
            try (CloseableHttpClient client =
                    Requests.client(fixture.manager().setDnsResolver(resolver).build())) {
                return get(client, fixture.http());
            }
        }

        /** A DnsResolver that always gives the same answer. */
        private static class Answer implements DnsResolver {
            final @Nullable InetAddress @Nullable [] addresses;
            final AtomicInteger asked = new AtomicInteger();

            Answer(@Nullable InetAddress @Nullable ... addresses) {
                this.addresses = addresses;
            }

            @Override
            public InetAddress[] resolve(String host) {
                asked.incrementAndGet();
                return addresses;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        }
    }

    @Test
    void a_literal_address_is_a_host_too() throws Exception {
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(
                                ConnieConnectionManagerBuilder.create().build())
                        .build()) {
            HttpGet request = new HttpGet("http://" + server.body() + ":" + network.port() + "/");
            assertThat(get(client, request)).isEqualTo(server.body());
        }
    }
}
