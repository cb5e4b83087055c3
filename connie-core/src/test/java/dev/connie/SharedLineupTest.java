package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the sockets of a factory share that come by the same host name or the same address objects: the loop of one client
 * call is one race, and two calls of two users are two.
 */
@Timeout(60)
class SharedLineupTest {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final Queue<InetAddress> attempted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lookUps = new AtomicInteger();

    @AfterEach
    void close() {
        network.close();
    }

    /** How sockets come by the addresses of the host. */
    enum Door {
        /** By the host's name, looked up anew by the connector; each answer begins with another address. */
        NAME,
        /** By address objects that a cache hands to every call. */
        CACHED_OBJECTS;
    }

    private InetAddress named(InetAddress address) throws UnknownHostException {
        return InetAddress.getByAddress("h.test", address.getAddress());
    }

    private Connector.Builder connector(InetAddress... addresses) {
        return Connector.builder()
                .resolver(host -> {
                    List<InetAddress> answer = new ArrayList<>();
                    for (InetAddress address : addresses) {
                        answer.add(named(address));
                    }
                    Collections.rotate(answer, lookUps.getAndIncrement());
                    return answer;
                })
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        attempted.add(address.getAddress());
                    }
                });
    }

    private List<InetAddress> given(Door door, Connector connector, InetAddress... addresses) throws IOException {
        List<InetAddress> given = new ArrayList<>();
        for (InetAddress address : addresses) {
            given.add(named(address));
        }
        return door == Door.NAME ? given : connector.socketFactory().enlist(connector.lineup("h.test", given));
    }

    private InetAddress peerOf(Socket socket, InetAddress given) throws IOException {
        socket.connect(new InetSocketAddress(given, network.port()), TIMEOUT_MILLIS);
        return socket.getInetAddress();
    }

    private InetAddress at(List<InetAddress> given, InetAddress address) {
        return given.get(given.indexOf(address));
    }

    @Nested
    class ALiveAddressIsRaced {
        @ParameterizedTest
        @EnumSource
        void althoughAnEarlierSocketHoldsIt(Door door) throws Exception {
            InetAddress silent = network.silent();
            InetAddress live = network.listening().getInetAddress();
            Connector connector = connector(silent, live).build();
            List<InetAddress> given = given(door, connector, silent, live);
            try (Socket first = connector.socketFactory().createSocket();
                    Socket second = connector.socketFactory().createSocket()) {
                assertThat(peerOf(first, at(given, silent))).isEqualTo(live);
                assertThat(peerOf(second, at(given, live))).isEqualTo(live);
            }
        }

        @Test
        void althoughASocketMadeByNameHoldsIt() throws Exception {
            InetAddress silent = network.silent();
            InetAddress live = network.listening().getInetAddress();
            RacingSocketFactory factory = connector(silent, live).build().socketFactory();
            try (Socket first = factory.createSocket("h.test", network.port());
                    Socket second = factory.createSocket()) {
                assertThat(first.getInetAddress()).isEqualTo(live);
                assertThat(peerOf(second, named(live))).isEqualTo(live);
            }
        }

        @ParameterizedTest
        @EnumSource
        void alsoForTheSilentAddressWhenItsConnectionWasOfUse(Door door) throws Exception {
            InetAddress silent = network.silent();
            ServerSocket live = network.listening();
            Connector connector = connector(silent, live.getInetAddress()).build();
            List<InetAddress> given = given(door, connector, silent, live.getInetAddress());
            try (Socket first = connector.socketFactory().createSocket()) {
                peerOf(first, at(given, live.getInetAddress()));
                first.getOutputStream().write('?');
                try (Socket peer = live.accept()) {
                    peer.getOutputStream().write('!');
                    assertThat(first.getInputStream().read()).isEqualTo('!');
                }
            }
            try (Socket second = connector.socketFactory().createSocket()) {
                assertThat(peerOf(second, at(given, silent))).isEqualTo(live.getInetAddress());
            }
        }

        @ParameterizedTest
        @EnumSource
        void byManyThreadsWhateverTheOrderOfTheAnswers(Door door) throws Exception {
            InetAddress silent = network.silent();
            InetAddress other = network.silent();
            InetAddress live = network.listening().getInetAddress();
            Connector connector = connector(silent, live, other)
                    .policy(RacePolicy.allAtOnce())
                    .build();
            List<InetAddress> given = given(door, connector, silent, live, other);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Future<InetAddress>> peers = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                InetAddress any = given.get(new Random(i).nextInt(given.size()));
                peers.add(threads.submit(() -> {
                    try (Socket socket = connector.socketFactory().createSocket()) {
                        return peerOf(socket, any);
                    }
                }));
            }
            for (Future<InetAddress> peer : peers) {
                assertThat(peer.get()).isEqualTo(live);
            }
            threads.shutdown();
        }

        @ParameterizedTest
        @EnumSource
        void alsoWhenItHasJustLetSomebodyDown(Door door) throws Exception {
            InetAddress silent = network.silent();
            ServerSocket live = network.listening();
            Connector connector = connector(silent, live.getInetAddress()).build();
            List<InetAddress> given = given(door, connector, silent, live.getInetAddress());
            try (Socket first = connector.socketFactory().createSocket()) {
                peerOf(first, at(given, live.getInetAddress()));
                first.getOutputStream().write('?');
                live.accept().close();
                assertThat(first.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket second = connector.socketFactory().createSocket()) {
                // After the others, for it may do so again.
                assertThat(peerOf(second, at(given, silent))).isEqualTo(live.getInetAddress());
            }
        }
    }

    @Nested
    class TheLoopOfOneCall {
        @ParameterizedTest
        @EnumSource
        void goesOnToAnotherAddressWhenTheFirstBreaksOffItsTlsHandshake(Door door) throws Exception {
            ServerSocket broken = network.listening();
            ServerSocket well = network.listening();
            Connector connector =
                    connector(broken.getInetAddress(), well.getInetAddress()).build();
            List<InetAddress> given = given(door, connector, broken.getInetAddress(), well.getInetAddress());
            try (Socket first = connector.socketFactory().createSocket()) {
                assertThat(peerOf(first, at(given, broken.getInetAddress()))).isEqualTo(broken.getInetAddress());
                // The first flights of a handshake, and the alert of a client that does not like the certificate.
                first.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 1, 1});
                try (Socket peer = broken.accept()) {
                    peer.getOutputStream().write(new byte[] {0x16, 3, 3, 0, 1, 2});
                    assertThat(first.getInputStream().readNBytes(6)).hasSize(6);
                    first.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 2, 42});
                }
            }
            try (Socket second = connector.socketFactory().createSocket()) {
                assertThat(peerOf(second, at(given, well.getInetAddress()))).isEqualTo(well.getInetAddress());
            }
        }

        @ParameterizedTest
        @EnumSource
        void costsOneTimeout(Door door) throws Exception {
            InetAddress one = network.silent();
            InetAddress two = network.silent();
            Connector connector = connector(one, two).build();
            List<InetAddress> given = given(door, connector, one, two);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(connector, given.get(0), 300));
            attempted.clear();

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(connector, given.get(1), 0));
            assertThat(attempted).isEmpty();
        }
    }

    @Nested
    class AFailure {
        @Test
        void isNotBelievedWhenTheServersAreBack() throws Exception {
            InetAddress one = network.newAddress();
            InetAddress two = network.newAddress();
            Connector connector = connector(one, two).build();
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> connect(connector, named(one), TIMEOUT_MILLIS));
            network.listeningAt(one);
            network.listeningAt(two);

            try (Socket socket = connector.socketFactory().createSocket()) {
                assertThat(peerOf(socket, named(two))).isIn(one, two);
            }
        }

        @Test
        void isNotSharedWithAnotherThread() throws Exception {
            InetAddress one = network.silent();
            InetAddress two = network.silent();
            Connector connector = connector(one, two).build();
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(connector, named(one), 200));
            attempted.clear();
            Thread other = new Thread(() -> assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connect(connector, named(two), 200)));
            other.start();
            other.join();

            assertThat(attempted).contains(two);
        }

        @Test
        void ofAnotherPortSaysNothingOfThisOne() throws Exception {
            InetAddress one = network.newAddress();
            InetAddress two = network.listening().getInetAddress();
            try (LoopbackNetwork elsewhere = LoopbackNetwork.open()) {
                elsewhere.listeningAt(one);
                elsewhere.listeningAt(two);
                RacingSocketFactory factory = connector(one, two).build().socketFactory();
                try (Socket here = factory.createSocket();
                        Socket there = factory.createSocket()) {
                    assertThat(peerOf(here, named(one))).isEqualTo(two);

                    there.connect(new InetSocketAddress(named(one), elsewhere.port()), TIMEOUT_MILLIS);
                    assertThat(there.getInetAddress()).isEqualTo(one);
                }
            }
        }
    }

    @Test
    void noneOfManyCallsIsSlowUnderAnyPolicyThoughOneAddressIsSilent() throws Exception {
        InetAddress silent = network.silent();
        InetAddress live = network.listening().getInetAddress();
        for (RacePolicy policy : List.of(RacePolicy.allAtOnce(), RacePolicy.rfc8305(), RacePolicy.adaptive())) {
            Connector connector = connector(silent, live).policy(policy).build();
            // The first calls may have to find out.
            connect(connector, named(silent), TIMEOUT_MILLIS);
            attempted.clear();
            for (int i = 0; i < 20; i++) {
                connect(connector, named(i % 2 == 0 ? silent : live), TIMEOUT_MILLIS);
            }
            if (policy.equals(RacePolicy.rfc8305())) {
                assertThat(attempted).as(policy.toString()).containsOnly(live);
            }
        }
    }

    private void connect(Connector connector, InetAddress given, int timeoutMillis) throws IOException {
        try (Socket socket = connector.socketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(given, network.port()), timeoutMillis);
        }
    }
}
