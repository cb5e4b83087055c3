package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connie.internal.drive.SelectorPool;
import dev.connie.internal.socket.RacingSocket;
import dev.connie.internal.socket.Readiness;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket gives back every descriptor it took, whoever closes it, whenever. */
class SocketDescriptorsTest {
    private static final int ROUNDS = 50;
    private static final int LARGE = 6_000_000;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final ServerSocket server = network.listening();
    private final InetSocketAddress target = network.at(server.getInetAddress());
    private final InetSocketAddress silent = network.at(network.silent());
    private long before;
    private long socketsBefore;

    @BeforeEach
    void warmUp() throws Exception {
        // What the JDK opens once and keeps.
        readUntilClosed();
        SelectorPool.closeIdle();
        before = Descriptors.open();
        socketsBefore = Descriptors.openSockets();
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void connects_and_closes() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Socket socket = socket();
            socket.connect(target);
            socket.close();
            server.accept().close();
        }
        assertNoneLeft();
    }

    @Test
    void connects_with_options_and_a_local_address() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Socket socket = socket();
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(network.newAddress(), 0));
            socket.connect(target, 5000);
            socket.setKeepAlive(true);
            socket.close();
            server.accept().close();
        }
        assertNoneLeft();
    }

    @Test
    void is_closed_without_having_connected() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Socket socket = socket();
            socket.setTcpNoDelay(true);
            assertThat(Descriptors.open()).isEqualTo(before + 1);
            socket.close();
        }
        assertNoneLeft();
    }

    @Test
    void fails_to_connect() {
        InetSocketAddress refusing = network.at(network.refusing());
        for (int i = 0; i < ROUNDS; i++) {
            // Not closed: a failed connect closes what is inside, on every JDK.
            Socket refused = socket();
            assertThat(catchThrowable(() -> {
                        refused.setTcpNoDelay(true);
                        refused.connect(refusing);
                    }))
                    .isInstanceOf(IOException.class);
            Socket late = socket();
            assertThat(catchThrowable(() -> late.connect(silent, 1))).isInstanceOf(IOException.class);
        }
        assertNoneLeft();
    }

    @Test
    void connects_by_a_channel_that_is_not_its_own() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Socket socket = RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
                SocketChannel foreign = SocketChannel.open(remote);
                foreign.configureBlocking(false);
                return () -> foreign;
            });
            socket.setTcpNoDelay(true);
            socket.connect(target);
            assertThat(Descriptors.open()).isEqualTo(before + 1);
            socket.close();
            server.accept().close();
        }
        assertNoneLeft();
    }

    @Test
    void is_closed_while_it_reads() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            readUntilClosed();
        }
        assertNoneLeft();
    }

    @Test
    void is_closed_while_it_reads_and_writes() throws Exception {
        for (int i = 0; i < ROUNDS / 5; i++) {
            Socket socket = socket();
            socket.connect(target);
            Socket peer = server.accept();
            Thread reading = start(() -> socket.getInputStream().read());
            Thread writing = start(() -> socket.getOutputStream().write(new byte[LARGE]));
            letRun(i);
            socket.close();
            reading.join();
            writing.join();
            peer.close();
        }
        assertNoneLeft();
    }

    @Test
    void is_closed_at_any_moment_of_a_connect_that_hangs() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Socket socket = socket();
            Thread connecting = start(() -> {
                socket.setTcpNoDelay(true);
                socket.connect(silent);
            });
            letRun(i);
            socket.close();
            connecting.join();
        }
        assertNoneLeft();
    }

    @Test
    void is_closed_at_any_moment_of_a_connect_that_succeeds() throws Exception {
        for (int i = 0; i < 20 * ROUNDS; i++) {
            Socket socket = socket();
            CountDownLatch started = new CountDownLatch(1);
            Thread connecting = start(() -> {
                started.countDown();
                socket.setTcpNoDelay(true);
                socket.connect(target);
                socket.setKeepAlive(true);
                socket.getInputStream().read();
            });
            started.await();
            spin(ThreadLocalRandom.current().nextInt(300_000));
            socket.close();
            connecting.join();
        }
        SelectorPool.closeIdle();
        drain();
        assertNoneLeft();
    }

    @Test
    void has_waited_and_is_closed() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Socket socket = socketThatHasWaited();
            close(socket, i % 2 == 0 ? Runnable::run : deed -> new Thread(deed).start());
            SocketPlay.awaitTrue(() -> Descriptors.openSockets() == socketsBefore);
        }
        assertNoneLeft();
    }

    @Test
    void has_waited_and_is_dropped() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            socketThatHasWaited();
        }
        assertThat(Descriptors.openSockets()).isGreaterThan(socketsBefore);
        SocketPlay.awaitTrue(() -> {
            System.gc();
            return Descriptors.openSockets() == socketsBefore;
        });
        assertNoneLeft();
    }

    @Test
    void waits_with_the_selector_of_those_that_waited_before() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            sockets.add(socketThatHasWaited());
        }
        assertThat(Descriptors.open()).isEqualTo(before + ROUNDS + 2);
        for (Socket socket : sockets) {
            socket.close();
        }
        assertNoneLeft();
    }

    @Test
    void is_dropped() throws Exception {
        connectAndDrop();
        SocketPlay.awaitTrue(() -> {
            System.gc();
            return Descriptors.open() <= before;
        });
    }

    @Test
    void is_not_closed_while_somebody_reads_from_it() throws Exception {
        Socket peer;
        Thread reading;
        List<Object> read = new ArrayList<>();
        {
            Socket socket = socket();
            socket.connect(target);
            peer = server.accept();
            InputStream in = socket.getInputStream();
            reading = start(() -> read.add(in.read()));
        }
        // Once the Cleaner has come to sockets that were dropped, it has come to all that it would close.
        for (int i = 0; i < 3; i++) {
            socket().connect(target);
            try (Socket peerOfDropped = server.accept()) {
                peerOfDropped.setSoTimeout(1);
                SocketPlay.awaitTrue(() -> {
                    System.gc();
                    return isEnded(peerOfDropped);
                });
            }
        }
        peer.getOutputStream().write(42);
        reading.join();
        peer.close();

        assertThat(read).containsExactly(42);
    }

    private Socket socketThatHasWaited() throws IOException {
        Socket socket = socket();
        socket.connect(target);
        Socket peer = server.accept();
        socket.setSoTimeout(1);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        peer.close();
        return socket;
    }

    private static boolean isEnded(Socket connected) throws IOException {
        try {
            return connected.getInputStream().read() < 0;
        } catch (SocketTimeoutException notYet) {
            return false;
        }
    }

    private static void close(Socket socket, Executor closer) {
        closer.execute(() -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void connectAndDrop() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Socket connected = socket();
            connected.connect(target);
            server.accept().close();
            Socket unconnected = socket();
            unconnected.setTcpNoDelay(true);
        }
        assertThat(Descriptors.open()).isGreaterThan(before);
    }

    private void readUntilClosed() throws Exception {
        Socket socket = socket();
        socket.connect(target);
        Socket peer = server.accept();
        Thread reading = start(() -> socket.getInputStream().read());
        SocketPlay.awaitInside(Readiness.class, reading);
        socket.close();
        reading.join();
        peer.close();
    }

    private void drain() throws IOException {
        server.setSoTimeout(50);
        while (catchThrowable(() -> server.accept().close()) == null) {
            // Those that got through before they were closed.
        }
    }

    private void assertNoneLeft() {
        // Closing a selector would free what is registered with it.
        assertThat(Descriptors.openSockets()).isEqualTo(socketsBefore);
        SelectorPool.closeIdle();
        assertThat(Descriptors.open()).isEqualTo(before);
    }

    private static Socket socket() {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .build()
                .socketFactory()
                .createSocket();
    }

    /** Lets the other threads get somewhere, each time somewhere else. */
    private static void letRun(int round) {
        spin(round % 4 * 1_000_000);
    }

    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static Thread start(SocketPlay.Deed deed) {
        Thread thread = new Thread(() -> {
            try {
                deed.run();
            } catch (Exception closed) {
                // What it is told is another test's matter.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
