package dev.connie.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Winner;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a socket was told before it connects, when its connect is several attempts. */
class SocketSettingsTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final List<SocketChannel> attempts = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (SocketChannel attempt : attempts) {
            attempt.close();
        }
        network.close();
    }

    @Nested
    class Options {
        @Test
        void reach_every_attempt() throws IOException {
            try (Socket socket = connectingTo(network.silent(), network.silent(), listening())) {
                socket.setReceiveBufferSize(20_000);
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.setKeepAlive(false);
                socket.setOOBInline(true);
                socket.connect(unused());

                assertThat(attempts).hasSize(3).allSatisfy(attempt -> {
                    assertThat(attempt.getOption(StandardSocketOptions.SO_RCVBUF))
                            .isEqualTo(socket.getReceiveBufferSize())
                            .isEqualTo(20_000);
                    assertThat(attempt.getOption(StandardSocketOptions.TCP_NODELAY))
                            .isTrue();
                    assertThat(attempt.getOption(StandardSocketOptions.SO_KEEPALIVE))
                            .isFalse();
                    assertThat(attempt.socket().getOOBInline()).isTrue();
                });
            }
        }

        @Test
        void linger_reaches_the_winner_only() throws IOException {
            try (Socket socket = connectingTo(network.silent(), listening())) {
                socket.setTcpNoDelay(true);
                socket.setSoLinger(true, 9);
                socket.connect(unused());

                assertThat(attempts.get(0).getOption(StandardSocketOptions.SO_LINGER))
                        .isEqualTo(-1);
                assertThat(attempts.get(1).getOption(StandardSocketOptions.SO_LINGER))
                        .isEqualTo(9);
            }
        }

        @Test
        void reach_a_channel_that_another_sockets_attempt_connected() throws IOException {
            InetSocketAddress peer = network.at(listening());
            try (Socket socket = RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
                SocketChannel foreign = connect(SocketChannel.open(), peer);
                attempts.add(foreign);
                return () -> foreign;
            })) {
                socket.setTcpNoDelay(true);
                socket.setSoLinger(true, 9);
                socket.connect(unused());

                assertThat(attempts.get(0).getOption(StandardSocketOptions.TCP_NODELAY))
                        .isTrue();
                assertThat(attempts.get(0).getOption(StandardSocketOptions.SO_LINGER))
                        .isEqualTo(9);
            }
        }

        @Test
        void set_while_the_connect_is_under_way_reach_the_winner() throws IOException {
            List<Socket> sockets = new ArrayList<>();
            try (Socket socket = RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
                SocketChannel channel = source.open(remote);
                source.prepare(channel);
                sockets.get(0).setKeepAlive(true);
                assertThat(sockets.get(0).getTcpNoDelay()).isTrue();
                SocketChannel done = connect(channel, network.at(listening()));
                return () -> done;
            })) {
                sockets.add(socket);
                socket.setTcpNoDelay(true);
                socket.connect(unused());

                assertThat(socket.getTcpNoDelay()).isTrue();
                assertThat(socket.getKeepAlive()).isTrue();
            }
        }

        @Test
        void cost_the_first_attempt_no_second_channel() throws IOException {
            List<SocketChannel> opened = new ArrayList<>();
            try (Socket socket = RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
                SocketChannel channel = source.open(remote);
                opened.add(channel);
                assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
                source.prepare(channel);
                SocketChannel done = connect(channel, remote);
                return () -> done;
            })) {
                socket.setTcpNoDelay(true);
                socket.connect(network.at(listening()));
            }
            assertThat(opened).hasSize(1);
        }
    }

    @Nested
    class A_local_address {
        @Test
        void without_a_port_is_every_attempts_address_each_with_a_port_of_its_own() throws IOException {
            InetAddress own = network.newAddress();
            try (Socket socket = connectingTo(network.silent(), network.silent(), listening())) {
                socket.bind(new InetSocketAddress(own, 0));
                int boundPort = socket.getLocalPort();
                socket.connect(unused());

                assertThat(attempts)
                        .allSatisfy(attempt ->
                                assertThat(local(attempt).getAddress()).isEqualTo(own));
                assertThat(attempts).extracting(SocketSettingsTest::local).doesNotHaveDuplicates();
                assertThat(local(attempts.get(0)).getPort()).isEqualTo(boundPort);
                assertThat(socket.getLocalSocketAddress()).isEqualTo(local(attempts.get(2)));
            }
        }

        @Test
        void with_a_port_is_shared_by_all_attempts() throws IOException {
            InetSocketAddress own = new InetSocketAddress(network.newAddress(), network.port());
            try (Socket socket = connectingTo(network.silent(), network.silent(), listening())) {
                socket.bind(own);
                assertThat(socket.getReuseAddress()).isFalse();
                socket.connect(unused());

                assertThat(attempts).extracting(SocketSettingsTest::local).containsOnly(own);
                assertThat(socket.getLocalSocketAddress()).isEqualTo(own);
                assertThat(socket.getReuseAddress()).isFalse();
            }
        }

        @Test
        void with_a_port_on_the_wildcard_is_shared_by_all_attempts() throws IOException {
            int port = freePort();
            try (Socket socket = connectingTo(network.silent(), network.silent(), listening())) {
                socket.bind(new InetSocketAddress(port));
                socket.setReuseAddress(true);
                socket.connect(unused());

                assertThat(attempts)
                        .extracting(attempt -> local(attempt).getPort())
                        .containsOnly(port);
                assertThat(socket.getLocalPort()).isEqualTo(port);
                assertThat(socket.getReuseAddress()).isTrue();
            }
        }

        @Test
        void with_a_port_is_still_refused_to_a_second_socket() throws IOException {
            InetSocketAddress own = new InetSocketAddress(network.newAddress(), network.port());
            try (Socket first = connectingTo(listening());
                    Socket second = connectingTo(listening())) {
                first.bind(own);
                assertThatExceptionOfType(BindException.class).isThrownBy(() -> second.bind(own));
            }
        }

        @Test
        void of_one_family_keeps_the_first_channel_for_an_attempt_of_that_family() throws IOException {
            InetAddress ipv6 = InetAddress.getByName("::1");
            assumeTrue(NetworkInterface.getByInetAddress(ipv6) != null, "needs IPv6");
            try (ServerSocket server = new ServerSocket(0, 5, ipv6);
                    Socket socket = RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
                        attempts.add(source.open(network.at(network.refusing())));
                        SocketChannel winner = source.open(remote);
                        attempts.add(winner);
                        source.prepare(winner);
                        SocketChannel done = connect(winner, remote);
                        return () -> done;
                    })) {
                socket.bind(new InetSocketAddress(ipv6, 0));
                int boundPort = socket.getLocalPort();
                socket.connect(server.getLocalSocketAddress());

                assertThat(attempts.get(0).getLocalAddress()).isNull();
                assertThat(socket.getLocalPort()).isEqualTo(boundPort);
            }
        }
    }

    @Nested
    class The_winner {
        @Test
        void is_the_peer_whatever_was_asked_for() throws IOException {
            InetSocketAddress peer = network.at(listening());
            try (Socket socket = connectingTo(peer.getAddress())) {
                socket.connect(unused());

                assertThat(socket.getRemoteSocketAddress()).isEqualTo(peer);
                assertThat(socket.getInetAddress()).isEqualTo(peer.getAddress());
                assertThat(socket.getPort()).isEqualTo(peer.getPort());
                assertThat(socket.toString()).contains(peer.getAddress().getHostAddress());
            }
        }

        @Test
        void keeps_the_name_that_was_asked_for() throws IOException {
            InetAddress named =
                    InetAddress.getByAddress("host.test", listening().getAddress());
            try (Socket socket = connectingTo(Inet4Address.getByAddress(named.getAddress()))) {
                socket.connect(network.at(named));

                assertThat(socket.getInetAddress().getHostName()).isEqualTo("host.test");
            }
        }

        @Test
        void is_closed_if_the_socket_was_closed_before_it_came() throws IOException {
            List<Socket> sockets = new ArrayList<>();
            List<SocketChannel> won = new ArrayList<>();
            try (Socket socket = RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
                won.add(connect(SocketChannel.open(), remote));
                sockets.get(0).close();
                return () -> won.get(0);
            })) {
                sockets.add(socket);
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> socket.connect(network.at(listening())))
                        .withMessage("Socket closed");
            }
            assertThat(won.get(0).isOpen()).isFalse();
        }

        @Test
        void closed_underneath_leaves_a_closed_socket() throws IOException {
            try (Socket socket = connectingTo(listening())) {
                socket.connect(unused());
                assertThat(socket.isClosed()).isFalse();

                attempts.get(0).close();

                assertThat(socket.isClosed()).isTrue();
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> socket.getInputStream().read())
                        .withMessageContaining("closed");
            }
        }
    }

    @Test
    void tells_the_connector_on_the_closing_thread_before_it_aborts_the_connect() throws IOException {
        List<String> told = new ArrayList<>();
        Socket socket = RacingSocket.connectingBy(new SocketConnector() {
            private Abort abort = new Abort();

            @Override
            public Winner connect(
                    InetSocketAddress remote,
                    int timeoutMillis,
                    ChannelSource source,
                    Abort abort,
                    boolean interruptible)
                    throws IOException {
                this.abort = abort;
                SocketChannel done = SocketSettingsTest.connect(source.open(remote), remote);
                return () -> done;
            }

            @Override
            public void socketClosed() {
                told.add("by " + Thread.currentThread().getName() + ", aborted " + abort.isAborted());
            }
        });
        socket.connect(network.at(listening()));
        assertThat(told).isEmpty();
        socket.close();

        assertThat(told).first().isEqualTo("by " + Thread.currentThread().getName() + ", aborted false");
    }

    /** Returns a socket whose connect starts an attempt at each address; the last one wins. */
    private Socket connectingTo(InetAddress... addresses) {
        return RacingSocket.connectingBy((remote, timeout, source, abort, interruptible) -> {
            for (InetAddress address : addresses) {
                SocketChannel attempt = source.open(network.at(address));
                attempts.add(attempt);
                attempt.configureBlocking(false);
                source.prepare(attempt);
                attempt.connect(network.at(address));
            }
            SocketChannel last = attempts.get(attempts.size() - 1);
            while (!last.finishConnect()) {
                Thread.onSpinWait();
            }
            return () -> last;
        });
    }

    private InetAddress listening() {
        return network.listening().getInetAddress();
    }

    /** Somewhere to connect to, for a socket whose connector knows better. */
    private InetSocketAddress unused() {
        return network.at(network.refusing());
    }

    private static SocketChannel connect(SocketChannel channel, InetSocketAddress remote) throws IOException {
        channel.connect(remote);
        channel.configureBlocking(false);
        return channel;
    }

    private static InetSocketAddress local(SocketChannel channel) {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
