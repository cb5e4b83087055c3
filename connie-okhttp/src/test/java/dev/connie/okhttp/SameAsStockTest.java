package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.UNTRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call comes to when things go wrong on its connection is what it comes to without Connie. */
class SameAsStockTest {
    /** A server, a client, and in which method the call waits for data when it is cancelled, if it is. */
    private record Scenario(
            String name,
            TinyServer.Manner server,
            String scheme,
            UnaryOperator<OkHttpClient.Builder> settings,
            @Nullable RequestBody body,
            @Nullable String cancelledIn) {

        Scenario(String name, TinyServer.Manner server) {
            this(name, server, "http", client -> client, null, null);
        }

        Scenario with(UnaryOperator<OkHttpClient.Builder> settings) {
            return new Scenario(name, server, scheme, settings, body, cancelledIn);
        }

        Scenario overTls() {
            return new Scenario(name, server, "https", settings, body, cancelledIn);
        }

        Scenario posting(RequestBody body) {
            return new Scenario(name, server, scheme, settings, body, cancelledIn);
        }

        Scenario cancelledWhileIn(String method) {
            return new Scenario(name, server, scheme, settings, body, method);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String HALF_A_RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello";
    private static final Duration BRIEF = Duration.ofMillis(300);
    private static final TinyServer.Manner NO_SERVER = (server, socket) -> {};

    static Stream<Scenario> scenarios() {
        TinyServer.Manner mute = (server, socket) -> {
            readRequest(socket);
            readAll(socket);
        };
        TinyServer.Manner stalling = (server, socket) -> {
            readRequest(socket);
            write(socket, HALF_A_RESPONSE);
            readAll(socket);
        };
        TinyServer.Manner deaf = (server, socket) -> Lab.await(socket::isClosed);
        UnaryOperator<OkHttpClient.Builder> readTimeout = client -> client.readTimeout(BRIEF);
        UnaryOperator<OkHttpClient.Builder> writeTimeout = client -> client.writeTimeout(BRIEF);
        UnaryOperator<OkHttpClient.Builder> callTimeout = client -> client.callTimeout(BRIEF);
        return Stream.of(
                new Scenario("read timeout before the response", mute).with(readTimeout),
                new Scenario("read timeout in the response", stalling).with(readTimeout),
                new Scenario("call timeout before the response", mute).with(callTimeout),
                new Scenario("call timeout in the response", stalling).with(callTimeout),
                new Scenario("write timeout", deaf).with(writeTimeout).posting(large()),
                new Scenario("call timeout in the request", deaf)
                        .with(callTimeout)
                        .posting(large()),
                new Scenario("cancel before the response", mute).cancelledWhileIn("readResponseHeaders"),
                new Scenario("cancel in the response", stalling).cancelledWhileIn("string"),
                new Scenario("cancel in the handshake", (server, socket) -> readAll(socket))
                        .cancelledWhileIn("startHandshake")
                        .overTls(),
                new Scenario("end of stream in the response", (server, socket) -> {
                    readRequest(socket);
                    write(socket, HALF_A_RESPONSE);
                }),
                new Scenario("reset in the response", (server, socket) -> {
                    readRequest(socket);
                    write(socket, HALF_A_RESPONSE);
                    socket.setSoLinger(true, 0);
                }),
                new Scenario("bad certificate", TinyServer.tls(UNTRUSTED.sslContext())).overTls(),
                new Scenario("hang-up in the handshake", (server, socket) -> {}).overTls(),
                new Scenario("silence in the handshake", (server, socket) -> readAll(socket))
                        .with(readTimeout)
                        .overTls(),
                new Scenario("a server of TLS spoken to in the clear", TinyServer.tls(TRUSTED.sslContext())),
                new Scenario(
                                "a server in the clear spoken to by TLS",
                                (server, socket) -> write(socket, "220 hello\r\n"))
                        .overTls());
    }

    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void fails(Scenario scenario) throws Exception {
        TinyServer server = lab.closing(TinyServer.of(lab.network, scenario.server));

        String stock = outcome(scenario, lab.stock().dns(host -> named(server.address())));
        String racing = outcome(scenario, lab.racing(server.address()));

        assertThat(racing).isEqualTo(stock);
        assertThat(stock).contains("Exception");
        assertThat(lab.attempts).isNotEmpty().containsOnly(server.address());
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @ValueSource(booleans = {false, true})
    void failsToConnect(boolean fastFallback) throws Exception {
        for (InetAddress address : List.of(lab.network.refusing(), lab.network.silent())) {
            for (Scenario scenario : List.of(
                    new Scenario("connect timeout", NO_SERVER).with(client -> client.connectTimeout(BRIEF)),
                    new Scenario("call timeout", NO_SERVER).with(client -> client.callTimeout(BRIEF)))) {
                OkHttpClient.Builder racing = lab.racing(address, address).fastFallback(fastFallback);
                OkHttpClient.Builder stock =
                        lab.stock().dns(host -> named(address, address)).fastFallback(fastFallback);

                assertThat(outcome(scenario, racing)).isEqualTo(outcome(scenario, stock));
            }
        }
    }

    private static List<InetAddress> named(InetAddress... addresses) throws UnknownHostException {
        return LoopbackNetwork.resolving(Lab.HOST, addresses).resolve(Lab.HOST);
    }

    /** Returns the exception of the call in words, or what it answered. */
    private String outcome(Scenario scenario, OkHttpClient.Builder builder) throws Exception {
        OkHttpClient client = lab.build(scenario.settings.apply(secured(builder)));
        Request.Builder request = new Request.Builder().url(lab.url(scenario.scheme));
        if (scenario.body != null) {
            request.post(scenario.body);
        }
        Call call = client.newCall(request.build());
        Thread caller = Thread.currentThread();
        CompletableFuture<Void> cancelling = scenario.cancelledIn == null
                ? CompletableFuture.completedFuture(null)
                : Background.run(() -> {
                    Lab.await(() -> Background.isWaitingForData(caller, scenario.cancelledIn));
                    call.cancel();
                    return null;
                });
        try {
            return "answered " + Lab.body(call);
        } catch (IOException failure) {
            // OkHttp sets the socket's own timeout and Okio's to the same time: whichever comes first.
            return failure.toString().replace("Read timed out", "timeout");
        } finally {
            cancelling.join();
        }
    }

    private static RequestBody large() {
        return RequestBody.create(new byte[16_000_000], null);
    }

    private static void readRequest(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int lastFour = 0;
        while (lastFour != 0x0d0a0d0a) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("no request");
            }
            lastFour = lastFour << 8 | c;
        }
    }

    private static void readAll(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // The client has no more to say.
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
