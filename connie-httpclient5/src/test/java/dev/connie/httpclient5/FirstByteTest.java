package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNetwork;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The race goes on until a server speaks. */
class FirstByteTest {
    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void bad_servers_of_every_kind_cost_one_connect() throws Exception {
        try (TestServer garbage = TestServer.garbage(network);
                TestServer hangingUp = TestServer.hangingUp(network);
                TestServer mute = TestServer.mute(network);
                TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST));
                CloseableHttpClient client =
                        fixture.client(garbage.address(), hangingUp.address(), mute.address(), server.address())) {
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
        }
        assertThat(fixture.races.finished()).hasSize(1);
    }
}
