package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.address;
import static dev.connie.okhttp.MockServers.secured;
import static dev.connie.okhttp.MockServers.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection serves many calls: the interrupt of one caller must not end it for the others. */
class InterruptTest {
    private final Lab lab = new Lab();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void close() throws IOException {
        released.countDown();
        Thread.interrupted();
        lab.close();
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @ValueSource(booleans = {false, true})
    void ofOneCallLeavesTheSharedHttp2ConnectionToTheOthers(boolean fastFallback) throws Exception {
        MockWebServer server = MockServers.secure(lab, Protocol.HTTP_2, Protocol.HTTP_1_1);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                if (request.getTarget().equals("/slow")) {
                    released.await();
                }
                return text(request.getTarget());
            }
        });
        OkHttpClient client = lab.build(
                secured(lab.racing(lab.network.silent(), address(server))).fastFallback(fastFallback));
        assertThat(get(client, "/first")).isEqualTo("/first");
        server.takeRequest();
        CompletableFuture<String> slow = Background.run(() -> get(client, "/slow"));
        assertThat(server.takeRequest().getTarget()).isEqualTo("/slow");

        // With the flag set from the start, this thread itself writes to the connection.
        for (int i = 0; i < 5; i++) {
            Thread.currentThread().interrupt();
            try {
                get(client, "/interrupted");
            } catch (IOException endsThisCall) {
                assertThat(endsThisCall).hasMessageContaining("interrupted");
            }
            Thread.interrupted();
        }

        released.countDown();
        assertThat(slow.get()).isEqualTo("/slow");
        assertThat(get(client, "/last")).isEqualTo("/last");
        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
        assertThat(lab.races).hasSize(1);
    }

    @ParameterizedTest(name = "racing {0}")
    @ValueSource(booleans = {false, true})
    void ofACallerThatReadsWaitsLikeThatOfAPlainSocket(boolean racing) throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        TinyServer server = lab.closing(TinyServer.of(lab.network, (tiny, socket) -> {
            interrupted.await();
            tiny.http1(socket);
        }));
        OkHttpClient client = lab.build(
                racing
                        ? lab.racing(server.address(), lab.network.silent())
                        : lab.stock().dns(host -> List.of(server.address())));
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<Boolean> call = Background.run(() -> {
            caller.set(Thread.currentThread());
            lab.get(client, "http");
            return Thread.interrupted();
        });
        Lab.await(() -> caller.get() != null && Background.isWaitingForData(caller.get(), "readResponseHeaders"));

        caller.get().interrupt();
        interrupted.countDown();

        // The answer came, and the interrupt is kept for whoever looks next.
        assertThat(call.get()).isTrue();
    }

    private String get(OkHttpClient client, String path) throws IOException {
        return Lab.body(client.newCall(new Request.Builder()
                .url(lab.url("https").newBuilder().encodedPath(path).build())
                .build()));
    }
}
