package dev.connie.httpclient5;

import static dev.connie.httpclient5.ClassicFixture.PATIENT;
import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {
    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final RecordedRaces races = fixture.races;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a_connection_is_kept_alive_and_used_again() throws Exception {
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = fixture.client(network.silent(), server.address())) {
            for (int i = 0; i < 5; i++) {
                assertThat(get(client, fixture.http())).isEqualTo(server.body());
            }
            assertThat(server.clients()).hasSize(1);
        }
        assertThat(races.finished()).hasSize(1);
    }

    @Test
    void a_connection_that_the_server_has_closed_is_noticed_and_replaced() throws Exception {
        ConnectionConfig checking = ConnectionConfig.copy(PATIENT)
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build();
        try (TestServer server = TestServer.httpClosingSilently(network);
                CloseableHttpClient client = Requests.client(fixture.manager(server.address())
                        .setDefaultConnectionConfig(checking)
                        .build())) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(client, fixture.http())).isEqualTo(server.body());
                server.awaitNoConnections();
            }
            assertThat(server.clients()).hasSize(3);
        }
        assertThat(races.finished()).hasSize(3);
    }

    @Test
    void losers_never_enter_the_pool() throws Exception {
        try (TestServer one = TestServer.http(network);
                TestServer two = TestServer.http(network);
                PoolingHttpClientConnectionManager manager =
                        fixture.manager(one.address(), two.address()).build();
                CloseableHttpClient client = Requests.client(manager)) {
            get(client, fixture.http());

            assertThat(manager.getTotalStats().getAvailable()).isEqualTo(1);
            assertThat(manager.getTotalStats().getLeased()).isZero();
        }
    }

    @Test
    void a_failed_connect_gives_its_lease_back() throws Exception {
        try (PoolingHttpClientConnectionManager manager = fixture.manager(network.refusing(), network.refusing())
                        .setMaxConnPerRoute(1)
                        .setMaxConnTotal(1)
                        .build();
                CloseableHttpClient client = Requests.client(manager)) {
            for (int i = 0; i < 3; i++) {
                Requests.assertFails(Requests.getInBackground(client, fixture.http()));
            }
            assertThat(manager.getTotalStats().getLeased()).isZero();
            assertThat(manager.getTotalStats().getAvailable()).isZero();
        }
    }

    @Test
    void the_builders_limits_hold() {
        try (PoolingHttpClientConnectionManager manager = ConnieConnectionManagerBuilder.create()
                .setMaxConnTotal(7)
                .setMaxConnPerRoute(3)
                .build()) {
            assertThat(manager.getMaxTotal()).isEqualTo(7);
            assertThat(manager.getDefaultMaxPerRoute()).isEqualTo(3);
        }
    }

    @Test
    void a_client_is_built_as_a_framework_builds_it() throws Exception {
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = HttpClients.custom()
                        .useSystemProperties()
                        .setConnectionManager(
                                ConnieConnectionManagerBuilder.create().build())
                        .build()) {
            // A literal address: this one resolves as the JVM does.
            assertThat(get(client, new HttpGet("http://" + server.body() + ":" + network.port())))
                    .isEqualTo(server.body());
        }
    }

    @Test
    void twenty_threads_leave_no_descriptor_and_no_thread() throws Exception {
        try (TestServer warmUp = TestServer.http(network);
                CloseableHttpClient client = fixture.client(network.silent(), warmUp.address())) {
            // What the JVM starts once, it keeps.
            get(client, fixture.http());
        }
        try (TestServer one = TestServer.http(network);
                TestServer two = TestServer.httpClosingSilently(network)) {
            var silent = network.silent();
            Set<Thread> threadsBefore = threads();
            long before = Descriptors.openSockets();
            ExecutorService requesters = Executors.newFixedThreadPool(20);
            try (CloseableHttpClient client = HttpClients.custom()
                    // A connection that the second server has just closed may be taken from the pool several times in a
                    // row.
                    .setRetryStrategy(new DefaultHttpRequestRetryStrategy(200, TimeValue.ZERO_MILLISECONDS))
                    .setConnectionManager(fixture.manager(silent, network.refusing(), one.address(), two.address())
                            .setMaxConnPerRoute(20)
                            .setMaxConnTotal(20)
                            .build())
                    .build()) {
                List<Future<String>> responses = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    responses.add(requesters.submit(() -> get(client, fixture.http())));
                }
                for (Future<String> response : responses) {
                    assertThat(response.get()).isIn(one.body(), two.body());
                }
            }
            requesters.shutdown();
            assertThat(requesters.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            one.awaitNoConnections();
            two.awaitNoConnections();
            Await.until(
                    () -> Descriptors.openSockets() <= before,
                    () -> "sockets: " + Descriptors.openSockets() + ", before: " + before);
            Await.until(
                    () -> threadsBefore.containsAll(threads()), () -> "before " + threadsBefore + ", now " + threads());
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }
}
