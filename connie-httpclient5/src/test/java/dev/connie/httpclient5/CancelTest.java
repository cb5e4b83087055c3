package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.assertFails;
import static dev.connie.httpclient5.Requests.getInBackground;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stock client goes on to the next address after each of these. */
class CancelTest {
    /** The ways of a user to call a request off. */
    enum Way {
        ABORT {
            @Override
            void callOff(CloseableHttpClient client, HttpGet request) {
                request.abort();
            }
        },
        CANCEL {
            @Override
            void callOff(CloseableHttpClient client, HttpGet request) {
                request.cancel();
            }
        },
        CLOSE {
            @Override
            void callOff(CloseableHttpClient client, HttpGet request) throws IOException {
                client.close();
            }
        },
        CLOSE_AT_ONCE {
            @Override
            void callOff(CloseableHttpClient client, HttpGet request) {
                client.close(CloseMode.IMMEDIATE);
            }
        };

        abstract void callOff(CloseableHttpClient client, HttpGet request) throws IOException;
    }

    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final RecordedRaces races = fixture.races;

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void ends_a_connect(Way way) throws Exception {
        InetAddress[] silent = {network.silent(), network.silent(), network.silent()};
        try (CloseableHttpClient client = fixture.client(silent)) {
            long before = Descriptors.openSockets();
            HttpGet request = fixture.http();
            CompletableFuture<String> response = getInBackground(client, request);
            races.awaitStarted(3);

            way.callOff(client, request);

            assertFails(response);
            Await.until(
                    () -> Descriptors.openSockets() <= before,
                    () -> "sockets: " + Descriptors.openSockets() + ", before: " + before);
            assertThat(races.started()).containsExactly(silent);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ends_a_stuck_tls_handshake(Way way) throws Exception {
        try (TestServer mute = TestServer.mute(network);
                TestServer unasked = TestServer.mute(network);
                CloseableHttpClient client = fixture.client(mute.address(), unasked.address())) {
            HttpGet request = fixture.https();
            CompletableFuture<String> response = getInBackground(client, request);
            mute.awaitFirstByte();

            way.callOff(client, request);

            assertFails(response);
            mute.awaitNoConnections();
            assertThat(races.started()).containsExactly(mute.address());
            assertThat(unasked.clients()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ends_a_wait_for_the_response(Way way) throws Exception {
        try (TestServer mute = TestServer.mute(network);
                CloseableHttpClient client = fixture.client(mute.address())) {
            HttpGet request = fixture.http();
            CompletableFuture<String> response = getInBackground(client, request);
            mute.awaitFirstByte();

            way.callOff(client, request);

            assertFails(response);
            mute.awaitNoConnections();
        }
    }
}
