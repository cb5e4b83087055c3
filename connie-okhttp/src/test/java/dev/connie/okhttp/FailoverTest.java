package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.UNTRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.RacePolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OkHttp's loop over the addresses and the race are one. */
@ParameterizedClass(name = "fastFallback {0}, {1}")
@MethodSource("settings")
class FailoverTest {
    static Stream<Arguments> settings() {
        return Stream.of(false, true)
                .flatMap(fastFallback -> Stream.of(RacePolicy.allAtOnce(), RacePolicy.rfc8305())
                        .map(policy -> Arguments.of(fastFallback, policy)));
    }

    @Parameter(0)
    boolean fastFallback;

    @Parameter(1)
    RacePolicy policy;

    private Lab lab;

    @BeforeEach
    void open() {
        lab = new Lab(policy);
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private OkHttpClient.Builder racing(InetAddress... addresses) {
        return secured(lab.racing(addresses)).fastFallback(fastFallback);
    }

    @Nested
    class WhenConnectsFail {
        @Test
        void anAddressThatAnswersIsTheConnection() throws Exception {
            TinyServer server = lab.http();
            OkHttpClient client = lab.build(
                    racing(lab.network.silent(), lab.network.refusing(), server.address(), lab.network.silent()));

            assertThat(lab.get(client, "http")).isEqualTo(text(server));
        }

        @Test
        void alsoWithoutRetries() throws Exception {
            TinyServer server = lab.http();
            OkHttpClient client = lab.build(racing(lab.network.silent(), lab.network.refusing(), server.address())
                    .retryOnConnectionFailure(false));

            assertThat(lab.get(client, "http")).isEqualTo(text(server));
        }

        @Test
        void ifAllRefuseEachIsTriedOnceAndNamed() {
            InetAddress[] refusing = {lab.network.refusing(), lab.network.refusing(), lab.network.refusing()};
            OkHttpClient client = lab.build(racing(refusing));

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> lab.get(client, "http"))
                    .withMessageStartingWith("Failed to connect to " + Lab.HOST + "/")
                    .satisfies(error -> {
                        assertThat(error.getSuppressed()).hasSize(2);
                        assertThat(Errors.text(error)).contains(texts(refusing));
                    });
            assertThat(lab.attempts).containsExactlyInAnyOrder(refusing);
        }

        @Test
        void ifAllAreSilentThereIsOneTimeoutInAll() {
            InetAddress[] silent = {
                lab.network.silent(), lab.network.silent(), lab.network.silent(), lab.network.silent()
            };
            OkHttpClient client = lab.build(racing(silent).connectTimeout(Duration.ofMillis(1200)));

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> lab.get(client, "http"))
                    .withMessage("Connect timed out")
                    .satisfies(error -> assertThat(Errors.text(error)).contains(texts(silent)));
            // Not one timeout for each: a race has one, and there was one race.
            assertThat(lab.races).hasSize(1);
            assertThat(lab.attempts).containsExactlyInAnyOrder(silent);
        }

        @Test
        void theNextCallStartsAfresh() throws Exception {
            InetAddress address = lab.network.newAddress();
            OkHttpClient client = lab.build(racing(lab.network.refusing(), address));
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.get(client, "http"));

            TinyServer server = lab.http(address);

            assertThat(lab.get(client, "http")).isEqualTo(text(server));
        }
    }

    @Nested
    class WhenTheWinnersTlsFails {
        @Test
        void becauseItHangsUp() throws Exception {
            failsOver(lab.hangingUp());
        }

        @Test
        void becauseItsCertificateIsBad() throws Exception {
            failsOver(lab.https(UNTRUSTED.sslContext()));
        }

        @Test
        void becauseItIsMute() throws Exception {
            failsOver(lab.mute());
        }

        private void failsOver(TinyServer broken) throws Exception {
            TinyServer server = lab.https(TRUSTED.sslContext());
            InetAddress silent = lab.network.silent();
            OkHttpClient client =
                    lab.build(racing(broken.address(), silent, server.address()).readTimeout(Duration.ofMillis(700)));

            assertThat(lab.get(client, "https")).isEqualTo(text(server));
            assertThat(broken.accepted()).isEqualTo(1);
            assertThat(lab.attempts).filteredOn(server.address()::equals).hasSizeBetween(1, 2);
        }

        @Test
        void anAddressListedBeforeItServesToo() throws Exception {
            ServerSocket slow = lab.network.silentServer();
            // The slow one answers no SYN before the broken one has won.
            TinyServer broken = lab.closing(TinyServer.of(lab.network, (server, socket) -> {
                lab.closing(TinyServer.of(slow, TinyServer.tls(TRUSTED.sslContext())));
                socket.close();
            }));
            OkHttpClient client = lab.build(racing(slow.getInetAddress(), broken.address()));

            assertThat(lab.get(client, "https")).isEqualTo(slow.getInetAddress().getHostAddress());
            // Once more where the slow one takes so long that the one that let the client down is better than none.
            assertThat(broken.accepted()).isBetween(1, 2);
        }

        @Test
        void ifEveryHandshakeFailsTheErrorIsThatOfTls() {
            TinyServer one = lab.https(UNTRUSTED.sslContext());
            TinyServer two = lab.https(UNTRUSTED.sslContext());
            OkHttpClient client = lab.build(racing(one.address(), two.address()));

            assertThatThrownBy(() -> lab.get(client, "https")).isInstanceOf(SSLHandshakeException.class);
            assertThat(one.accepted()).isPositive();
            assertThat(two.accepted()).isPositive();
        }

        @Test
        void alsoWithAnOlderTlsToFallBackTo() throws Exception {
            TinyServer broken = lab.hangingUp();
            TinyServer server = lab.https(TRUSTED.sslContext());
            OkHttpClient client = lab.build(racing(broken.address(), server.address())
                    .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.COMPATIBLE_TLS)));

            assertThat(lab.get(client, "https")).isEqualTo(text(server));
        }

        @Test
        void anAddressListedTwiceStillServes() throws Exception {
            TinyServer broken = lab.hangingUp();
            TinyServer server = lab.https(TRUSTED.sslContext());
            OkHttpClient client =
                    lab.build(racing(broken.address(), broken.address(), server.address(), server.address()));

            assertThat(lab.get(client, "https")).isEqualTo(text(server));
        }
    }

    @Nested
    class WhenThePooledConnectionIsStale {
        // What is in front refuses rather than being silent: OkHttp's fast fallback and the race would both go on after
        // 250 ms, and which of the two comes first decides how many connections there are.

        @Test
        void theSameServerServesAgain() throws Exception {
            TinyServer server = lab.http();
            OkHttpClient client = lab.build(racing(lab.network.refusing(), server.address()));
            lab.get(client, "http");

            server.closeConnections();

            assertThat(lab.get(client, "http")).isEqualTo(text(server));
            assertThat(server.accepted()).isEqualTo(2);
        }

        @Test
        void anotherServerServesIfThatOneIsGone() throws Exception {
            TinyServer first = lab.http();
            InetAddress later = lab.network.newAddress();
            OkHttpClient client = lab.build(racing(first.address(), lab.network.silent(), later));
            lab.get(client, "http");
            TinyServer second = lab.http(later);

            first.close();

            assertThat(lab.get(client, "http")).isEqualTo(text(second));
        }

        @Test
        void anHttp2ConnectionLikewise() throws Exception {
            TinyServer server = lab.https(TRUSTED.sslContext(), "h2");
            OkHttpClient client = lab.build(racing(lab.network.refusing(), server.address()));
            lab.get(client, "https");

            server.closeConnections();

            assertThat(lab.get(client, "https")).isEqualTo(text(server));
            assertThat(server.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aServerThatHangsUpOnTheRequestIsFollowedByAnother() throws Exception {
        TinyServer broken = lab.hangingUp();
        TinyServer server = lab.http();
        OkHttpClient client = lab.build(racing(broken.address(), server.address()));

        assertThat(lab.get(client, "http")).isEqualTo(text(server));
    }

    @Test
    void concurrentCallsEachGetOver() throws Exception {
        TinyServer broken = lab.hangingUp();
        TinyServer server = lab.https(TRUSTED.sslContext());
        OkHttpClient client = lab.build(racing(broken.address(), lab.network.silent(), server.address()));

        List<CompletableFuture<String>> calls = Background.all(10, () -> lab.get(client, "https"));

        for (CompletableFuture<String> call : calls) {
            assertThat(call.get()).isEqualTo(text(server));
        }
    }

    private static String text(TinyServer server) {
        return server.address().getHostAddress();
    }

    private static List<String> texts(InetAddress... addresses) {
        return Stream.of(addresses).map(InetAddress::getHostAddress).toList();
    }
}
