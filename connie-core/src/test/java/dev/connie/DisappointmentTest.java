package dev.connie;

import static dev.connie.testing.LoopbackNetwork.resolving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.internal.drive.PolicyFeedback;
import dev.connie.internal.socket.Readiness;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When a connection counts against its address: something was asked there, and closed before the first byte came. */
class DisappointmentTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final List<InetSocketAddress> disappointing = new CopyOnWriteArrayList<>();
    private final ServerSocket server = network.listening();
    private final InetSocketAddress address = network.at(server.getInetAddress());
    private final Connector connector = Connector.builder()
            .races(it -> it.feedback((address, nowNanos) -> disappointing.add(address)))
            .resolver(resolving("h.test", server.getInetAddress()))
            .build();

    @AfterEach
    void close() {
        network.close();
    }

    private Socket connected() throws IOException {
        Socket socket = connector.socketFactory().createSocket();
        socket.connect(address);
        return socket;
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
    }

    private static void awaitInVain(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.getInputStream().read());
    }

    @Nested
    class Counts {
        @Test
        void aServerThatStaysMute() throws Exception {
            try (Socket socket = connected()) {
                ask(socket);
                awaitInVain(socket);
                assertThat(disappointing).isEmpty();
            }
            assertThat(disappointing).containsExactly(address);
        }

        @Test
        void aServerThatStaysMuteWhenAnotherThreadClosesUnderTheReader() throws Exception {
            Socket socket = connected();
            ask(socket);
            FutureTask<Void> reader = new FutureTask<>(() -> {
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> socket.getInputStream().read());
                return null;
            });
            Thread thread = new Thread(reader);
            thread.start();
            while (!isSelecting(thread)) {
                Thread.onSpinWait();
            }
            socket.close();
            reader.get(30, TimeUnit.SECONDS);
            assertThat(disappointing).containsExactly(address);
        }

        private static boolean isSelecting(Thread thread) {
            StackTraceElement[] stack = thread.getStackTrace();
            return stack.length > 0
                    && stack[0].isNativeMethod()
                    && Stream.of(stack).anyMatch(frame -> frame.getClassName().equals(Readiness.class.getName()));
        }

        @Test
        void aServerThatEndsTheConnection() throws Exception {
            try (Socket socket = connected()) {
                ask(socket);
                Socket peer = server.accept();
                peer.getInputStream().read();
                peer.close();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(disappointing).containsExactly(address);
        }

        @Test
        void aServerThatResetsIt() throws Exception {
            try (Socket socket = connected()) {
                ask(socket);
                reset(server.accept());
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> socket.getInputStream().read())
                        .withMessage("Connection reset");
            }
            assertThat(disappointing).containsExactly(address);
        }

        @Test
        void aServerThatResetsItBeforeAnythingIsRead() throws Exception {
            try (Socket socket = connected()) {
                reset(server.accept());
                assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
                    while (true) {
                        ask(socket);
                    }
                });
            }
            assertThat(disappointing).containsExactly(address);
        }

        @Test
        void onceHoweverOftenTheSocketIsClosed() throws Exception {
            Socket socket = connected();
            ask(socket);
            awaitInVain(socket);
            socket.close();
            socket.close();
            assertThat(disappointing).containsExactly(address);
        }

        @Test
        void aSocketOfALineup() throws Exception {
            InetAddress silent = network.silent();
            Lineup lineup = connector.lineup("h.test", List.of(silent, server.getInetAddress()));
            try (Socket socket = lineup.newSocket()) {
                socket.connect(network.at(silent));
                ask(socket);
                awaitInVain(socket);
            }
            // The address that won, not the one that was asked for.
            assertThat(disappointing).containsExactly(address);
        }

        @Test
        void alsoWithAnotherResolver() throws Exception {
            try (Socket socket = connector
                    .withResolver(HostResolver.SYSTEM)
                    .socketFactory()
                    .createSocket(address.getAddress(), address.getPort())) {
                ask(socket);
                awaitInVain(socket);
            }
            assertThat(disappointing).containsExactly(address);
        }

        private static void reset(Socket peer) throws IOException {
            peer.setSoLinger(true, 0);
            peer.close();
        }
    }

    @Nested
    class CountsNot {
        @Test
        void anAnswer() throws Exception {
            try (Socket socket = connected()) {
                ask(socket);
                try (Socket peer = server.accept()) {
                    peer.getOutputStream().write('!');
                    assertThat(socket.getInputStream().read()).isEqualTo('!');
                }
                // What comes after the first byte is the protocol's business.
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(disappointing).isEmpty();
        }

        @Test
        void aConnectionThatWasNotUsed() throws Exception {
            connected().close();
            assertThat(disappointing).isEmpty();
        }

        @Test
        void aHealthCheckThatOnlyReads() throws Exception {
            try (Socket socket = connected()) {
                awaitInVain(socket);
            }
            assertThat(disappointing).isEmpty();
        }

        @Test
        void aProtocolInWhichNobodyWaitsForAnAnswer() throws Exception {
            try (Socket socket = connected()) {
                ask(socket);
            }
            assertThat(disappointing).isEmpty();
        }

        @Test
        void aSocketThatWasDropped() throws Exception {
            connected().close();
            long before = Descriptors.openSockets();
            drop();
            while (Descriptors.openSockets() > before) {
                System.gc();
                Thread.onSpinWait();
            }
            assertThat(disappointing).isEmpty();
        }

        private void drop() throws IOException {
            Socket socket = connected();
            ask(socket);
            awaitInVain(socket);
        }

        @Test
        void aPolicyThatDoesNotLearn() {
            assertThat(PolicyFeedback.to(RacePolicy.allAtOnce())).isNull();
        }
    }
}
