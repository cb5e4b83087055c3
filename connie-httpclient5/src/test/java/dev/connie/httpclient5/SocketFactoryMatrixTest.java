package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.assertFails;
import static dev.connie.httpclient5.Requests.get;
import static dev.connie.httpclient5.Requests.getInBackground;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.Connector;
import dev.connie.race.Outcome;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.BasicHttpClientResponseHandler;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.SSLConnectionSocketFactory;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.apache.hc.core5.util.VersionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must work with every version up to 5.3; the build runs it with the first and the last. */
@SuppressWarnings("deprecation")
class SocketFactoryMatrixTest {
    private static final String HOST = "raced.test";

    /** The two managers that race. */
    enum Manager {
        POOLING {
            @Override
            HttpClientConnectionManager of(ConnieConnectionSocketFactory racing, DnsResolver dns) {
                return new PoolingHttpClientConnectionManager(
                        racing.registry(new SSLConnectionSocketFactory(TestTls.CLIENT)),
                        PoolConcurrencyPolicy.STRICT,
                        PoolReusePolicy.LIFO,
                        TimeValue.NEG_ONE_MILLISECOND,
                        null,
                        dns,
                        null);
            }
        },
        BASIC {
            @Override
            HttpClientConnectionManager of(ConnieConnectionSocketFactory racing, DnsResolver dns) {
                return new BasicHttpClientConnectionManager(
                        racing.registry(new SSLConnectionSocketFactory(TestTls.CLIENT)), null, null, dns);
            }
        };

        abstract HttpClientConnectionManager of(ConnieConnectionSocketFactory racing, DnsResolver dns);
    }

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final RecordedRaces races = new RecordedRaces();

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void runs_with_the_version_that_the_build_says() {
        VersionInfo version =
                VersionInfo.loadVersionInfo("org.apache.hc.client5", getClass().getClassLoader());

        assertThat(version.getRelease()).isEqualTo(System.getProperty("httpclient5.version"));
    }

    @Test
    void the_builders_say_that_they_are_for_a_newer_version() {
        assertThatIllegalStateException()
                .isThrownBy(ConnieConnectionManagerBuilder::create)
                .withMessage("ConnieConnectionManagerBuilder needs HttpClient 5.4 or newer: with an older one use"
                        + " dev.connie.httpclient5.ConnieConnectionSocketFactory");
        assertThatIllegalStateException()
                .isThrownBy(ConnieAsyncConnectionManagerBuilder::create)
                .withMessage("ConnieAsyncConnectionManagerBuilder needs HttpClient 5.4 or newer");
    }

    @ParameterizedTest
    @EnumSource
    void races_past_a_silent_and_a_refusing_address(Manager manager) throws Exception {
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = client(manager, silent, refusing, server.address())) {
            assertThat(get(client, request("http"))).isEqualTo(server.body());
            assertThat(get(client, request("http"))).isEqualTo(server.body());
            assertThat(server.clients()).as("connections").hasSize(1);
        }
        assertThat(races.finished()).hasSize(1);
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
    }

    @ParameterizedTest
    @EnumSource
    void races_past_a_silent_and_a_refusing_address_with_tls(Manager manager) throws Exception {
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        try (TestServer server = TestServer.https(network, TestTls.serverNamed(HOST));
                CloseableHttpClient client = client(manager, silent, refusing, server.address())) {
            assertThat(get(client, request("https"))).isEqualTo(server.body());
        }
        assertThat(races.finished()).hasSize(1);
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_after_failed_tls_handshakes(Manager manager) throws Exception {
        try (TestServer impostor = TestServer.https(network, TestTls.serverNamed("other.test"));
                TestServer garbage = TestServer.garbage(network);
                TestServer server = TestServer.https(network, TestTls.serverNamed(HOST));
                CloseableHttpClient client =
                        client(manager, impostor.address(), garbage.address(), network.silent(), server.address())) {
            assertThat(get(client, request("https"))).isEqualTo(server.body());
        }
        assertThat(races.ended(Outcome.WON)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void fails_with_one_race_when_all_refuse(Manager manager) throws Exception {
        InetAddress one = network.refusing();
        InetAddress two = network.refusing();
        try (CloseableHttpClient client = client(manager, one, two)) {
            assertThatThrownBy(() -> get(client, request("http")))
                    .isInstanceOf(HttpHostConnectException.class)
                    .hasMessageContainingAll("Connection refused", one.getHostAddress(), two.getHostAddress());
        }
        assertThat(races.finished()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void fails_after_one_connect_timeout_when_all_are_silent(Manager manager) throws Exception {
        InetAddress[] silent = {network.silent(), network.silent(), network.silent()};
        try (CloseableHttpClient client = client(manager, silent)) {
            HttpGet request = request("http");
            request.setConfig(RequestConfig.custom()
                    .setConnectTimeout(Timeout.ofMilliseconds(500))
                    .build());

            assertThatThrownBy(() -> get(client, request)).isInstanceOf(ConnectTimeoutException.class);
        }
        assertThat(races.finished()).hasSize(1);
        assertThat(races.ended(Outcome.TIMED_OUT)).containsExactly(silent);
    }

    @ParameterizedTest
    @EnumSource
    void an_abort_ends_the_race_and_the_loop(Manager manager) throws Exception {
        InetAddress one = network.silent();
        InetAddress two = network.silent();
        try (CloseableHttpClient client = client(manager, one, two)) {
            long before = Descriptors.openSockets();
            HttpGet request = request("http");
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
            HttpGet request = request("https");
            CompletableFuture<String> response = getInBackground(client, request);
            mute.awaitFirstByte();

            request.abort();

            assertFails(response);
            mute.awaitNoConnections();
            assertThat(races.started()).containsExactly(mute.address());
        }
    }

    @ParameterizedTest
    @EnumSource
    void asks_the_users_own_resolver_once_for_each_connect(Manager manager) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (TestServer server = TestServer.http(network)) {
            ConnieConnectionSocketFactory racing = ConnieConnectionSocketFactory.create(connector());
            DnsResolver own = resolverOf(asked, network.refusing(), server.address());
            try (CloseableHttpClient client = Requests.client(manager.of(racing, racing.dnsResolver(own)))) {
                assertThat(get(client, request("http"))).isEqualTo(server.body());
            }
        }
        assertThat(asked).hasValue(1);
        assertThat(races.finished()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void an_empty_or_null_answer_is_an_unknown_host(Manager manager) throws Exception {
        ConnieConnectionSocketFactory racing = ConnieConnectionSocketFactory.create(connector());
        for (DnsResolver own : new DnsResolver[] {
            resolverOf(new AtomicInteger()), resolverOf(new AtomicInteger(), (InetAddress[]) null)
        }) {
            try (CloseableHttpClient client = Requests.client(manager.of(racing, racing.dnsResolver(own)))) {
                assertThatThrownBy(() -> get(client, request("http")))
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessageContaining(HOST);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_wildcard_address_is_never_connected_to(Manager manager) throws Exception {
        InetAddress[] wildcards = {InetAddress.getByName("0.0.0.0"), InetAddress.getByName("::")};
        ConnieConnectionSocketFactory racing = ConnieConnectionSocketFactory.create(connector());
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = client(manager, wildcards[0], wildcards[1], server.address());
                CloseableHttpClient own = Requests.client(manager.of(
                        racing, racing.dnsResolver(resolverOf(new AtomicInteger(), wildcards[0], server.address()))));
                CloseableHttpClient lost = client(manager, wildcards)) {
            assertThat(get(client, request("http"))).isEqualTo(server.body());
            assertThat(get(own, request("http"))).isEqualTo(server.body());
            assertThatThrownBy(() -> get(lost, request("http")))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining(HOST);
            assertThat(races.started()).containsExactly(server.address(), server.address());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_route_to_an_explicit_address_goes_there(Manager manager) throws Exception {
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = client(manager, network.refusing())) {
            HttpHost host = new HttpHost("http", server.address(), "unknown.test", network.port());

            String body = client.execute(host, new HttpGet("/"), new BasicHttpClientResponseHandler());

            assertThat(body).isEqualTo(server.body());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_route_to_an_explicit_address_goes_nowhere_else_whatever_its_name(Manager manager) throws Exception {
        InetAddress refusing = network.refusing();
        try (TestServer other = TestServer.http(network);
                CloseableHttpClient client = client(manager, refusing, other.address())) {
            InetAddress named = InetAddress.getByAddress(HOST, refusing.getAddress());
            HttpHost host = new HttpHost("http", named, HOST, network.port());

            assertThatThrownBy(() -> client.execute(host, new HttpGet("/"), new BasicHttpClientResponseHandler()))
                    .isInstanceOf(HttpHostConnectException.class);
            assertThat(other.clients()).isEmpty();
        }
        assertThat(races.started()).containsExactly(refusing);
    }

    private static DnsResolver resolverOf(AtomicInteger asked, InetAddress... addresses) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) {
                asked.incrementAndGet();
                return addresses;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    private Connector connector(InetAddress... addresses) {
        return Connector.builder()
                .resolver(LoopbackNetwork.resolving(HOST, addresses))
                .listener(races)
                .build();
    }

    private CloseableHttpClient client(Manager manager, InetAddress... addresses) {
        ConnieConnectionSocketFactory racing = ConnieConnectionSocketFactory.create(connector(addresses));
        return Requests.client(manager.of(racing, racing.dnsResolver()));
    }

    private HttpGet request(String scheme) {
        return new HttpGet(scheme + "://" + HOST + ":" + network.port() + "/");
    }
}
