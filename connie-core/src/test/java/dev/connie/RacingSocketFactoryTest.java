package dev.connie;

import static dev.connie.testing.LoopbackNetwork.resolving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.internal.drive.SelectorPool;
import dev.connie.internal.lineup.LineupsByAddress;
import dev.connie.race.RacePolicy;
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
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a library that takes a SocketFactory sees. */
class RacingSocketFactoryTest {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final List<InetAddress> attempted = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        network.close();
    }

    private Connector connector(HostResolver resolver) {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolver)
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        attempted.add(address.getAddress());
                    }
                })
                .build();
    }

    private RacingSocketFactory factory(InetAddress... addresses) {
        return connector(resolving("h.test", addresses)).socketFactory();
    }

    private InetAddress listening() {
        return network.listening().getInetAddress();
    }

    private InetSocketAddress named(InetAddress address) throws UnknownHostException {
        return network.at(InetAddress.getByAddress("h.test", address.getAddress()));
    }

    @Nested
    class ASocketThatConnectsToAnAddressWithAName {
        @Test
        void racesAllAddressesOfThatName() throws Exception {
            InetAddress silent = network.silent();
            InetAddress live = listening();
            try (Socket socket = factory(silent, network.refusing(), live).createSocket()) {
                socket.connect(named(silent), TIMEOUT_MILLIS);

                assertThat(socket.getInetAddress()).isEqualTo(live);
                assertThat(attempted).hasSize(3).startsWith(silent);
            }
        }

        @Test
        void racesForAClientThatGoesOnToTheNextAddressOnlyOnce() throws Exception {
            InetAddress one = network.silent();
            InetAddress two = network.silent();
            RacingSocketFactory factory = factory(one, two);
            try (Socket first = factory.createSocket()) {
                assertThatExceptionOfType(ConnectRaceTimeoutException.class)
                        .isThrownBy(() -> first.connect(named(one), 200));
            }
            attempted.clear();

            // Without an end of its own, this would wait for the system's two minutes.
            assertTimesOut(factory, two, 0);
            assertThat(attempted).isEmpty();
        }

        @Test
        void goesOnToWhatIsLeftWhenTheWinnerWasOfNoUse() throws Exception {
            InetAddress useless = listening();
            InetAddress live = listening();
            InetAddress silent = network.silent();
            RacingSocketFactory factory = factory(silent, useless, live);
            try (Socket first = factory.createSocket();
                    Socket second = factory.createSocket()) {
                first.connect(named(silent), TIMEOUT_MILLIS);
                second.connect(named(live), TIMEOUT_MILLIS);

                assertThat(first.getInetAddress()).isEqualTo(useless);
                assertThat(second.getInetAddress()).isEqualTo(live);
            }
        }

        @Test
        void isToldOfEveryAddressWhenNoneCanBeConnectedTo() throws Exception {
            InetAddress one = network.refusing();
            InetAddress two = network.refusing();
            try (Socket socket = factory(one, two).createSocket()) {
                assertThatExceptionOfType(ConnectRaceException.class)
                        .isThrownBy(() -> socket.connect(named(one), TIMEOUT_MILLIS))
                        .withMessage("Could not connect to h.test:%d (%s:%1$d: Connection refused, %s:%1$d: "
                                        .formatted(network.port(), one.getHostAddress(), two.getHostAddress())
                                + "Connection refused)")
                        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
            }
        }

        @Test
        void connectsToThatAddressAloneIfTheNameDoesNotHaveIt() throws Exception {
            InetAddress asked = listening();
            try (Socket socket = factory(listening(), listening()).createSocket()) {
                socket.connect(named(asked), TIMEOUT_MILLIS);

                assertThat(socket.getInetAddress()).isEqualTo(asked);
                assertThat(attempted).containsExactly(asked);
            }
        }

        @Test
        void connectsToThatAddressAloneIfNobodyKnowsTheName() throws Exception {
            InetAddress asked = network.refusing();
            HostResolver nobody = host -> {
                throw new UnknownHostException(host);
            };
            try (Socket socket = connector(nobody).socketFactory().createSocket()) {
                assertThatExceptionOfType(ConnectException.class)
                        .isThrownBy(() -> socket.connect(named(asked), TIMEOUT_MILLIS))
                        .withMessage("Connection refused");
            }
        }

        @Test
        void neverRacesAWildcardAddressThatTheResolverGives() throws Exception {
            for (String wildcard : List.of("0.0.0.0", "::")) {
                attempted.clear();
                InetAddress silent = network.silent();
                HostResolver blocking = resolving("h.test", silent, InetAddress.getByName(wildcard));
                try (Socket socket = connector(blocking).socketFactory().createSocket()) {
                    assertThatExceptionOfType(SocketTimeoutException.class)
                            .isThrownBy(() -> socket.connect(named(silent), 200));
                }
                assertThat(attempted).containsExactly(silent);
            }
        }

        @Test
        void neverRacesWhatTheResolverFiltersOut() throws Exception {
            InetAddress allowed = network.silent();
            InetAddress forbidden = listening();
            HostResolver filtered =
                    resolving("h.test", forbidden, allowed).filtering(address -> !address.equals(forbidden));
            assertTimesOut(connector(filtered).socketFactory(), allowed, 200);
            assertThat(attempted).containsExactly(allowed);
        }
    }

    @Nested
    class ASocketThatConnectsToALiteralAddress {
        @Test
        void connectsToJustThat() throws Exception {
            InetAddress live = listening();
            try (Socket socket = factory(listening()).createSocket()) {
                socket.connect(network.at(live), TIMEOUT_MILLIS);

                assertThat(socket.getInetAddress()).isEqualTo(live);
                assertThat(attempted).containsExactly(live);
            }
        }

        @Test
        void failsAsAPlainSocketDoes() throws Exception {
            try (Socket socket = factory(listening()).createSocket()) {
                assertThatExceptionOfType(SocketTimeoutException.class)
                        .isThrownBy(() -> socket.connect(network.at(network.silent()), 200))
                        .withMessage("Connect timed out");
            }
        }
    }

    @Nested
    class CreateSocketWithAHost {
        @Test
        void racesItsAddresses() throws Exception {
            InetAddress live = listening();
            try (Socket socket = factory(network.silent(), live).createSocket("h.test", network.port())) {
                assertThat(socket.getInetAddress()).isEqualTo(live);
                assertThat(socket.getInetAddress().getHostName()).isEqualTo("h.test");
            }
        }

        @Test
        void racesAddressesThatTheResolverNamesOtherwise() throws Exception {
            InetAddress silent = otherwise("one.test", network.silent());
            InetAddress live = otherwise("two.test", listening());
            RacingSocketFactory factory =
                    connector(onlyOf("h.test", silent, live)).socketFactory();
            try (Socket socket = factory.createSocket("h.test", network.port());
                    Socket again = factory.createSocket("h.test", network.port())) {
                assertThat(socket.getInetAddress()).hasToString(live.toString());
                assertThat(again.getInetAddress()).hasToString(live.toString());
                assertThat(attempted).extracting(InetAddress::toString).startsWith(silent.toString(), live.toString());
            }
        }

        private InetAddress otherwise(String name, InetAddress address) throws UnknownHostException {
            return InetAddress.getByAddress(name, address.getAddress());
        }

        private HostResolver onlyOf(String host, InetAddress... addresses) {
            return name -> {
                if (!name.equals(host)) {
                    throw new UnknownHostException(name);
                }
                return List.of(addresses);
            };
        }

        @Test
        void bindsTheLocalAddressForEveryAttempt() throws Exception {
            InetAddress local = network.newAddress();
            InetAddress live = listening();
            RacingSocketFactory factory = factory(network.silent(), network.refusing(), live);
            try (Socket socket = factory.createSocket("h.test", network.port(), local, 0)) {
                assertThat(socket.getInetAddress()).isEqualTo(live);
                assertThat(socket.getLocalAddress()).isEqualTo(local);
            }
        }

        @Test
        void saysWhenNobodyKnowsTheHost() {
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> factory().createSocket("other.test", network.port()))
                    .withMessage("other.test");
        }

        @Test
        void takesAWildcardAddressForNoAddress() throws Exception {
            for (String wildcard : List.of("0.0.0.0", "::")) {
                try (ServerSocket here = new ServerSocket(0)) {
                    RacingSocketFactory factory = factory(InetAddress.getByName(wildcard));
                    assertThatExceptionOfType(UnknownHostException.class)
                            .isThrownBy(() -> factory.createSocket("h.test", here.getLocalPort()))
                            .withMessage("h.test: no address to connect to");
                }
            }
            assertThat(attempted).isEmpty();
        }

        @Test
        void leavesNothingBehindWhenItFails() {
            RacingSocketFactory factory = factory(network.refusing());
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> factory.createSocket("h.test", network.port()));
            SelectorPool.closeIdle();
            long before = Descriptors.open();
            for (int i = 0; i < 20; i++) {
                assertThatExceptionOfType(ConnectException.class)
                        .isThrownBy(() -> factory.createSocket("h.test", network.port()));
            }
            SelectorPool.closeIdle();

            assertThat(Descriptors.open()).isEqualTo(before);
        }

        @Test
        void takesNoHostForThisMachine() {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> factory().createSocket((String) null, network.port()))
                    .withMessage("Connection refused");
        }
    }

    @Nested
    class AHostWithOneAddress {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void failsAsAPlainSocketDoes(boolean givenTwice) throws Exception {
            InetAddress broadcast = InetAddress.getByName("255.255.255.255");
            for (InetAddress address : List.of(network.refusing(), network.silent(), broadcast)) {
                RacingSocketFactory factory = givenTwice ? factory(address, address) : factory(address);

                IOException expected = failureOf(new Socket(), address);
                assertThat(failureOf(factory.createSocket(), address))
                        .hasSameClassAs(expected)
                        .hasMessage(expected.getMessage());
            }
        }

        @Test
        void failsAsAPlainSocketDoesWhenItIsConnectedAtOnce() {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> factory(network.refusing()).createSocket("h.test", network.port()))
                    .isExactlyInstanceOf(ConnectException.class)
                    .withMessage("Connection refused");
        }

        private IOException failureOf(Socket socket, InetAddress address) throws IOException {
            try (socket) {
                socket.connect(named(address), 200);
                throw new AssertionError("connected");
            } catch (IOException e) {
                return e;
            }
        }
    }

    @Nested
    class CreateSocketWithAnAddress {
        @Test
        void connectsToIt() throws Exception {
            InetAddress live = listening();
            try (Socket socket = factory().createSocket(live, network.port())) {
                assertThat(socket.getInetAddress()).isEqualTo(live);
            }
        }

        @Test
        void fromTheLocalAddressGiven() throws Exception {
            InetAddress local = network.newAddress();
            InetAddress live = listening();
            try (Socket socket = factory().createSocket(live, network.port(), local, 0)) {
                assertThat(socket.getLocalAddress()).isEqualTo(local);
            }
        }
    }

    @Nested
    class AnEnlistedAddress {
        @Test
        void leadsToItsLineupByIdentity() throws Exception {
            InetAddress silent = network.silent();
            InetAddress live = listening();
            Connector connector = connector(HostResolver.SYSTEM);
            List<InetAddress> enlisted =
                    connector.socketFactory().enlist(connector.lineup("nowhere.invalid", List.of(silent, live)));
            try (Socket socket = connector.socketFactory().createSocket()) {
                socket.connect(network.at(enlisted.get(0)), TIMEOUT_MILLIS);

                assertThat(socket.getInetAddress()).isEqualTo(live);
            }
        }

        @Test
        void goesWithTheClientsReferenceToIt() throws Exception {
            Connector connector = connector(HostResolver.SYSTEM);
            LineupsByAddress enlisted = new LineupsByAddress();
            for (int i = 0; i < 1_000; i++) {
                enlisted.enlist(
                        connector.lineup("h.test", List.of(network.refusing())).book());
            }
            while (enlisted.size() > 0) {
                System.gc();
                Thread.onSpinWait();
            }
        }

        @Test
        void ofALineupEndedByForeignCloseEndsIt() throws Exception {
            InetAddress silent = network.silent();
            Connector connector = connector(HostResolver.SYSTEM);
            Lineup lineup = connector
                    .lineup("h.test", List.of(silent, network.silent()))
                    .endedByForeignClose();
            List<InetAddress> enlisted = connector.socketFactory().enlist(lineup);
            Socket socket = connector.socketFactory().createSocket();
            FutureTask<Exception> connecting = new FutureTask<>(() -> failureOf(socket, enlisted.get(0)));
            new Thread(connecting).start();
            while (attempted.size() < 2) {
                Thread.onSpinWait();
            }
            socket.close();

            assertThat(connecting.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket closed");
            try (Socket next = connector.socketFactory().createSocket()) {
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> next.connect(network.at(enlisted.get(1))))
                        .withMessage("Socket closed");
            }
        }

        private Exception failureOf(Socket socket, InetAddress address) {
            try {
                socket.connect(network.at(address));
                throw new AssertionError("connected");
            } catch (IOException e) {
                return e;
            }
        }
    }

    @Nested
    class ASocketOfALineup {
        @Test
        void racesTheLineup() throws Exception {
            InetAddress silent = network.silent();
            InetAddress live = listening();
            Lineup lineup = connector(HostResolver.SYSTEM).lineup("h.test", List.of(silent, live));
            try (Socket socket = lineup.newSocket()) {
                socket.connect(network.at(silent), TIMEOUT_MILLIS);

                assertThat(socket.getInetAddress()).isEqualTo(live);
            }
        }

        @Test
        void connectsToAnAddressThatIsNotInItAlone() throws Exception {
            InetAddress other = listening();
            Lineup lineup = connector(HostResolver.SYSTEM).lineup("h.test", List.of(listening()));
            try (Socket socket = lineup.newSocket()) {
                socket.connect(network.at(other), TIMEOUT_MILLIS);

                assertThat(socket.getInetAddress()).isEqualTo(other);
            }
        }

        @Test
        void closedByAnotherThreadDoesNotEndTheLineupUnlessItIsMadeSo() throws Exception {
            InetAddress live = listening();
            Lineup lineup = connector(HostResolver.SYSTEM).lineup("h.test", List.of(live));
            closeElsewhere(lineup.newSocket());
            try (Socket socket = lineup.newSocket()) {
                socket.connect(network.at(live), TIMEOUT_MILLIS);
                assertThat(socket.isConnected()).isTrue();
            }
        }

        @Test
        void closedByAnotherThreadBeforeItConnectsEndsALineupMadeSo() throws Exception {
            InetAddress live = listening();
            Lineup lineup = connector(HostResolver.SYSTEM)
                    .lineup("h.test", List.of(live))
                    .endedByForeignClose();
            Socket closed = lineup.newSocket();
            closed.setTcpNoDelay(true);
            closeElsewhere(closed);
            try (Socket socket = lineup.newSocket()) {
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> socket.connect(network.at(live), TIMEOUT_MILLIS))
                        .withMessage("Socket closed");
            }
        }

        private void closeElsewhere(Socket socket) throws Exception {
            FutureTask<Void> closing = new FutureTask<>(() -> {
                socket.close();
                return null;
            });
            new Thread(closing).start();
            closing.get(20, TimeUnit.SECONDS);
        }
    }

    private void assertTimesOut(RacingSocketFactory factory, InetAddress address, int timeoutMillis)
            throws IOException {
        try (Socket socket = factory.createSocket()) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.connect(named(address), timeoutMillis));
        }
    }
}
