package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNetwork;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.config.TlsConfig;
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
    void a_mute_server_costs_no_timeout() throws Exception {
        try (TestServer mute = TestServer.mute(network);
                TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST));
                // Nobody waits so long.
                CloseableHttpClient client = Requests.client(fixture.manager(mute.address(), server.address())
                        .setDefaultTlsConfig(TlsConfig.custom()
                                .setHandshakeTimeout(5, TimeUnit.MINUTES)
                                .build())
                        .build())) {
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
            mute.awaitNoConnections();
        }
        assertThat(fixture.races.finished()).hasSize(1);
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
