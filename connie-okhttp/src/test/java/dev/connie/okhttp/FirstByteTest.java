package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The race goes on until a server speaks. */
class FirstByteTest {
    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void aMuteServerCostsNoTimeout(String protocol) throws Exception {
        TinyServer mute = lab.mute();
        TinyServer server = lab.https(TRUSTED.sslContext(), protocol);
        // Nobody waits so long.
        OkHttpClient client = lab.build(secured(lab.racing(mute.address(), server.address()))
                .readTimeout(Duration.ofMinutes(5))
                .fastFallback(false));

        assertThat(lab.get(client, "https")).isEqualTo(server.address().getHostAddress());
        assertThat(lab.races).hasSize(1);
    }

    @Test
    void aServerThatHangsUpCostsNoRetry() throws Exception {
        TinyServer hangingUp = lab.hangingUp();
        TinyServer server = lab.https(TRUSTED.sslContext(), "http/1.1");
        OkHttpClient client = lab.build(secured(lab.racing(hangingUp.address(), server.address()))
                .retryOnConnectionFailure(false)
                .fastFallback(false));

        assertThat(lab.get(client, "https")).isEqualTo(server.address().getHostAddress());
        assertThat(lab.races).hasSize(1);
    }
}
