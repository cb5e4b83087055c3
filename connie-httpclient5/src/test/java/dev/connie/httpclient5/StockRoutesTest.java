package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.BasicHttpClientResponseHandler;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that have one address only, or whose addresses somebody else knows. */
class StockRoutesTest {
    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final RecordedRaces races = fixture.races;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a_socks_proxy_is_spoken_to_by_a_plain_socket() throws Exception {
        try (TestServer proxy = TestServer.socks(network);
                CloseableHttpClient client = Requests.client(fixture.manager(network.refusing())
                        .setDefaultSocketConfig(SocketConfig.custom()
                                .setSocksProxyAddress(proxy.socketAddress())
                                .build())
                        .build())) {
            assertThat(get(client, fixture.http())).isEqualTo(proxy.body());
            assertThat(proxy.requests()).containsExactly("SOCKS 5", "CONNECT ", "GET / HTTP/1.1");
        }
        assertThat(races.started()).isEmpty();
    }

    @Test
    void a_socks_proxy_may_look_up_what_the_users_resolver_leaves_to_it() throws Exception {
        DnsResolver leavesItToTheProxy = new DnsResolver() {
            @Override
            public InetAddress @Nullable [] resolve(String host) {
                return null;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        try (TestServer proxy = TestServer.socks(network);
                CloseableHttpClient client = Requests.client(fixture.manager()
                        .setDnsResolver(leavesItToTheProxy)
                        .setDefaultSocketConfig(SocketConfig.custom()
                                .setSocksProxyAddress(proxy.socketAddress())
                                .build())
                        .build())) {
            assertThat(get(client, fixture.http())).isEqualTo(proxy.body());
            assertThat(proxy.requests()).contains("CONNECT " + ClassicFixture.HOST);
        }
    }

    @Test
    void an_explicit_address_is_connected_to_without_a_look_up() throws Exception {
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = fixture.client(network.refusing())) {
            HttpHost host = new HttpHost("http", server.address(), "unknown.test", network.port());

            String body = client.execute(host, new HttpGet("/"), new BasicHttpClientResponseHandler());

            assertThat(body).isEqualTo(server.body());
        }
        assertThat(races.started()).isEmpty();
    }

    @Test
    void an_explicit_address_may_be_https() throws Exception {
        try (TestServer server = TestServer.https(network, TestTls.serverNamed("explicit.test"));
                CloseableHttpClient client = fixture.client(network.refusing())) {
            HttpHost host = new HttpHost("https", server.address(), "explicit.test", network.port());

            String body = client.execute(host, new HttpGet("/"), new BasicHttpClientResponseHandler());

            assertThat(body).isEqualTo(server.body());
        }
    }

    @Test
    void a_unix_domain_socket_is_connected_to_as_the_stock_client_does(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serveOne(server));
            HttpGet request = fixture.http();
            request.setConfig(RequestConfig.custom().setUnixDomainSocket(path).build());
            try (CloseableHttpClient client = fixture.client(network.refusing())) {
                assertThat(get(client, request)).isEqualTo("unix");
            }
            served.join();
        }
        assertThat(races.started()).isEmpty();
    }

    @Test
    void a_unix_domain_socket_that_is_missing_is_the_same_error_as_the_stock_clients(@TempDir Path directory)
            throws Exception {
        RequestConfig config = RequestConfig.custom()
                .setUnixDomainSocket(directory.resolve("missing"))
                .build();
        HttpGet request = fixture.http();
        request.setConfig(config);
        IOException stock;
        try (CloseableHttpClient client = Requests.client(
                PoolingHttpClientConnectionManagerBuilder.create().build())) {
            stock = failure(client, request);
        }
        try (CloseableHttpClient client = fixture.client(network.refusing())) {
            assertThat(failure(client, request)).hasSameClassAs(stock).hasMessage(stock.getMessage());
        }
    }

    private static IOException failure(CloseableHttpClient client, HttpGet request) {
        try {
            throw new AssertionError("answered: " + get(client, request));
        } catch (IOException e) {
            return e;
        }
    }

    private static void serveOne(ServerSocketChannel server) {
        try (SocketChannel connection = server.accept()) {
            connection.read(ByteBuffer.allocate(4096));
            connection.write(StandardCharsets.US_ASCII.encode("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
