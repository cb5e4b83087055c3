package dev.connie.internal.socket;

import static dev.connie.testing.LoopbackNetwork.resolving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connie.Connector;
import dev.connie.RaceListener;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import dev.connie.testing.TlsHost;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** TLS over a socket that races, as a library sees it that asks a factory for an unconnected TLS socket. */
class TlsOnConnectSocketTest {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final TlsHost host = TlsHost.in(network, "live", TlsHost.WELL);

    private final CountDownLatch started = new CountDownLatch(1);

    @AfterEach
    void close() {
        host.close();
        network.close();
    }

    /** Returns a socket for which h.test is a dead, a refusing and a live address. */
    private SSLSocket newSocket(InetAddress... others) throws IOException {
        InetAddress[] addresses =
                Stream.concat(Stream.of(others), Stream.of(host.address())).toArray(InetAddress[]::new);
        Socket plain = Connector.builder()
                .resolver(resolving("h.test", addresses))
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        started.countDown();
                    }
                })
                .build()
                .socketFactory()
                .createSocket();
        return new TlsOnConnectSocket(plain, TlsHost.newContext().getSocketFactory());
    }

    private void connect(SSLSocket socket) throws IOException {
        InetAddress named = InetAddress.getByAddress("h.test", host.address().getAddress());
        socket.connect(new InetSocketAddress(named, network.port()), TIMEOUT_MILLIS);
    }

    private static String fetch(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[200];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, length, StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("");
    }

    @Test
    void itRacesAndSpeaksTls() throws Exception {
        try (SSLSocket socket = newSocket(network.silent(), network.refusing())) {
            connect(socket);

            assertThat(fetch(socket)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(socket.getSession().isValid()).isTrue();
            assertThat(socket.getInetAddress()).isEqualTo(host.address());
        }
    }

    @Test
    void theRaceGoesOnUntilTheServerSpeaks() throws Exception {
        try (TlsHost mute = TlsHost.in(network, "mute", TlsHost.MUTE);
                SSLSocket socket = newSocket(mute.address())) {
            connect(socket);

            assertThat(fetch(socket)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void whatIsSetBeforeTheConnectHoldsAfterIt() throws Exception {
        try (SSLSocket socket = newSocket()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setEnableSessionCreation(true);

            connect(socket);

            assertThat(fetch(socket)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
            assertThat(socket.getSSLParameters().getApplicationProtocols()).containsExactly("http/1.1");
            assertThat(socket.getSSLParameters().getEndpointIdentificationAlgorithm())
                    .isEqualTo("HTTPS");
            assertThat(socket.getSoTimeout()).isEqualTo(TIMEOUT_MILLIS);
            assertThat(socket.getTcpNoDelay()).isTrue();
        }
    }

    @Test
    void aCertificateOfAnotherHostFailsOnlyWhoAsks() throws Exception {
        try (SSLSocket careless = newSocket();
                SSLSocket careful = newSocket()) {
            for (SSLSocket each : List.of(careless, careful)) {
                each.connect(new InetSocketAddress(host.address(), network.port()), TIMEOUT_MILLIS);
            }
            SSLParameters parameters = careful.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            careful.setSSLParameters(parameters);

            careless.startHandshake();
            assertThatExceptionOfType(SSLException.class).isThrownBy(careful::startHandshake);
        }
    }

    @Test
    void listenersAreToldOfThisSocket() throws Exception {
        BlockingQueue<HandshakeCompletedEvent> events = new LinkedBlockingQueue<>();
        try (SSLSocket socket = newSocket()) {
            socket.addHandshakeCompletedListener(events::add);
            connect(socket);
            socket.startHandshake();

            HandshakeCompletedEvent event = events.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(event).isNotNull();
            assertThat(event.getSocket()).isSameAs(socket);
        }
    }

    @Test
    void unconnectedItSaysSo() throws Exception {
        try (SSLSocket socket = newSocket()) {
            assertThat(socket.isConnected()).isFalse();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(socket::getInputStream)
                    .withMessage("Socket is not connected");
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(socket::startHandshake)
                    .withMessage("Socket is not connected");
        }
    }

    @Test
    void closedItSaysSo() throws Exception {
        SSLSocket socket = newSocket();
        socket.close();
        socket.close();

        assertThat(socket.isClosed()).isTrue();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> connect(socket))
                .withMessage("Socket is closed");
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getInputStream);
    }

    @Test
    void closingItFromAnotherThreadEndsTheConnect() throws Exception {
        host.close();
        InetAddress silent = network.silent();
        long withNetwork = Descriptors.openSockets();
        SSLSocket socket = newSocket();
        CompletableFuture<Void> connecting = CompletableFuture.runAsync(() -> {
            try {
                socket.connect(new InetSocketAddress(silent, network.port()), TIMEOUT_MILLIS);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(started.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();

        socket.close();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .havingRootCause()
                .isInstanceOf(SocketException.class)
                .withMessage("Socket closed");
        assertThat(Descriptors.openSockets()).isLessThanOrEqualTo(withNetwork);
    }

    @Test
    void nothingIsForgotten() {
        List<String> inherited = Stream.of(SSLSocket.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !Modifier.isFinal(method.getModifiers()))
                .filter(method -> method.getDeclaringClass() != Object.class)
                .filter(method -> !isOverridden(method))
                .map(Method::getName)
                .toList();

        assertThat(inherited).isEmpty();
    }

    private static boolean isOverridden(Method method) {
        try {
            return TlsOnConnectSocket.class
                    .getMethod(method.getName(), method.getParameterTypes())
                    .getDeclaringClass()
                    .getName()
                    .startsWith("dev.connie");
        } catch (NoSuchMethodException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
