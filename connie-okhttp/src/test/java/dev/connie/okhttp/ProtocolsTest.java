package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.address;
import static dev.connie.okhttp.MockServers.always;
import static dev.connie.okhttp.MockServers.secured;
import static dev.connie.okhttp.MockServers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** All that OkHttp speaks, over the connection that won. */
@ParameterizedClass(name = "fastFallback {0}")
@ValueSource(booleans = {false, true})
class ProtocolsTest {
    @Parameter
    boolean fastFallback;

    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    /** Returns a client of a host that has this server's address and a silent one. */
    private OkHttpClient.Builder racing(MockWebServer server) {
        return secured(lab.racing(lab.network.silent(), address(server))).fastFallback(fastFallback);
    }

    @Test
    void http1() throws Exception {
        MockWebServer server = MockServers.clear(lab, Protocol.HTTP_1_1);
        always(server, text("hello"));

        try (Response response = lab.call(lab.build(racing(server)), "http").execute()) {
            assertThat(response.protocol()).isEqualTo(Protocol.HTTP_1_1);
            assertThat(response.body().string()).isEqualTo("hello");
        }
    }

    @Test
    void http1OverTls() throws Exception {
        MockWebServer server = MockServers.secure(lab, Protocol.HTTP_1_1);
        always(server, text("hello"));

        try (Response response = lab.call(lab.build(racing(server)), "https").execute()) {
            assertThat(response.protocol()).isEqualTo(Protocol.HTTP_1_1);
            assertThat(response.handshake()).isNotNull();
            assertThat(response.body().string()).isEqualTo("hello");
        }
    }

    @Test
    void http2() throws Exception {
        MockWebServer server = MockServers.secure(lab, Protocol.HTTP_2, Protocol.HTTP_1_1);
        always(server, text("hello"));

        try (Response response = lab.call(lab.build(racing(server)), "https").execute()) {
            assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
            assertThat(response.body().string()).isEqualTo("hello");
        }
    }

    @Test
    void http2InTheClear() throws Exception {
        MockWebServer server = MockServers.clear(lab, Protocol.H2_PRIOR_KNOWLEDGE);
        always(server, text("hello"));
        OkHttpClient client = lab.build(racing(server).protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)));

        try (Response response = lab.call(client, "http").execute()) {
            assertThat(response.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
            assertThat(response.body().string()).isEqualTo("hello");
        }
    }

    @Test
    void megabytesBothWays() throws Exception {
        ByteString megabytes = ByteString.of(new byte[3_000_000]);
        for (Protocol protocol : List.of(Protocol.HTTP_1_1, Protocol.HTTP_2)) {
            MockWebServer server = protocol == Protocol.HTTP_2
                    ? MockServers.secure(lab, Protocol.HTTP_2, Protocol.HTTP_1_1)
                    : MockServers.secure(lab, protocol);
            always(
                    server,
                    new MockResponse.Builder()
                            .body(new Buffer().write(megabytes))
                            .build());
            Request request = new Request.Builder()
                    .url(lab.url("https"))
                    .post(RequestBody.create(megabytes, MediaType.get("application/octet-stream")))
                    .build();

            try (Response response = lab.build(racing(server)).newCall(request).execute()) {
                assertThat(response.protocol()).isEqualTo(protocol);
                assertThat(response.body().byteString()).isEqualTo(megabytes);
            }
            assertThat(server.takeRequest().getBodySize()).isEqualTo(megabytes.size());
        }
    }

    @Test
    void webSocket() throws Exception {
        MockWebServer server = MockServers.clear(lab, Protocol.HTTP_1_1);
        always(
                server,
                new MockResponse.Builder()
                        .webSocketUpgrade(new WebSocketListener() {
                            @Override
                            public void onMessage(WebSocket webSocket, String text) {
                                webSocket.send(text + ", " + text);
                                webSocket.close(1000, null);
                            }
                        })
                        .build());
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket webSocket = lab.build(racing(server))
                .newWebSocket(new Request.Builder().url(lab.url("http")).build(), new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket webSocket, String text) {
                        answer.complete(text);
                    }

                    @Override
                    public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
                        answer.completeExceptionally(failure);
                    }
                });

        webSocket.send("hello");

        assertThat(answer.get()).isEqualTo("hello, hello");
        webSocket.close(1000, null);
    }

    @Test
    void aProxysAddressesAreRacedForAPlainRequest() throws Exception {
        MockWebServer proxy = MockServers.clear(lab, Protocol.HTTP_1_1);
        always(proxy, text("by proxy"));
        OkHttpClient client = lab.build(racing(proxy).proxy(proxyByName()));

        Request request = new Request.Builder().url("http://origin.test/").build();
        assertThat(Lab.body(client.newCall(request))).isEqualTo("by proxy");
        assertThat(lab.attempts).hasSize(2).contains(address(proxy));
    }

    @Test
    void aProxysAddressesAreRacedForATunnel() throws Exception {
        MockWebServer proxy = MockServers.secure(lab, Protocol.HTTP_2, Protocol.HTTP_1_1);
        proxy.enqueue(new MockResponse.Builder().inTunnel().build());
        proxy.enqueue(text("through the tunnel"));
        // The certificate is the origin's.
        OkHttpClient client = lab.build(racing(proxy).proxy(proxyByName()));

        Request request = new Request.Builder().url("https://other.test/").build();
        assertThat(Lab.body(client.newCall(request))).isEqualTo("through the tunnel");
        assertThat(proxy.takeRequest().getMethod()).isEqualTo("CONNECT");
        assertThat(lab.attempts).hasSize(2).contains(address(proxy));
    }

    private Proxy proxyByName() {
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(Lab.HOST, lab.network.port()));
    }

    @Test
    void aLiteralAddressIsConnectedToAsItIs() throws Exception {
        MockWebServer server = MockServers.clear(lab, Protocol.HTTP_1_1);
        always(server, text("hello"));
        HttpUrl url = lab.url("http")
                .newBuilder()
                .host(address(server).getHostAddress())
                .build();

        assertThat(Lab.body(lab.build(racing(server))
                        .newCall(new Request.Builder().url(url).build())))
                .isEqualTo("hello");
        assertThat(lab.attempts).containsExactly(address(server));
    }

    @Test
    void bothFamiliesRace() throws Exception {
        InetAddress ip6 = InetAddress.getByName("::1");
        for (boolean ip6Answers : new boolean[] {true, false}) {
            try (Lab lab = new Lab();
                    ServerSocket listener = listen(ip6Answers ? ip6 : lab.network.newAddress(), lab.network.port());
                    TinyServer server = TinyServer.of(listener, TinyServer::http1)) {
                OkHttpClient client = lab.build(lab.racing(lab.network.silent(), listener.getInetAddress(), ip6)
                        .fastFallback(fastFallback));

                assertThat(InetAddress.getByName(lab.get(client, "http")))
                        .isEqualTo(server.address())
                        .matches(address -> address instanceof Inet6Address == ip6Answers);
                assertThat(lab.attempts).contains(ip6);
            }
        }
    }

    private static ServerSocket listen(InetAddress address, int port) {
        try {
            return new ServerSocket(port, 50, address);
        } catch (IOException none) {
            assumeTrue(false, "needs " + address + " and the port free: " + none);
            throw new AssertionError(none);
        }
    }

    @Test
    void concurrentCallsOfOneClient() throws Exception {
        MockWebServer server = MockServers.secure(lab, Protocol.HTTP_2, Protocol.HTTP_1_1);
        always(server, text("hello"));
        OkHttpClient client = lab.build(racing(server));

        List<CompletableFuture<String>> calls = Background.all(30, () -> lab.get(client, "https"));

        for (CompletableFuture<String> call : calls) {
            assertThat(call.get()).isEqualTo("hello");
        }
    }

    @Test
    void concurrentCallsOfOneClientOverHttp1() throws Exception {
        TinyServer server = lab.http();
        OkHttpClient client =
                lab.build(lab.racing(lab.network.silent(), server.address()).fastFallback(fastFallback));

        List<CompletableFuture<String>> calls = Background.all(30, () -> lab.get(client, "http"));

        for (CompletableFuture<String> call : calls) {
            assertThat(call.get()).isEqualTo(server.address().getHostAddress());
        }
        assertThat(server.accepted()).isBetween(1, 30);
    }
}
