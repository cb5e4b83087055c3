package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.LoopbackNetwork;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link ConnieAsyncConnectionManagerBuilder}: what is raced, how names are found, and how it fails. */
class AsyncConnectTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AsyncRaces races = new AsyncRaces();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @Nested
    class Racing {
        @Test
        void reachesTheServerThatLivesPastASilentAndARefusingOne() throws Exception {
            InetAddress silent = network.silent();
            InetAddress refusing = network.refusing();
            AsyncOrigin origin = AsyncOrigin.http(network, "alive");
            // Without a timeout only the race can get past the silent one.
            try (AsyncCalls calls = AsyncCalls.of(
                    racing(RacePolicy.allAtOnce(), silent, refusing, origin.address()), Timeout.DISABLED)) {
                assertThat(calls.body(url())).isEqualTo("alive");
            }
            assertThat(races.next().attempts())
                    .extracting(AttemptReport::outcome)
                    .contains(Outcome.WON, Outcome.LOST)
                    .hasSize(3);
        }

        @Test
        void triesOneServerOnlyWhenAttemptsAreStaggeredAndTheFirstAnswers() throws Exception {
            AsyncOrigin first = AsyncOrigin.http(network, "first");
            AsyncOrigin second = AsyncOrigin.http(network, "second");
            RacePolicy patient = RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofSeconds(2));
            try (AsyncCalls calls = AsyncCalls.of(racing(patient, first.address(), second.address()))) {
                assertThat(calls.body(url())).isEqualTo("first");
            }
            assertThat(races.started()).containsExactly(first.address());
            assertThat(second.accepted()).isZero();
        }

        @Test
        void waitsTheConnectionAttemptDelayBeforeItTriesTheSecond() throws Exception {
            InetAddress silent = network.silent();
            AsyncOrigin origin = AsyncOrigin.http(network, "alive");
            AsyncOrigin spare = AsyncOrigin.http(network, "spare");
            Duration delay = Duration.ofMillis(300);
            RacePolicy staggered = RacePolicy.rfc8305().withConnectionAttemptDelay(delay);
            try (AsyncCalls calls =
                    AsyncCalls.of(racing(staggered, silent, origin.address(), spare.address()), Timeout.DISABLED)) {
                calls.body(url());
            }
            assertThat(races.started()).startsWith(silent, origin.address());
            assertThat(races.next().attempts().get(1).start()).isGreaterThanOrEqualTo(delay);
        }

        @Test
        void reusesTheConnectionThatWon() throws Exception {
            AsyncOrigin one = AsyncOrigin.http(network, "one");
            AsyncOrigin two = AsyncOrigin.http(network, "two");
            // With room for one connection only, a call waits until the last one has given it back.
            PoolingAsyncClientConnectionManagerBuilder builder =
                    racing(RacePolicy.allAtOnce(), one.address(), two.address()).setMaxConnTotal(1);
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                String winner = calls.body(url());
                for (int i = 0; i < 5; i++) {
                    assertThat(calls.body(url())).isEqualTo(winner);
                }
                Await.until(() -> one.open() + two.open() == 1);
            }
            races.next();
            assertThat(races.finishedSinceLast()).isZero();
        }

        @Test
        void doesNotRaceAnAddressThatTheRouteNames() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "here");
            PoolingAsyncClientConnectionManagerBuilder unresolving =
                    ConnieAsyncConnectionManagerBuilder.create(connector(RacePolicy.allAtOnce(), host -> {
                        throw new UnknownHostException(host);
                    }));
            HttpRoute route = new HttpRoute(new HttpHost("http", origin.address(), "many.test", network.port()));
            try (AsyncCalls calls = AsyncCalls.of(HttpAsyncClients.custom()
                    .setConnectionManager(unresolving.build())
                    .setRoutePlanner((target, context) -> route)
                    .build())) {
                assertThat(calls.body(url())).isEqualTo("here");
            }
            assertThat(races.started()).isEmpty();
        }

        @Test
        void connectsToAUnixDomainSocketWithoutARace(@TempDir Path directory) throws Exception {
            Path path = directory.resolve("socket");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(path));
                CompletableFuture<Void> served = CompletableFuture.runAsync(() -> answerOnce(server));
                try (AsyncCalls calls = AsyncCalls.of(HttpAsyncClients.custom()
                        .setConnectionManager(racing(RacePolicy.allAtOnce(), network.refusing())
                                .build())
                        .setDefaultRequestConfig(
                                RequestConfig.custom().setUnixDomainSocket(path).build())
                        .build())) {
                    assertThat(calls.body(url())).isEqualTo("unix");
                }
                served.join();
            }
            assertThat(races.started()).isEmpty();
        }

        private static void answerOnce(ServerSocketChannel server) {
            try (SocketChannel connection = server.accept()) {
                connection.read(ByteBuffer.allocate(4096));
                connection.write(StandardCharsets.US_ASCII.encode(
                        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nunix"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class Resolving {
        @Test
        void asksTheUsersResolverOnceAConnectAndTheConnectorsNever() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "found");
            List<String> asked = new CopyOnWriteArrayList<>();
            DnsResolver users = resolver(host -> {
                asked.add(host);
                return new InetAddress[] {network.refusing(), origin.address()};
            });
            PoolingAsyncClientConnectionManagerBuilder builder = ConnieAsyncConnectionManagerBuilder.create(
                            connector(RacePolicy.allAtOnce(), host -> {
                                throw new AssertionError("not to be asked");
                            }))
                    .setDnsResolver(users);
            try (AsyncCalls calls = AsyncCalls.of(builder)) {
                assertThat(calls.body(url())).isEqualTo("found");
            }
            assertThat(asked).containsExactly("many.test");
        }

        @Test
        void asksOnTheThreadThatAsksForTheConnection() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "found");
            List<Thread> threads = new CopyOnWriteArrayList<>();
            Connector connector = connector(RacePolicy.allAtOnce(), host -> {
                threads.add(Thread.currentThread());
                return List.of(origin.address());
            });
            try (AsyncCalls calls = AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create(connector))) {
                calls.body(url());
            }
            assertThat(threads).containsExactly(Thread.currentThread());
        }

        @Test
        void connectsToThePortThatTheUsersResolverNames() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "found");
            DnsResolver users = new DnsResolver() {
                @Override
                public InetAddress[] resolve(String host) {
                    throw new AssertionError("not to be asked");
                }

                @Override
                public String resolveCanonicalHostname(String host) {
                    return host;
                }

                @Override
                public List<InetSocketAddress> resolve(String host, int port) {
                    assertThat(port).isEqualTo(80);
                    return List.of(network.at(origin.address()));
                }
            };
            try (AsyncCalls calls =
                    AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create().setDnsResolver(users))) {
                assertThat(calls.body("http://many.test/")).isEqualTo("found");
            }
        }

        @Test
        void knowsNoHostWithoutAddresses() throws Exception {
            List<PoolingAsyncClientConnectionManagerBuilder> builders = List.of(
                    ConnieAsyncConnectionManagerBuilder.create(connector(RacePolicy.allAtOnce(), host -> List.of())),
                    ConnieAsyncConnectionManagerBuilder.create().setDnsResolver(resolver(host -> new InetAddress[0])),
                    ConnieAsyncConnectionManagerBuilder.create().setDnsResolver(resolver(host -> null)));
            for (PoolingAsyncClientConnectionManagerBuilder builder : builders) {
                try (AsyncCalls calls = AsyncCalls.of(builder)) {
                    assertThat(calls.failure(url()))
                            .isInstanceOf(UnknownHostException.class)
                            .hasMessageContaining("many.test");
                }
            }
        }

        private interface Answer {
            InetAddress @Nullable [] to(String host);
        }

        private static DnsResolver resolver(Answer answer) {
            return new DnsResolver() {
                @Override
                public InetAddress @Nullable [] resolve(String host) {
                    return answer.to(host);
                }

                @Override
                public String resolveCanonicalHostname(String host) {
                    return host;
                }
            };
        }
    }

    @Nested
    class Failing {
        @Test
        void namesEveryAddressAndItsFailureWhenAllRefuse() throws Exception {
            InetAddress one = network.refusing();
            InetAddress two = network.refusing();
            try (AsyncCalls calls = AsyncCalls.of(racing(RacePolicy.allAtOnce(), one, two))) {
                Throwable failure = calls.failure(url());

                assertThat(failure)
                        .isExactlyInstanceOf(HttpHostConnectException.class)
                        .hasMessageContaining("Connect to http://many.test:" + network.port())
                        .hasMessageContaining(one.getHostAddress())
                        .hasMessageContaining(two.getHostAddress());
                assertThat(failure.getSuppressed())
                        .hasOnlyElementsOfType(ConnectException.class)
                        .extracting(Throwable::getMessage)
                        .containsExactlyInAnyOrder(
                                one.getHostAddress() + ":" + network.port() + ": Connection refused",
                                two.getHostAddress() + ":" + network.port() + ": Connection refused");
            }
        }

        @Test
        void failsAsTheStockClientDoesWhenTheOnlyAddressRefuses() throws Exception {
            InetAddress refusing = network.refusing();
            DnsResolver stockResolver = Resolving.resolver(host -> new InetAddress[] {refusing});
            Throwable stockFailure;
            try (AsyncCalls stock = AsyncCalls.of(
                    PoolingAsyncClientConnectionManagerBuilder.create().setDnsResolver(stockResolver))) {
                stockFailure = stock.failure(url());
            }
            try (AsyncCalls calls =
                    AsyncCalls.of(ConnieAsyncConnectionManagerBuilder.create().setDnsResolver(stockResolver))) {
                assertThat(calls.failure(url()))
                        .isExactlyInstanceOf(stockFailure.getClass())
                        .hasMessage(stockFailure.getMessage())
                        .hasNoSuppressedExceptions();
            }
        }

        @Test
        void spendsOneConnectTimeoutOnAnyNumberOfSilentAddresses() throws Exception {
            InetAddress[] silent = Stream.generate(network::silent).limit(8).toArray(InetAddress[]::new);
            Duration timeout = Duration.ofSeconds(1);
            try (AsyncCalls calls =
                    AsyncCalls.of(racing(RacePolicy.allAtOnce(), silent), Timeout.ofMilliseconds(timeout.toMillis()))) {
                Throwable failure = calls.failure(url());

                assertThat(failure)
                        .isExactlyInstanceOf(ConnectTimeoutException.class)
                        .hasMessageEndingWith("1000 MILLISECONDS");
                assertThat(failure.getSuppressed()).hasSize(8);
            }
            RaceReport report = races.next();
            assertThat(report.attempts()).hasSize(8).allMatch(attempt -> attempt.outcome() == Outcome.TIMED_OUT);
            // The stock client takes 8 to 16 s.
            assertThat(report.duration()).isBetween(timeout, timeout.multipliedBy(5));
            assertThat(races.finishedSinceLast()).isZero();
        }

        @Test
        void timesOutAlthoughOneRefuses() throws Exception {
            try (AsyncCalls calls = AsyncCalls.of(
                    racing(RacePolicy.allAtOnce(), network.silent(), network.refusing()),
                    Timeout.ofMilliseconds(300))) {
                assertThat(calls.failure(url())).isExactlyInstanceOf(ConnectTimeoutException.class);
            }
        }
    }

    private Connector connector(RacePolicy policy, HostResolver resolver) {
        return Connector.builder()
                .policy(policy)
                .resolver(resolver)
                .listener(races)
                .build();
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(RacePolicy policy, InetAddress... addresses) {
        return ConnieAsyncConnectionManagerBuilder.create(
                connector(policy, LoopbackNetwork.resolving("many.test", addresses)));
    }

    private String url() {
        return "http://many.test:" + network.port() + "/";
    }
}
