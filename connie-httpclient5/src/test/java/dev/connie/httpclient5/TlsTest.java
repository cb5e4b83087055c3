package dev.connie.httpclient5;

import static dev.connie.httpclient5.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.Outcome;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsTest {
    private final ClassicFixture fixture = new ClassicFixture();
    private final LoopbackNetwork network = fixture.network;
    private final RecordedRaces races = fixture.races;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a_server_that_hangs_in_its_handshake_is_left_long_before_the_handshake_timeout() throws Exception {
        try (TestServer mute = TestServer.mute(network);
                TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST));
                CloseableHttpClient client = Requests.client(fixture.manager(mute.address(), server.address())
                        .setDefaultTlsConfig(TlsConfig.custom()
                                .setHandshakeTimeout(5, TimeUnit.MINUTES)
                                .build())
                        .build())) {
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
            mute.awaitNoConnections();
        }
        assertThat(races.ended(Outcome.WON)).hasSize(1);
    }

    @Test
    void the_addresses_left_after_a_failed_handshake_race_among_themselves() throws Exception {
        InetAddress silent = network.silent();
        InetAddress refusing = network.refusing();
        try (TestServer impostor = TestServer.https(network, TestTls.serverNamed("other.test"));
                TestServer server = TestServer.https(network, TestTls.serverNamed(ClassicFixture.HOST));
                CloseableHttpClient client = fixture.client(impostor.address(), silent, refusing, server.address())) {
            assertThat(get(client, fixture.https())).isEqualTo(server.body());
        }
        assertThat(races.finished()).hasSize(2);
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
        assertThat(races.ended(Outcome.FAILED)).containsExactly(refusing);
    }

    @Test
    void what_fails_in_every_handshake_is_told_for_each_address() throws Exception {
        try (TestServer impostor = TestServer.https(network, TestTls.serverNamed("other.test"));
                TestServer garbage = TestServer.garbage(network);
                TestServer hangingUp = TestServer.hangingUp(network);
                CloseableHttpClient client =
                        fixture.client(impostor.address(), garbage.address(), hangingUp.address())) {
            assertThatThrownBy(() -> get(client, fixture.https()))
                    .isInstanceOf(IOException.class)
                    .satisfies(thrown -> assertThat(thrown.getSuppressed())
                            .extracting(suppressed -> suppressed.getMessage().replaceFirst(":.*", ""))
                            .containsExactly(impostor.body(), garbage.body(), hangingUp.body()));
            impostor.awaitNoConnections();
            garbage.awaitNoConnections();
            hangingUp.awaitNoConnections();
        }
        // When the garbage came, the one that hangs up was asked.
        assertThat(races.finished()).hasSize(2);
    }

    @Test
    void a_multi_homed_proxy_is_raced_for_and_tunnelled_through() throws Exception {
        InetAddress silent = network.silent();
        try (TestServer origin = TestServer.https(network, TestTls.serverNamed("origin.test"));
                TestServer proxy = TestServer.tunnel(network, origin.socketAddress());
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(fixture.manager(silent, network.refusing(), proxy.address())
                                .build())
                        .setProxy(new HttpHost("http", ClassicFixture.HOST, network.port()))
                        .build()) {
            HttpGet request = new HttpGet("https://origin.test/");
            assertThat(get(client, request)).isEqualTo(origin.body());
            assertThat(get(client, request)).isEqualTo(origin.body());
            assertThat(proxy.requests()).containsExactly("CONNECT origin.test:443 HTTP/1.1");
        }
        assertThat(races.finished()).hasSize(1);
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
    }

    @Test
    void a_multi_homed_proxy_is_raced_for_without_a_tunnel_too() throws Exception {
        InetAddress silent = network.silent();
        try (TestServer proxy = TestServer.http(network);
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(
                                fixture.manager(silent, proxy.address()).build())
                        .setProxy(new HttpHost("http", ClassicFixture.HOST, network.port()))
                        .build()) {
            HttpGet request = new HttpGet("http://origin.test/page");
            assertThat(get(client, request)).isEqualTo(proxy.body());
            assertThat(proxy.requests()).containsExactly("GET http://origin.test/page HTTP/1.1");
        }
        assertThat(races.ended(Outcome.LOST)).containsExactly(silent);
    }
}
