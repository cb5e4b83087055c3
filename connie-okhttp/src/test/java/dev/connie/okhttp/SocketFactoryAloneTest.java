package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.Connector;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has Connie's socket factory and a Dns that knows nothing of it. */
@ParameterizedClass(name = "fastFallback {0}")
@ValueSource(booleans = {false, true})
class SocketFactoryAloneTest {
    @Parameter
    boolean fastFallback;

    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    /** Both the client's Dns and the connector's resolver know these addresses. */
    private OkHttpClient.Builder racing(InetAddress... addresses) {
        return using(lab.connector(addresses).build(), addresses);
    }

    private OkHttpClient.Builder using(Connector connector, InetAddress... addresses) {
        return secured(lab.stock())
                .fastFallback(fastFallback)
                .dns(LoopbackNetwork.resolving(Lab.HOST, addresses)::resolve)
                .socketFactory(ConnieOkHttp.create(connector).socketFactory());
    }

    @Test
    void racesTheAddressesOfTheHost() throws Exception {
        TinyServer server = lab.http();
        InetAddress[] addresses = {lab.network.silent(), lab.network.silent(), server.address()};

        assertThat(lab.get(lab.build(racing(addresses)), "http"))
                .isEqualTo(server.address().getHostAddress());
        assertThat(lab.attempts).containsExactly(addresses);
    }

    @Test
    void fallsOverWhenTlsFails() throws Exception {
        TinyServer broken = lab.hangingUp();
        TinyServer server = lab.https(TRUSTED.sslContext());
        OkHttpClient client = lab.build(racing(broken.address(), lab.network.silent(), server.address()));

        assertThat(lab.get(client, "https")).isEqualTo(server.address().getHostAddress());
    }

    @Test
    void hasOneTimeoutForAll() {
        InetAddress[] silent = {lab.network.silent(), lab.network.silent(), lab.network.silent()};
        OkHttpClient client = lab.build(racing(silent).connectTimeout(Duration.ofMillis(600)));

        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> lab.get(client, "http"));
        assertThat(lab.races).hasSize(1);
        assertThat(lab.attempts).containsExactlyInAnyOrder(silent);
    }

    @Test
    void namesEveryAddressIfAllRefuse() {
        InetAddress one = lab.network.refusing();
        InetAddress two = lab.network.refusing();
        OkHttpClient client = lab.build(racing(one, two));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> lab.get(client, "http"))
                .satisfies(
                        error -> assertThat(Errors.text(error)).contains(one.getHostAddress(), two.getHostAddress()));
        // An address that OkHttp names is tried, although it has just refused.
        assertThat(lab.attempts).containsOnly(one, two);
    }

    @Test
    void connectsToTheGivenAddressAloneIfTheResolverDoesNotKnowIt() throws Exception {
        TinyServer other = lab.http();
        InetAddress refusing = lab.network.refusing();
        OkHttpClient client = lab.build(using(lab.connector(other.address()).build(), refusing));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.get(client, "http"));
        assertThat(lab.attempts).containsExactly(refusing);
    }

    @Test
    void keepsToAFilterInTheResolver() throws Exception {
        TinyServer forbidden = lab.http();
        InetAddress refusing = lab.network.refusing();
        Connector filtered = lab.connector()
                .resolver(LoopbackNetwork.resolving(Lab.HOST, forbidden.address(), refusing)
                        .filtering(address -> !address.equals(forbidden.address())))
                .build();
        OkHttpClient client = lab.build(using(filtered, refusing));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.get(client, "http"));
        assertThat(lab.attempts).containsExactly(refusing);
    }
}
