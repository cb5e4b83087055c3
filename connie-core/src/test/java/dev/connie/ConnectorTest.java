package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.AttemptChannels;
import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Failures;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final RecordingListener listener = new RecordingListener();
    private final Connector connector = Connector.builder()
            .policy(RacePolicy.allAtOnce())
            .listener(listener)
            .build();
    private long descriptorsBefore;

    static Stream<RacePolicy> policies() {
        return Stream.of(
                RacePolicy.allAtOnce(),
                RacePolicy.rfc8305(),
                RacePolicy.rfc8305()
                        .withMinimumConnectionAttemptDelay(Duration.ofMillis(10))
                        .withConnectionAttemptDelay(Duration.ofMillis(10)));
    }

    @BeforeEach
    void countDescriptors() {
        SelectorPool.closeIdle();
        descriptorsBefore = Descriptors.open();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    /** For tests that have opened nothing of their own since they began, or have closed it. */
    private void assertNothingLeaked() {
        SelectorPool.closeIdle();
        assertThat(Descriptors.open()).isEqualTo(descriptorsBefore);
    }

    private void startCounting() {
        countDescriptors();
    }

    private static InetAddress loopback6() {
        try {
            return InetAddress.getByName("::1");
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Races with channels of the test's own. */
    private SocketChannel raceOver(ChannelSource source, List<InetSocketAddress> addresses) throws IOException {
        AttemptChannels channels = connector.races().attempts(addresses, TIMEOUT, source);
        SocketChannel won = BlockingDriver.run(channels, new Abort(), true);
        if (won == null) {
            throw Failures.of("test", channels.race().report(System.nanoTime()));
        }
        return won;
    }

    @Nested
    class AWonRace {
        @ParameterizedTest
        @MethodSource("dev.connie.ConnectorTest#policies")
        void goesToTheOnlyHealthyAddress(RacePolicy policy) throws IOException {
            ServerSocket server = network.listening();
            List<InetSocketAddress> addresses =
                    network.at(network.silent(), network.refusing(), server.getInetAddress(), network.refusing());
            startCounting();
            try (SocketChannel channel =
                    Connector.builder().policy(policy).build().connect(addresses, TIMEOUT)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
            assertNothingLeaked();
        }

        @ParameterizedTest
        @MethodSource("dev.connie.ConnectorTest#policies")
        void goesToTheFirstAddressIfAllAreHealthy(RacePolicy policy) throws IOException {
            ServerSocket first = network.listening();
            ServerSocket second = network.listening();
            try (SocketChannel channel = Connector.builder()
                    .policy(policy)
                    .build()
                    .connect(network.at(first.getInetAddress(), second.getInetAddress()), TIMEOUT)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(first.getLocalSocketAddress());
            }
        }

        @Test
        void givesABlockingChannelThatCarriesBytesBothWays() throws IOException {
            ServerSocket server = network.listening();
            // The second has to wait in a selector.
            for (List<InetSocketAddress> addresses : List.of(
                    List.of(network.at(server.getInetAddress())),
                    network.at(network.silent(), server.getInetAddress()))) {
                try (SocketChannel channel = connector.connect(addresses, TIMEOUT);
                        Socket peer = server.accept()) {
                    assertThat(channel.isBlocking()).isTrue();
                    assertThat(channel.isConnected()).isTrue();
                    assertThat(channel.isRegistered()).isFalse();
                    channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    assertThat(peer.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
                    peer.getOutputStream().write(new byte[] {4, 5});
                    ByteBuffer read = ByteBuffer.allocate(2);
                    while (read.hasRemaining()) {
                        channel.read(read);
                    }
                    assertThat(read.array()).containsExactly(4, 5);
                }
            }
        }

        @Test
        void byNameGoesToTheHostsAddresses() throws IOException {
            ServerSocket server = network.listening();
            HostResolver resolver = LoopbackNetwork.resolving("a.test", network.refusing(), server.getInetAddress());
            try (SocketChannel channel = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(resolver)
                    .build()
                    .connect("a.test", network.port(), TIMEOUT)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
        }

        @Test
        void mayGoToIpv6() throws IOException {
            try (ServerSocket server = listenOnIpv6();
                    SocketChannel channel = connector.connect("::1", server.getLocalPort(), TIMEOUT)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
        }

        private ServerSocket listenOnIpv6() {
            try {
                return new ServerSocket(0, 10, loopback6());
            } catch (IOException noIpv6) {
                assumeTrue(false, "needs ::1");
                throw new AssertionError(noIpv6);
            }
        }

        @Test
        void needsNoTimeout() throws IOException {
            ServerSocket server = network.listening();
            for (Duration timeout : List.of(
                    Duration.ZERO,
                    Duration.ofSeconds(Long.MAX_VALUE),
                    Duration.ofNanos(Long.MAX_VALUE),
                    Duration.ofDays(36_499))) {
                try (SocketChannel channel =
                        connector.connect(network.at(network.silent(), server.getInetAddress()), timeout)) {
                    assertThat(channel.isConnected()).isTrue();
                }
            }
        }

        @Test
        void triesEqualAddressesOnce() throws IOException {
            ServerSocket server = network.listening();
            InetAddress refusing = network.refusing();
            connector
                    .connect(network.at(refusing, refusing, server.getInetAddress(), refusing), TIMEOUT)
                    .close();
            assertThat(listener.started).containsExactlyElementsOf(network.at(refusing, server.getInetAddress()));
        }

        @Test
        void passesOverAWildcardAddressThatTheResolverGives() throws IOException {
            ServerSocket server = network.listening();
            InetAddress nowhere = InetAddress.getByName("0.0.0.0");
            HostResolver resolver = LoopbackNetwork.resolving("a.test", nowhere, server.getInetAddress());
            try (SocketChannel channel = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(resolver)
                    .build()
                    .connect("a.test", network.port(), TIMEOUT)) {
                assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalSocketAddress());
            }
        }
    }

    @Nested
    class ALostRace {
        @ParameterizedTest
        @MethodSource("dev.connie.ConnectorTest#policies")
        void namesTheHostThePortAndEveryAddress(RacePolicy policy) {
            InetAddress a = network.refusing();
            InetAddress b = network.refusing();
            InetAddress c = network.refusing();
            Connector raced = Connector.builder()
                    .policy(policy)
                    .resolver(LoopbackNetwork.resolving("a.test", a, b, c))
                    .build();
            startCounting();
            ConnectRaceException thrown = catchThrowableOfType(
                    ConnectRaceException.class, () -> raced.connect("a.test", network.port(), TIMEOUT));
            assertThat(thrown)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageStartingWith("Could not connect to a.test:" + network.port());
            assertThat(thrown.getSuppressed()).hasSize(3);
            int i = 0;
            for (InetAddress address : List.of(a, b, c)) {
                String destination = address.getHostAddress() + ":" + network.port();
                assertThat(thrown).hasMessageContaining(destination + ": Connection refused");
                assertThat(thrown.getSuppressed()[i++])
                        .isExactlyInstanceOf(ConnectException.class)
                        .hasMessage(destination + ": Connection refused");
            }
            assertThat(thrown.report().attempts())
                    .extracting(AttemptReport::outcome)
                    .containsOnly(Outcome.FAILED);
            assertNothingLeaked();
        }

        @Test
        void hasOneTimeoutForAllAddresses() {
            InetAddress silent = network.silent();
            InetAddress refusing = network.refusing();
            InetAddress alsoSilent = network.silent();
            Connector raced = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(LoopbackNetwork.resolving("a.test", silent, refusing, alsoSilent))
                    .build();
            startCounting();
            long start = System.nanoTime();
            ConnectRaceTimeoutException thrown = catchThrowableOfType(
                    ConnectRaceTimeoutException.class,
                    () -> raced.connect("a.test", network.port(), Duration.ofMillis(300)));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
            assertThat(thrown)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageStartingWith("Connect timed out: a.test:" + network.port());
            for (InetAddress address : List.of(silent, refusing, alsoSilent)) {
                assertThat(thrown).hasMessageContaining(address.getHostAddress() + ":" + network.port());
            }
            assertThat(thrown.getSuppressed())
                    .extracting(suppressed -> suppressed.getClass().getSimpleName())
                    .containsExactly("SocketTimeoutException", "ConnectException", "SocketTimeoutException");
            assertThat(thrown.report().timedOut()).isTrue();
            assertThat(thrown.report().duration()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(30));
            assertNothingLeaked();
        }

        @Test
        void isATimeoutEvenIfTheTimeWasUpBeforeTheFirstAttempt() {
            InetSocketAddress address = network.at(network.silent());
            startCounting();
            assertThatThrownBy(() -> connector.connect(List.of(address), Duration.ofNanos(1)))
                    .isInstanceOf(ConnectRaceTimeoutException.class)
                    .hasMessageContaining(address.getAddress().getHostAddress());
            assertNothingLeaked();
        }

        @Test
        void ofAListNamesTheHostIfThereIsOne() throws IOException {
            InetAddress named =
                    InetAddress.getByAddress("a.test", network.refusing().getAddress());
            assertThatThrownBy(() -> connector.connect(List.of(network.at(named)), TIMEOUT))
                    .hasMessageStartingWith("Could not connect to a.test:" + network.port());
            assertThatThrownBy(() -> connector.connect(network.at(network.refusing(), network.refusing()), TIMEOUT))
                    .hasMessageStartingWith("Could not connect to 2 addresses (127.");
        }

        @Test
        void writesAnIpv6TargetAsAUrlDoes() {
            HostResolver resolver = host -> List.of(network.refusing());
            for (String host : List.of("::1", "[::1]")) {
                assertThatThrownBy(() -> Connector.builder()
                                .policy(RacePolicy.allAtOnce())
                                .resolver(resolver)
                                .build()
                                .connect(host, network.port(), TIMEOUT))
                        .hasMessageStartingWith("Could not connect to [::1]:" + network.port() + " (");
            }
        }

        @Test
        void hasNotBegunIfTheHostIsUnknown() {
            Connector knowsNobody = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(LoopbackNetwork.resolving("a.test"))
                    .listener(listener)
                    .build();
            assertThatThrownBy(() -> knowsNobody.connect("b.test", 80, TIMEOUT))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("b.test");
            assertThatThrownBy(() -> knowsNobody.connect("a.test", 80, TIMEOUT))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("a.test: no address to connect to");
            assertThat(listener.finished).isEmpty();
        }

        @Test
        void hasNotBegunIfTheHostResolvesToTheWildcardAddressOnly() throws IOException {
            for (String wildcard : List.of("0.0.0.0", "::")) {
                Connector raced = Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .resolver(LoopbackNetwork.resolving("a.test", InetAddress.getByName(wildcard)))
                        .build();
                assertThatThrownBy(() -> raced.connect("a.test", network.port(), TIMEOUT))
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessage("a.test: no address to connect to");
            }
        }
    }

    @Nested
    class AnInterrupt {
        @Test
        void beforeTheRaceEndsItBeforeAnyAttempt() {
            ServerSocket server = network.listening();
            startCounting();
            Thread.currentThread().interrupt();
            Throwable thrown =
                    catchThrowable(() -> connector.connect(List.of(network.at(server.getInetAddress())), TIMEOUT));
            assertThat(Thread.interrupted()).as("flag").isTrue();
            assertThat(thrown).isInstanceOf(ClosedByInterruptException.class);
            assertThat(listener.started).isEmpty();
            assertThat(listener.finished).hasSize(1);
            assertNothingLeaked();
        }

        @Test
        void duringTheRaceEndsItAndClosesEveryChannel() throws Exception {
            List<InetSocketAddress> addresses = network.at(network.silent(), network.silent(), network.silent());
            RecordingListener started = new RecordingListener(3);
            Connector raced = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .listener(started)
                    .build();
            startCounting();
            FutureTask<Boolean> race = new FutureTask<>(() -> {
                Throwable thrown = catchThrowable(() -> raced.connect(addresses, Duration.ZERO));
                assertThat(thrown).isInstanceOf(ClosedByInterruptException.class);
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(race);
            thread.start();
            started.awaitStarts();
            thread.interrupt();
            assertThat(race.get(30, TimeUnit.SECONDS)).as("flag").isTrue();
            assertThat(started.ended).extracting(AttemptReport::outcome).containsOnly(Outcome.ABANDONED);
            assertThat(started.ended).hasSize(3);
            assertNothingLeaked();
        }

        @Test
        void isKeptForLaterIfTheRaceIsNotInterruptible() throws IOException {
            ServerSocket server = network.listening();
            AttemptChannels channels = connector
                    .races()
                    .attempts(network.at(network.silent(), server.getInetAddress()), TIMEOUT, ChannelSource.PLAIN);
            Thread.currentThread().interrupt();
            SocketChannel won = BlockingDriver.run(channels, new Abort(), false);
            assertThat(Thread.interrupted()).as("flag").isTrue();
            assertThat(won).isNotNull();
            won.close();
        }
    }

    @Nested
    class AnAbort {
        @Test
        void endsTheRaceThatWaits() throws Exception {
            RecordingListener started = new RecordingListener(2);
            List<InetSocketAddress> addresses = network.at(network.silent(), network.silent());
            AttemptChannels channels = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .listener(started)
                    .build()
                    .races()
                    .attempts(addresses, Duration.ZERO, ChannelSource.PLAIN);
            Abort abort = new Abort();
            startCounting();
            FutureTask<SocketChannel> race = new FutureTask<>(() -> BlockingDriver.run(channels, abort, true));
            new Thread(race).start();
            started.awaitStarts();
            abort.abort();
            assertThat(race.get(30, TimeUnit.SECONDS)).isNull();
            assertNothingLeaked();
        }

        @Test
        void beforeTheRaceStartsNoAttempt() throws IOException {
            AttemptChannels channels = connector
                    .races()
                    .attempts(List.of(network.at(network.listening().getInetAddress())), TIMEOUT, ChannelSource.PLAIN);
            Abort abort = new Abort();
            abort.abort();
            assertThat(BlockingDriver.run(channels, abort, true)).isNull();
            assertThat(listener.started).isEmpty();
        }
    }

    @Nested
    class AnAttempt {
        @Test
        void thatConnectsToItselfCountsAsRefused() throws IOException {
            InetSocketAddress own = network.at(network.newAddress());
            ChannelSource boundToTheTarget = new ChannelSource() {
                @Override
                public SocketChannel open(InetSocketAddress remote) throws IOException {
                    SocketChannel channel = ChannelSource.super.open(remote);
                    return remote.equals(own) ? channel.bind(own) : channel;
                }
            };
            try (SocketChannel proof = boundToTheTarget.open(own)) {
                assertThat(proof.connect(own))
                        .as("a plain channel falls for it")
                        .isTrue();
                proof.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            startCounting();
            assertThatThrownBy(() -> raceOver(boundToTheTarget, List.of(own)))
                    .isInstanceOf(ConnectRaceException.class)
                    .hasMessageContaining("Connection refused");
            assertNothingLeaked();
        }

        @Test
        void thatThrowsUncheckedIsAFailureLikeAnyOther() throws IOException {
            for (RuntimeException unchecked : List.of(
                    new UnsupportedAddressTypeException(),
                    new UnsupportedOperationException("no such family"),
                    new IllegalStateException("a bug"))) {
                for (boolean onOpen : new boolean[] {true, false}) {
                    ServerSocket server = network.listening();
                    InetSocketAddress bad = network.at(network.newAddress());
                    listener.ended.clear();
                    startCounting();
                    raceOver(
                                    new FailingSource(bad, unchecked, onOpen),
                                    List.of(bad, network.at(server.getInetAddress())))
                            .close();
                    assertNothingLeaked();
                    AttemptReport failed = listener.ended.get(0);
                    assertThat(failed.outcome()).isEqualTo(Outcome.NOT_SENT);
                    assertThat(failed.error())
                            .isInstanceOf(SocketException.class)
                            .hasCause(unchecked);
                }
            }
        }

        @Test
        void thatThrowsAnErrorEndsTheRaceAndLeaksNothing() {
            AttemptPermits permits = new AttemptPermits(5);
            List<InetSocketAddress> addresses = network.at(network.silent(), network.silent(), network.newAddress());
            for (boolean onOpen : new boolean[] {true, false}) {
                AttemptChannels channels = Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .races(it -> it.permits(permits))
                        .build()
                        .races()
                        .attempts(
                                addresses,
                                TIMEOUT,
                                new FailingSource(addresses.get(2), new NoClassDefFoundError("Some"), onOpen));
                startCounting();
                assertThatThrownBy(() -> BlockingDriver.run(channels, new Abort(), true))
                        .isInstanceOf(NoClassDefFoundError.class);
                assertNothingLeaked();
                assertThat(permits.available()).isEqualTo(5);
            }
        }

        @Test
        void overIpv6WhereThereIsNoneLeavesTheRaceToIpv4() throws Exception {
            String said = ChildJvm.run(1000, List.of("-Djava.net.preferIPv4Stack=true"), WithoutIpv6.class);
            assertThat(said).contains("NOT_SENT", "WON").doesNotContain("Exception in");
        }
    }

    /** Fails for one address: when its channel is opened, or is prepared. */
    private record FailingSource(InetSocketAddress bad, Throwable failure, boolean onOpen) implements ChannelSource {
        private static final ThreadLocal<InetSocketAddress> LAST = new ThreadLocal<>();

        @Override
        public SocketChannel open(InetSocketAddress remote) throws IOException {
            LAST.set(remote);
            if (onOpen && remote.equals(bad)) {
                fail();
            }
            return ChannelSource.super.open(remote);
        }

        @Override
        public void prepare(SocketChannel channel) {
            if (!onOpen && bad.equals(LAST.get())) {
                fail();
            }
        }

        private void fail() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }

    /** Runs in a JVM whose stack is IPv4 only. */
    static final class WithoutIpv6 {
        public static void main(String[] args) throws IOException {
            RecordingListener listener = new RecordingListener();
            try (LoopbackNetwork network = LoopbackNetwork.open()) {
                InetAddress v4 = network.listening().getInetAddress();
                Connector.builder()
                        .policy(RacePolicy.allAtOnce())
                        .listener(listener)
                        .build()
                        .connect(network.at(loopback6(), v4), Duration.ofSeconds(10))
                        .close();
            }
            listener.ended.forEach(System.out::println);
        }
    }

    @Nested
    class AListener {
        @Test
        void isToldOfEveryAttemptOnceAndThenOfTheRace() throws IOException {
            InetAddress silent = network.silent();
            InetAddress refusing = network.refusing();
            InetAddress live = network.listening().getInetAddress();
            connector.connect(network.at(silent, refusing, live), TIMEOUT).close();
            assertThat(listener.started).containsExactlyElementsOf(network.at(silent, refusing, live));
            assertThat(listener.ended)
                    .extracting(AttemptReport::address, AttemptReport::outcome)
                    .containsExactlyInAnyOrder(
                            tuple(network.at(silent), Outcome.LOST),
                            tuple(network.at(refusing), Outcome.FAILED),
                            tuple(network.at(live), Outcome.WON));
            assertThat(listener.finished).hasSize(1);
            assertThat(listener.finished.get(0).attempts()).containsExactlyInAnyOrderElementsOf(listener.ended);
        }

        @Test
        void isToldOfTheRaceWhenTheLosersAreClosed() throws IOException {
            List<InetSocketAddress> addresses = network.at(
                    network.silent(), network.silent(), network.listening().getInetAddress());
            List<Long> open = new CopyOnWriteArrayList<>();
            RaceListener counting = new RaceListener() {
                @Override
                public void raceFinished(RaceReport report) {
                    SelectorPool.closeIdle();
                    open.add(Descriptors.open());
                }
            };
            startCounting();
            try (SocketChannel channel = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .listener(counting)
                    .build()
                    .connect(addresses, TIMEOUT)) {
                assertThat(channel.isOpen()).isTrue();
                assertThat(open).containsExactly(descriptorsBefore + 1);
            }
        }

        @Test
        void thatThrowsHarmsNothing() throws Exception {
            List<InetSocketAddress> addresses = network.at(
                    network.silent(), network.refusing(), network.listening().getInetAddress());
            List<String> reported = new CopyOnWriteArrayList<>();
            Connector raced = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .listener(new Throwing())
                    .build();
            startCounting();
            FutureTask<Boolean> race = new FutureTask<>(() -> {
                try (SocketChannel channel = raced.connect(addresses, TIMEOUT)) {
                    return channel.isConnected();
                }
            });
            Thread thread = new Thread(race);
            thread.setUncaughtExceptionHandler((where, thrown) -> {
                reported.add(thrown.getMessage());
                throw new IllegalStateException("a handler that throws, too");
            });
            thread.start();
            assertThat(race.get(30, TimeUnit.SECONDS)).isTrue();
            assertNothingLeaked();
            assertThat(reported)
                    .containsExactlyInAnyOrder("started", "started", "started", "ended", "ended", "ended", "finished");
        }
    }

    private static final class Throwing implements RaceListener {
        @Override
        public void attemptStarted(InetSocketAddress address) {
            throw new IllegalStateException("started");
        }

        @Override
        public void attemptEnded(AttemptReport attempt) {
            throw new IllegalStateException("ended");
        }

        @Override
        public void raceFinished(RaceReport report) {
            throw new AssertionError("finished");
        }
    }
}
