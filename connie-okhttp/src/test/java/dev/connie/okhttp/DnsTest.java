package dev.connie.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.Connector;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the addresses come from, and what may stand between. */
@ParameterizedClass(name = "fastFallback {0}")
@ValueSource(booleans = {false, true})
class DnsTest {
    @Parameter
    boolean fastFallback;

    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private OkHttpClient client(OkHttpClient.Builder builder) {
        return lab.build(builder.fastFallback(fastFallback));
    }

    private OkHttpClient over(Dns dns) {
        return client(ConnieOkHttp.create(lab.connector().build(), dns).install(lab.stock()));
    }

    private static Dns resolving(InetAddress... addresses) {
        return LoopbackNetwork.resolving(Lab.HOST, addresses)::resolve;
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> ConnieOkHttp.create(null))
                .withMessage("connector");
        assertThatNullPointerException()
                .isThrownBy(() -> ConnieOkHttp.create(null, Dns.SYSTEM))
                .withMessage("connector");
        assertThatNullPointerException()
                .isThrownBy(() -> ConnieOkHttp.create(lab.connector().build(), null))
                .withMessage("dns");
    }

    @Nested
    class OfConniesOwn {
        @Test
        void isOneObjectForConnectionsAreSharedByIt() throws Exception {
            TinyServer server = lab.http();
            ConnieOkHttp connie = lab.connie(lab.network.silent(), server.address());
            ConnectionPool pool = new ConnectionPool();
            OkHttpClient one = client(connie.install(lab.stock()).connectionPool(pool));
            OkHttpClient other = client(connie.install(lab.stock()).connectionPool(pool));

            for (OkHttpClient client : List.of(one, one, other)) {
                lab.get(client, "http");
            }

            assertThat(connie.dns()).isSameAs(connie.dns());
            assertThat(server.accepted()).isEqualTo(1);
            assertThat(pool.connectionCount()).isEqualTo(1);
        }

        @Test
        void isInstalledWithTheSocketFactoryAndNothingElse() {
            ConnieOkHttp connie = lab.connie();
            OkHttpClient.Builder builder = new OkHttpClient.Builder().fastFallback(fastFallback);
            OkHttpClient before = builder.build();

            assertThat(connie.install(builder)).isSameAs(builder);

            OkHttpClient client = builder.build();
            assertThat(client.dns()).isSameAs(connie.dns());
            assertThat(client.socketFactory()).isSameAs(connie.socketFactory());
            assertThat(client.fastFallback()).isEqualTo(fastFallback);
            assertThat(client.connectTimeoutMillis()).isEqualTo(before.connectTimeoutMillis());
            assertThat(client.retryOnConnectionFailure()).isEqualTo(before.retryOnConnectionFailure());
        }

        @Test
        void resolvesAsTheJvmDoesUnlessToldOtherwise() throws Exception {
            assertThat(ConnieOkHttp.create().dns().lookup("localhost"))
                    .containsExactly(InetAddress.getAllByName("localhost"));
        }

        @Test
        void answersWithObjectsOfItsOwnThatCarryTheHostName() throws Exception {
            InetAddress address = lab.network.newAddress();
            Dns dns = lab.connie(address).dns();

            List<InetAddress> first = dns.lookup(Lab.HOST);

            assertThat(first).containsExactly(address);
            assertThat(first.get(0).getHostName()).isEqualTo(Lab.HOST);
            assertThat(dns.lookup(Lab.HOST).get(0)).isNotSameAs(first.get(0));
        }

        @Test
        void saysWhatItAsks() {
            Dns users = new Dns() {
                @Override
                public List<InetAddress> lookup(String host) {
                    return List.of();
                }

                @Override
                public String toString() {
                    return "the users' own";
                }
            };
            assertThat(ConnieOkHttp.create().dns()).hasToString("RacingDns[HostResolver.SYSTEM]");
            assertThat(ConnieOkHttp.create(Connector.create(), users))
                    .hasToString("ConnieOkHttp[RacingDns[the users' own]]");
        }

        @Test
        void hasNoAnswerWithoutAnAddress() {
            Connector nowhere = Connector.builder().resolver(host -> List.of()).build();
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(
                            () -> lab.get(client(ConnieOkHttp.create(nowhere).install(lab.stock())), "http"))
                    .withMessageContaining(Lab.HOST);
        }
    }

    @Nested
    class OfTheUser {
        @Test
        void namesTheAddressesThatRace() throws Exception {
            TinyServer server = lab.http();
            InetAddress silent = lab.network.silent();

            assertThat(lab.get(over(resolving(silent, server.address())), "http"))
                    .isEqualTo(server.address().getHostAddress());
            assertThat(lab.attempts).containsExactly(silent, server.address());
        }

        @Test
        void namesAddressesAsItLikes() throws Exception {
            TinyServer server = lab.http();
            InetAddress silent =
                    InetAddress.getByAddress("one.test", lab.network.silent().getAddress());
            InetAddress live =
                    InetAddress.getByAddress("two.test", server.address().getAddress());
            ConnieOkHttp connie = ConnieOkHttp.create(lab.connector().build(), host -> List.of(silent, live));
            List<String> connected = new CopyOnWriteArrayList<>();
            OkHttpClient client = client(connie.install(lab.stock()).addNetworkInterceptor(chain -> {
                connected.add(chain.connection().socket().getInetAddress().toString());
                return chain.proceed(chain.request());
            }));

            assertThat(connie.dns().lookup(Lab.HOST))
                    .extracting(InetAddress::toString)
                    .containsExactly(silent.toString(), live.toString());
            assertThat(lab.get(client, "http")).isEqualTo(live.getHostAddress());
            assertThat(lab.races).hasSize(1);
            assertThat(connected).containsExactly(live.toString());
            assertThat(connie.dns().lookup(Lab.HOST).get(0))
                    .as("the last winner")
                    .hasToString(live.toString());
        }

        @Test
        void thatThrowsHasTheLastWord() {
            UnknownHostException unknown = new UnknownHostException("not to be found");
            assertThatThrownBy(() -> lab.get(
                            over(host -> {
                                throw unknown;
                            }),
                            "http"))
                    .isSameAs(unknown);

            IllegalStateException broken = new IllegalStateException("broken");
            assertThatThrownBy(() -> lab.get(
                            over(host -> {
                                throw broken;
                            }),
                            "http"))
                    .isSameAs(broken);
        }

        @Test
        void thatAnswersNothingIsAnUnknownHost() {
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> lab.get(over(host -> List.of()), "http"))
                    .withMessageContaining(Lab.HOST);
        }

        @Test
        void thatAnswersTheWildcardAddressAloneIsAnUnknownHost() throws Exception {
            for (String wildcard : List.of("0.0.0.0", "::")) {
                InetAddress nowhere = InetAddress.getByName(wildcard);
                assertThatExceptionOfType(UnknownHostException.class)
                        .isThrownBy(() -> lab.get(over(resolving(nowhere)), "http"))
                        .withMessage(Lab.HOST + ": no address to connect to");
            }
            assertThat(lab.attempts).isEmpty();
        }

        @Test
        void thatAnswersTheWildcardAddressTooDoesNotLeadToThisMachine() throws Exception {
            InetAddress refusing = lab.network.refusing();
            Dns blocking = resolving(InetAddress.getByName("0.0.0.0"), refusing, InetAddress.getByName("::"));

            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.get(over(blocking), "http"));
            assertThat(lab.attempts).containsExactly(refusing);
        }

        @Test
        void thatFiltersKeepsSocketsFromWhatItLeavesOut() throws Exception {
            TinyServer forbidden = lab.http();
            InetAddress refusing = lab.network.refusing();
            Dns filter = host -> resolving(forbidden.address(), refusing).lookup(host).stream()
                    .filter(address -> !address.equals(forbidden.address()))
                    .toList();

            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.get(over(filter), "http"));
            assertThat(lab.attempts).containsExactly(refusing);
        }

        @Test
        void thatFiltersDoesSoEvenIfOneAboveMakesCopiesWithTheHostName() throws Exception {
            TinyServer forbidden = lab.http();
            InetAddress refusing = lab.network.refusing();
            Connector unfiltered = lab.connector(forbidden.address(), refusing).build();
            ConnieOkHttp connie = ConnieOkHttp.create(unfiltered, resolving(refusing));
            OkHttpClient client = client(connie.install(lab.stock()).dns(copying(connie.dns(), Lab.HOST)));

            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.get(client, "http"));
            assertThat(lab.attempts).containsExactly(refusing);
        }
    }

    @Nested
    class AboveConnies {
        @Test
        void thatCopiesAddressesLeavesOkHttpToItsLoop() throws Exception {
            TinyServer server = lab.http();
            InetAddress refusing = lab.network.refusing();
            ConnieOkHttp connie = lab.connie(refusing, server.address());
            OkHttpClient client = client(connie.install(lab.stock()).dns(copying(connie.dns(), null)));

            assertThat(lab.get(client, "http")).isEqualTo(server.address().getHostAddress());
            assertThat(lab.attempts).containsExactly(refusing, server.address());
            assertThat(lab.races).hasSize(2);
        }

        @Test
        void thatCopiesTheHostNameTooLosesNothing() throws Exception {
            TinyServer server = lab.http();
            ConnieOkHttp connie = lab.connie(lab.network.silent(), server.address());
            OkHttpClient client = client(connie.install(lab.stock()).dns(copying(connie.dns(), Lab.HOST)));

            assertThat(lab.get(client, "http")).isEqualTo(server.address().getHostAddress());
            assertThat(lab.races).hasSize(1);
        }

        @Test
        void thatCachesMayGiveConcurrentCallsTheSameObjects() throws Exception {
            TinyServer server = lab.http();
            ConnieOkHttp connie = lab.connie(lab.network.silent(), lab.network.silent(), server.address());
            OkHttpClient client = client(connie.install(lab.stock()).dns(caching(connie.dns())));

            List<CompletableFuture<String>> calls = Background.all(8, () -> lab.get(client, "http"));

            for (CompletableFuture<String> call : calls) {
                // The connect timeout is 10 s: none of them may wait for it.
                assertThat(call.get(8, TimeUnit.SECONDS))
                        .isEqualTo(server.address().getHostAddress());
            }
        }

        @Test
        void thatCachesMayGiveTheSameObjectsToAnotherPort() throws Exception {
            TinyServer server = lab.http();
            ConnieOkHttp connie = lab.connie(lab.network.silent(), server.address());
            OkHttpClient client = client(connie.install(lab.stock()).dns(caching(connie.dns())));
            lab.get(client, "http");

            try (ServerSocket listener = new ServerSocket(0, 50, server.address());
                    TinyServer second = TinyServer.of(listener, TinyServer::http1)) {
                Request request = new Request.Builder()
                        .url(lab.url("http")
                                .newBuilder()
                                .port(listener.getLocalPort())
                                .build())
                        .build();
                assertThat(Lab.body(client.newCall(request)))
                        .isEqualTo(server.address().getHostAddress());
                assertThat(second.accepted()).isEqualTo(1);
            }
        }
    }

    /** Returns addresses that are equal to those of another one, but objects of their own. */
    private static Dns copying(Dns dns, String hostOfCopies) {
        return host -> {
            List<InetAddress> copies = new ArrayList<>();
            for (InetAddress address : dns.lookup(host)) {
                copies.add(InetAddress.getByAddress(hostOfCopies, address.getAddress()));
            }
            return copies;
        };
    }

    private static Dns caching(Dns dns) {
        Map<String, List<InetAddress>> cache = new ConcurrentHashMap<>();
        return host -> {
            List<InetAddress> cached = cache.get(host);
            if (cached == null) {
                List<InetAddress> answer = dns.lookup(host);
                cached = cache.putIfAbsent(host, answer);
                return cached == null ? answer : cached;
            }
            return cached;
        };
    }
}
