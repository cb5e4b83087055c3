package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client sets before the connect is set on the socket that won. */
class SocketOptionsTest {
    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final Deque<ManagedHttpClientConnection> connections = new ArrayDeque<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Asks of the socket of the connection that a request has left in the pool. */
    private interface Question {
        void ask(Socket socket) throws Exception;
    }

    private void afterRequest(SocketConfig config, Question question) throws Exception {
        HttpConnectionFactory<ManagedHttpClientConnection> remembering = socket -> {
            connections.add(ManagedHttpClientConnectionFactory.INSTANCE.createConnection(socket));
            return connections.getLast();
        };
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client =
                        Requests.client(fixture.manager(network.silent(), network.refusing(), server.address())
                                .setDefaultSocketConfig(config)
                                .setConnectionFactory(remembering)
                                .build())) {
            assertThat(get(client, fixture.http())).isEqualTo(server.body());
            question.ask(connections.getLast().getSocket());
        }
    }

    @Test
    void keep_alive_probes_are_set_by_default() throws Exception {
        afterRequest(SocketConfig.DEFAULT, socket -> {
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE))
                    .isEqualTo(SocketConfig.DEFAULT.getTcpKeepIdle());
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL))
                    .isEqualTo(SocketConfig.DEFAULT.getTcpKeepInterval());
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT))
                    .isEqualTo(SocketConfig.DEFAULT.getTcpKeepCount());
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getReuseAddress()).isFalse();
            assertThat(socket.getSoLinger()).isEqualTo(-1);
        });
    }

    @Test
    void all_that_is_configured_is_set() throws Exception {
        SocketConfig config = SocketConfig.custom()
                .setRcvBufSize(20_000)
                .setSndBufSize(30_000)
                .setSoLinger(3, TimeUnit.SECONDS)
                .setSoReuseAddress(true)
                .setTcpNoDelay(false)
                .setSoKeepAlive(true)
                .setTcpKeepIdle(77)
                .setTcpKeepInterval(78)
                .setTcpKeepCount(7)
                .build();
        try (Socket plain = new Socket()) {
            // The system has a mind of its own about sizes: Linux doubles them.
            plain.setReceiveBufferSize(20_000);
            plain.setSendBufferSize(30_000);
            afterRequest(config, socket -> {
                assertThat(socket.getReceiveBufferSize()).isEqualTo(plain.getReceiveBufferSize());
                assertThat(socket.getSendBufferSize()).isEqualTo(plain.getSendBufferSize());
                // HttpClient gives the milliseconds to what counts seconds.
                assertThat(socket.getSoLinger()).isEqualTo(3000);
                assertThat(socket.getReuseAddress()).isTrue();
                assertThat(socket.getTcpNoDelay()).isFalse();
                assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(77);
                assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL))
                        .isEqualTo(78);
                assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT))
                        .isEqualTo(7);
            });
        }
    }

    @Test
    void a_route_may_have_a_local_address() throws Exception {
        InetAddress local = network.newAddress();
        DefaultRoutePlanner fromLocal = new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE) {
            @Override
            protected InetAddress determineLocalAddress(HttpHost firstHop, HttpContext context) {
                return local;
            }
        };
        try (TestServer server = TestServer.http(network);
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(fixture.manager(network.silent(), network.refusing(), server.address())
                                .build())
                        .setRoutePlanner(fromLocal)
                        .build()) {
            assertThat(get(client, fixture.http())).isEqualTo(server.body());
            assertThat(server.clients())
                    .extracting(InetSocketAddress::getAddress)
                    .containsExactly(local);
        }
    }
}
