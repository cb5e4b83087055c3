package dev.connie.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.Outcome;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.OkHttp;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds with every OkHttp that Connie supports: compiled once, run by the build with each of them. Uses nothing that
 * came after 4.12, nor that any of them lacks.
 */
class OkHttpMatrixTest {
    private static KeytoolIdentity trusted;
    private static KeytoolIdentity untrusted;

    private final Lab lab = new Lab();

    @BeforeAll
    static void createIdentities() throws Exception {
        trusted = KeytoolIdentity.create();
        untrusted = KeytoolIdentity.create();
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @Test
    void runsOnTheVersionThatTheBuildMeansTo() throws Exception {
        assertThat(version()).isEqualTo(System.getProperty("connie.test.okhttp.version"));
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void theAddressThatAnswersIsTheConnection(boolean fastFallback) throws Exception {
        TinyServer server = lab.http();
        OkHttpClient client = client(
                lab.racing(lab.network.silent(), lab.network.refusing(), server.address(), lab.network.silent()),
                fastFallback);

        assertThat(lab.get(client, "http")).isEqualTo(text(server.address()));
        assertThat(lab.races).hasSize(1);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void oneConnectionServesManyCalls(boolean fastFallback) throws Exception {
        TinyServer server = lab.http();
        OkHttpClient client = client(lab.racing(lab.network.silent(), server.address()), fastFallback);

        lab.get(client, "http");
        lab.get(client, "http");

        assertThat(server.accepted()).isEqualTo(1);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void http2OverTls(boolean fastFallback) throws Exception {
        TinyServer server = lab.https(trusted.context(), "h2", "http/1.1");
        OkHttpClient client = client(secured(lab.racing(lab.network.silent(), server.address())), fastFallback);

        for (int i = 0; i < 2; i++) {
            try (Response response = lab.call(client, "https").execute()) {
                assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
                assertThat(response.body().string()).isEqualTo(text(server.address()));
            }
        }
        assertThat(server.accepted()).isEqualTo(1);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void ifAllRefuseTheErrorNamesEveryAddress(boolean fastFallback) throws Exception {
        InetAddress[] refusing = {lab.network.refusing(), lab.network.refusing(), lab.network.refusing()};
        OkHttpClient client = client(lab.racing(refusing), fastFallback);

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> lab.get(client, "http"))
                .satisfies(error -> {
                    for (InetAddress address : refusing) {
                        assertThat(Errors.text(error)).contains(text(address));
                    }
                });
        assertThat(lab.attempts).containsExactlyInAnyOrder(refusing);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void ifAllAreSilentThereIsOneTimeoutInAll(boolean fastFallback) throws Exception {
        InetAddress[] silent = {lab.network.silent(), lab.network.silent(), lab.network.silent(), lab.network.silent()};
        OkHttpClient client = client(lab.racing(silent).connectTimeout(Duration.ofMillis(600)), fastFallback);

        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> lab.get(client, "http"));
        // One race is one timeout, and its attempts are all there were.
        assertThat(lab.races).hasSize(1);
        assertThat(lab.attempts).containsExactlyInAnyOrder(silent);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void ifTheWinnerHangsUpInTheHandshakeAnotherAddressServes(boolean fastFallback) throws Exception {
        TinyServer broken = lab.hangingUp();
        TinyServer server = lab.https(trusted.context());
        OkHttpClient client =
                client(secured(lab.racing(broken.address(), lab.network.silent(), server.address())), fastFallback);

        assertThat(lab.get(client, "https")).isEqualTo(text(server.address()));
        assertThat(broken.accepted()).isEqualTo(1);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void ifTheWinnerIsMuteInTheHandshakeAnotherAddressServes(boolean fastFallback) throws Exception {
        TinyServer mute = lab.mute();
        TinyServer server = lab.https(trusted.context());
        OkHttpClient client = client(
                secured(lab.racing(mute.address(), server.address())).readTimeout(Duration.ofMillis(500)),
                fastFallback);

        assertThat(lab.get(client, "https")).isEqualTo(text(server.address()));
        assertThat(mute.accepted()).isEqualTo(1);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void ifTheWinnerHasABadCertificateAnotherAddressServesFromOkHttp5On(boolean fastFallback) throws Exception {
        TinyServer bad = lab.https(untrusted.context());
        TinyServer server = lab.https(trusted.context());
        OkHttpClient client = client(secured(lab.racing(bad.address(), server.address())), fastFallback);

        if (majorVersion() >= 5) {
            assertThat(lab.get(client, "https")).isEqualTo(text(server.address()));
        } else {
            // OkHttp 4 takes a bad certificate for the last word.
            assertThatThrownBy(() -> lab.get(client, "https")).isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(bad.accepted()).isEqualTo(1);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void ifNoAddressHasAGoodHandshakeTheErrorIsTlss(boolean fastFallback) throws Exception {
        TinyServer one = lab.https(untrusted.context());
        TinyServer two = lab.https(untrusted.context());
        OkHttpClient client = client(secured(lab.racing(one.address(), two.address())), fastFallback);

        assertThatThrownBy(() -> lab.get(client, "https")).isInstanceOf(SSLException.class);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void cancelEndsTheRace(boolean fastFallback) throws Exception {
        OkHttpClient client = client(lab.racing(lab.network.silent(), lab.network.silent()), fastFallback);
        Call call = lab.call(client, "http");
        CompletableFuture<String> result = CompletableFuture.supplyAsync(() -> {
            try {
                return Lab.body(call);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        lab.awaitAttempts(2);

        call.cancel();

        // The connect timeout is 10 s.
        assertThatThrownBy(() -> result.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .isInstanceOf(IOException.class)
                .satisfies(error -> assertThat(Errors.text(error)).containsAnyOf("Canceled", "Socket closed"));
        Lab.await(() -> !lab.races.isEmpty());
        assertThat(lab.races)
                .singleElement()
                .satisfies(race -> assertThat(race.attempts())
                        .allSatisfy(attempt -> assertThat(attempt.outcome()).isEqualTo(Outcome.ABANDONED)));
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void theSocketFactoryAloneRaces(boolean fastFallback) throws Exception {
        TinyServer server = lab.http();
        InetAddress[] addresses = {lab.network.silent(), lab.network.silent(), server.address()};
        Dns dns = LoopbackNetwork.resolving(Lab.HOST, addresses)::resolve;
        OkHttpClient client =
                client(lab.stock().dns(dns).socketFactory(lab.connie(addresses).socketFactory()), fastFallback);

        assertThat(lab.get(client, "http")).isEqualTo(text(server.address()));
        assertThat(lab.attempts).containsExactly(addresses);
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @MethodSource("fastFallback")
    void aDnsOfTheUsersOwnNamesTheAddresses(boolean fastFallback) throws Exception {
        TinyServer server = lab.http();
        InetAddress[] addresses = {lab.network.silent(), server.address()};
        Dns dns = LoopbackNetwork.resolving(Lab.HOST, addresses)::resolve;
        ConnieOkHttp connie = ConnieOkHttp.create(lab.connector().build(), dns);
        OkHttpClient client = client(connie.install(lab.stock()), fastFallback);

        assertThat(lab.get(client, "http")).isEqualTo(text(server.address()));
        assertThat(lab.attempts).containsExactly(addresses);
    }

    @Test
    void anUnknownHostIsAnUnknownHost() {
        OkHttpClient client = lab.build(lab.racing());
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> lab.get(client, "http"))
                .withMessageContaining(Lab.HOST);
    }

    @Test
    void theDnsCanBeReflectedOn() {
        // Containers and mocks do so; a signature with a type that this OkHttp lacks would be a NoClassDefFoundError.
        Dns dns = ConnieOkHttp.create(lab.connector().build(), Dns.SYSTEM).dns();
        List<String> methods = new ArrayList<>();
        for (Class<?> type = dns.getClass(); type != Object.class; type = type.getSuperclass()) {
            Arrays.stream(type.getDeclaredMethods()).forEach(method -> methods.add(method.getName()));
        }

        assertThat(methods).contains("lookup");
        assertThat(methods.contains("newCall")).isEqualTo(hasDnsCalls());
    }

    @Test
    void theSocketKnowsWhoReallyWon() throws Exception {
        TinyServer server = lab.http();
        List<InetAddress> peers = new ArrayList<>();
        OkHttpClient client =
                lab.build(lab.racing(lab.network.silent(), server.address()).addNetworkInterceptor(chain -> {
                    peers.add(((InetSocketAddress) chain.connection().socket().getRemoteSocketAddress()).getAddress());
                    return chain.proceed(chain.request());
                }));

        lab.get(client, "http");

        assertThat(peers).containsExactly(server.address());
    }

    static List<Boolean> fastFallback() throws Exception {
        return majorVersion() >= 5 ? List.of(false, true) : List.of(false);
    }

    private OkHttpClient client(OkHttpClient.Builder builder, boolean fastFallback) throws Exception {
        if (majorVersion() >= 5) {
            builder.fastFallback(fastFallback);
        }
        return lab.build(builder);
    }

    private static OkHttpClient.Builder secured(OkHttpClient.Builder builder) {
        return builder.sslSocketFactory(trusted.context().getSocketFactory(), trusted.trust());
    }

    private static boolean hasDnsCalls() {
        return Arrays.stream(Dns.class.getMethods())
                .anyMatch(method -> method.getName().equals("newCall"));
    }

    private static int majorVersion() throws Exception {
        return Integer.parseInt(version().substring(0, version().indexOf('.')));
    }

    /** By reflection, for the compiler would copy the constant. */
    private static String version() throws Exception {
        return (String) OkHttp.class.getField("VERSION").get(null);
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }
}
