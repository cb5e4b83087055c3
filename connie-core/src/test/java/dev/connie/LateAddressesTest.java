package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.AttemptReport;
import dev.connie.race.RacePolicy;
import dev.connie.testing.ComingResolver;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses that become known while a race runs, or before one can begin: at every door of the core. */
class LateAddressesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String HOST = "a.test";

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final ComingResolver resolver = new ComingResolver();
    private final CompletableFuture<Void> raceBegun = new CompletableFuture<>();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    static List<RacePolicy> policies() {
        return List.of(RacePolicy.allAtOnce(), RacePolicy.rfc8305(), RacePolicy.adaptive());
    }

    private Connector connector(RacePolicy policy) {
        return Connector.builder()
                .policy(policy)
                .resolver(resolver)
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        raceBegun.complete(null);
                    }
                })
                .build();
    }

    private static <T> CompletableFuture<T> elsewhere(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Nested
    class ABlockingConnect {
        @ParameterizedTest
        @MethodSource("dev.connie.LateAddressesTest#policies")
        void beginsWithTheFirstAndTakesTheOthers(RacePolicy policy) throws Exception {
            ServerSocket server = network.listening();
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector(policy).connect(HOST, network.port(), TIMEOUT));
            resolver.found(network.silent());
            get(raceBegun);
            resolver.found(server.getInetAddress());
            try (SocketChannel channel = get(connecting)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
        }

        @ParameterizedTest
        @MethodSource("dev.connie.LateAddressesTest#policies")
        void isNotLostWhenAllHaveFailedAndOthersMayCome(RacePolicy policy) throws Exception {
            ServerSocket server = network.listening();
            CompletableFuture<Void> failed = new CompletableFuture<>();
            Connector connector = Connector.builder()
                    .policy(policy)
                    .resolver(resolver)
                    .listener(new RaceListener() {
                        @Override
                        public void attemptEnded(AttemptReport attempt) {
                            failed.complete(null);
                        }
                    })
                    .build();
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector.connect(HOST, network.port(), TIMEOUT));
            resolver.found(network.refusing());
            get(failed);
            assertThat(connecting).isNotDone();
            resolver.found(server.getInetAddress());
            try (SocketChannel channel = get(connecting)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
        }

        @Test
        void failsWhenAllHaveFailedAndNoOthersCome() throws Exception {
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector(RacePolicy.allAtOnce()).connect(HOST, network.port(), TIMEOUT));
            resolver.found(network.refusing());
            resolver.ended(null);
            assertThatThrownBy(() -> get(connecting)).hasCauseInstanceOf(ConnectRaceException.class);
        }

        @Test
        void failsAsTheResolverDoes() throws Exception {
            UnknownHostException failure = new UnknownHostException("a.test: because");
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector(RacePolicy.allAtOnce()).connect(HOST, network.port(), TIMEOUT));
            resolver.ended(failure);
            assertThatThrownBy(() -> get(connecting)).hasCause(failure);
        }

        @Test
        void tellsTheResolverHowLongItWaits() throws Exception {
            ServerSocket server = network.listening();
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector(RacePolicy.allAtOnce()).connect(HOST, network.port(), TIMEOUT));
            resolver.found(server.getInetAddress());
            get(connecting).close();
            assertThat(resolver.timeout()).isEqualTo(TIMEOUT);
            assertThat(resolver.asked().areWanted()).isFalse();
        }

        @Test
        void isInterruptedWhileItWaitsForTheFirst() throws Exception {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            CompletableFuture<SocketChannel> connecting = elsewhere(() -> {
                thread.complete(Thread.currentThread());
                return connector(RacePolicy.allAtOnce()).connect(HOST, network.port(), TIMEOUT);
            });
            resolver.asked();
            get(thread).interrupt();
            assertThatThrownBy(() -> get(connecting)).hasCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(resolver.asked().areWanted()).isFalse();
        }

        @Test
        void leavesWildcardAddressesOut() throws Exception {
            ServerSocket server = network.listening();
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector(RacePolicy.allAtOnce()).connect(HOST, network.port(), TIMEOUT));
            resolver.found(InetAddress.getByName("0.0.0.0"));
            resolver.found(network.silent());
            resolver.found(InetAddress.getByName("::"), server.getInetAddress());
            try (SocketChannel channel = get(connecting)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
        }

        @Test
        void isNotTroubledByAFloodOfLateAddresses() throws Exception {
            ServerSocket server = network.listening();
            long before = Descriptors.openSockets();
            CompletableFuture<SocketChannel> connecting =
                    elsewhere(() -> connector(RacePolicy.rfc8305()).connect(HOST, network.port(), TIMEOUT));
            InetAddress silent = network.silent();
            long withServer = Descriptors.openSockets();
            resolver.found(silent);
            for (int i = 0; i < 200; i++) {
                resolver.found(silent, InetAddress.getByName("127.99.1." + (1 + i % 20)));
            }
            resolver.found(server.getInetAddress());
            get(connecting).close();
            resolver.ended(null);
            assertThat(withServer).isGreaterThanOrEqualTo(before);
        }
    }

    @Nested
    class AnAsynchronousConnect {
        @ParameterizedTest
        @MethodSource("dev.connie.LateAddressesTest#policies")
        void beginsWithTheFirstAndTakesTheOthers(RacePolicy policy) throws Exception {
            ServerSocket server = network.listening();
            try (Connector connector = connector(policy)) {
                CompletableFuture<SocketChannel> connecting = connector.connectAsync(HOST, network.port(), TIMEOUT);
                resolver.found(network.silent());
                get(raceBegun);
                resolver.found(server.getInetAddress());
                try (SocketChannel channel = get(connecting)) {
                    assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
                }
            }
        }

        @Test
        void isNotLostWhenAllHaveFailedAndOthersMayCome() throws Exception {
            ServerSocket server = network.listening();
            try (Connector connector = connector(RacePolicy.allAtOnce())) {
                CompletableFuture<SocketChannel> connecting = connector.connectAsync(HOST, network.port(), TIMEOUT);
                resolver.found(network.refusing());
                resolver.found(server.getInetAddress());
                get(connecting).close();
            }
        }

        @Test
        void failsWhenAllHaveFailedAndNoOthersCome() throws Exception {
            try (Connector connector = connector(RacePolicy.allAtOnce())) {
                CompletableFuture<SocketChannel> connecting = connector.connectAsync(HOST, network.port(), TIMEOUT);
                resolver.found(network.refusing());
                resolver.ended(null);
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> get(connecting))
                        .withCauseInstanceOf(ConnectRaceException.class);
            }
        }

        @Test
        void isCancelledWhileItWaitsForTheFirst() throws Exception {
            try (Connector connector = connector(RacePolicy.allAtOnce())) {
                CompletableFuture<SocketChannel> connecting = connector.connectAsync(HOST, network.port(), TIMEOUT);
                HostResolver.Answers answers = resolver.asked();
                connecting.cancel(true);
                long deadline = System.nanoTime() + TIMEOUT.toNanos();
                while (answers.areWanted() && System.nanoTime() - deadline < 0) {
                    Thread.onSpinWait();
                }
                assertThat(answers.areWanted()).isFalse();
                resolver.found(network.silent());
            }
        }

        @Test
        void failsAsTheResolverDoes() throws Exception {
            try (Connector connector = connector(RacePolicy.allAtOnce())) {
                CompletableFuture<SocketChannel> connecting = connector.connectAsync(HOST, network.port(), TIMEOUT);
                UnknownHostException failure = new UnknownHostException("a.test: because");
                resolver.ended(failure);
                assertThatThrownBy(() -> get(connecting)).hasCause(failure);
            }
        }

        @Test
        void manyThatWaitHoldNoThread() throws Exception {
            try (Connector connector = connector(RacePolicy.allAtOnce())) {
                // More than there are threads for resolvers that block.
                for (int i = 0; i < 40; i++) {
                    connector.connectAsync("waiting.test", network.port(), TIMEOUT);
                }
                ServerSocket server = network.listening();
                CompletableFuture<SocketChannel> last = connector
                        .withResolver(LoopbackNetwork.resolving(HOST, server.getInetAddress()))
                        .connectAsync(HOST, network.port(), TIMEOUT);
                get(last).close();
                CompletableFuture<SocketChannel> same = connector.connectAsync(HOST, network.port(), TIMEOUT);
                assertThat(same).isNotDone();
            }
        }
    }

    @Nested
    class ASocket {
        @ParameterizedTest
        @MethodSource("dev.connie.LateAddressesTest#policies")
        void createdByNameBeginsWithTheFirstAndTakesTheOthers(RacePolicy policy) throws Exception {
            ServerSocket server = network.listening();
            CompletableFuture<Socket> connecting =
                    elsewhere(() -> connector(policy).socketFactory().createSocket(HOST, network.port()));
            resolver.found(network.silent());
            get(raceBegun);
            resolver.found(server.getInetAddress());
            try (Socket socket = get(connecting)) {
                assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            }
        }

        @Test
        void withAnAddressThatComesLateIsStillOneOfTheRace() throws Exception {
            ServerSocket server = network.listening();
            InetAddress own = InetAddress.getByAddress(HOST, network.silent().getAddress());
            CompletableFuture<Socket> connecting = elsewhere(() -> {
                Socket socket =
                        connector(RacePolicy.allAtOnce()).socketFactory().createSocket();
                socket.connect(new InetSocketAddress(own, network.port()), (int) TIMEOUT.toMillis());
                return socket;
            });
            resolver.found(server.getInetAddress());
            resolver.found(own);
            try (Socket socket = get(connecting)) {
                assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            }
        }

        @Test
        void isClosedWhileItWaitsForTheFirst() throws Exception {
            InetAddress own = InetAddress.getByAddress(HOST, network.silent().getAddress());
            Socket socket = connector(RacePolicy.allAtOnce()).socketFactory().createSocket();
            CompletableFuture<Void> connecting = elsewhere(() -> {
                socket.connect(new InetSocketAddress(own, network.port()));
                return null;
            });
            resolver.asked();
            socket.close();
            assertThatThrownBy(() -> get(connecting)).hasCauseInstanceOf(SocketException.class);
        }
    }

    @Nested
    class ALineup {
        @ParameterizedTest
        @MethodSource("dev.connie.LateAddressesTest#policies")
        void growsWhileTheClientSeesWhatItWasGivenFirst(RacePolicy policy) throws Exception {
            ServerSocket server = network.listening();
            InetAddress silent = network.silent();
            CompletableFuture<Lineup> coming = elsewhere(() -> connector(policy).lineupOf(HOST, TIMEOUT));
            resolver.found(silent);
            Lineup lineup = get(coming);
            assertThat(lineup.addresses()).containsExactly(silent);
            try (Socket socket = lineup.newSocket()) {
                CompletableFuture<Void> connecting =
                        connect(socket, lineup.addresses().get(0));
                get(raceBegun);
                resolver.found(server.getInetAddress());
                get(connecting);
                assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            }
            assertThat(lineup.addresses()).containsExactly(silent);
        }

        @Test
        void thatGrewBeforeTheConnectRacesThemAll() throws Exception {
            ServerSocket server = network.listening();
            CompletableFuture<Lineup> coming =
                    elsewhere(() -> connector(RacePolicy.allAtOnce()).lineupOf(HOST, TIMEOUT));
            resolver.found(network.refusing());
            Lineup lineup = get(coming);
            resolver.found(server.getInetAddress());
            resolver.ended(null);
            try (Socket socket = lineup.newSocket()) {
                get(connect(socket, lineup.addresses().get(0)));
                assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            }
        }

        @Test
        void namesTheFailuresOfAllWhenAllFail() throws Exception {
            CompletableFuture<Lineup> coming =
                    elsewhere(() -> connector(RacePolicy.allAtOnce()).lineupOf(HOST, TIMEOUT));
            InetAddress first = network.refusing();
            InetAddress late = network.refusing();
            resolver.found(first);
            Lineup lineup = get(coming);
            try (Socket socket = lineup.newSocket()) {
                CompletableFuture<Void> connecting =
                        connect(socket, lineup.addresses().get(0));
                resolver.found(late);
                resolver.ended(null);
                assertThatThrownBy(() -> get(connecting)).hasCauseInstanceOf(IOException.class);
            }
            assertThat(lineup.failures())
                    .extracting(Throwable::getMessage)
                    .anyMatch(message -> message.contains(first.getHostAddress()))
                    .anyMatch(message -> message.contains(late.getHostAddress()));
        }

        @Test
        void enlistedGrowsAsWell() throws Exception {
            ServerSocket server = network.listening();
            Connector connector = connector(RacePolicy.allAtOnce());
            CompletableFuture<Lineup> coming = elsewhere(() -> connector.lineupOf(HOST, TIMEOUT));
            resolver.found(network.silent());
            List<InetAddress> copies = connector.socketFactory().enlist(get(coming));
            try (Socket socket = connector.socketFactory().createSocket()) {
                CompletableFuture<Void> connecting = connect(socket, copies.get(0));
                get(raceBegun);
                resolver.found(server.getInetAddress());
                get(connecting);
                assertThat(socket.getInetAddress()).isEqualTo(server.getInetAddress());
            }
        }

        private CompletableFuture<Void> connect(Socket socket, InetAddress address) {
            return elsewhere(() -> {
                socket.connect(new InetSocketAddress(address, network.port()), (int) TIMEOUT.toMillis());
                return null;
            });
        }
    }

    @Test
    void aFilterFiltersWhatComes() throws Exception {
        ServerSocket server = network.listening();
        InetAddress refused = network.listening().getInetAddress();
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolver.filtering(address -> !address.equals(refused)))
                .build();
        CompletableFuture<SocketChannel> connecting = elsewhere(() -> connector.connect(HOST, network.port(), TIMEOUT));
        resolver.found(refused);
        assertThat(connecting).isNotDone();
        resolver.found(server.getInetAddress());
        try (SocketChannel channel = get(connecting)) {
            assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
        }
    }

    @Test
    void aFilterThatLeavesNothingSaysSo() throws Exception {
        Connector connector = Connector.builder()
                .resolver(resolver.filtering(address -> false))
                .build();
        CompletableFuture<SocketChannel> connecting = elsewhere(() -> connector.connect(HOST, network.port(), TIMEOUT));
        resolver.found(network.refusing());
        resolver.found(network.refusing());
        resolver.ended(null);
        assertThatThrownBy(() -> get(connecting))
                .hasRootCauseMessage("a.test: none of its 2 addresses is allowed by the filter");
    }
}
