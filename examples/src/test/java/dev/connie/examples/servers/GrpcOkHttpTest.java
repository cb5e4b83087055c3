package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

/** gRPC over its own OkHttp transport, client and server. */
@SuppressWarnings("try")
class GrpcOkHttpTest extends LibraryContract {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<String, String> PING = method("test.Test/Ping");
    private static final MethodDescriptor<String, String> NEVER = method("test.Test/Never");

    private final SocketFactory sockets = new WithinASecond(Connector.create().socketFactory());
    private Server server;

    private static MethodDescriptor<String, String> method(String name) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    /**
     * The factory of a user who wants a connect timeout, of which gRPC has none: without it a connect to dead addresses goes
     * on until the system gives up, about two minutes, though the call has failed and the channel is shut down.
     */
    private static final class WithinASecond extends SocketFactory {
        private final SocketFactory sockets;

        WithinASecond(SocketFactory sockets) {
            this.sockets = sockets;
        }

        private Socket connected(InetSocketAddress address) throws IOException {
            Socket socket = sockets.createSocket();
            try {
                socket.connect(address, 1_000);
                return socket;
            } catch (IOException failure) {
                socket.close();
                throw failure;
            }
        }

        @Override
        public Socket createSocket(InetAddress address, int port) throws IOException {
            return connected(new InetSocketAddress(address, port));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected(new InetSocketAddress(host, port));
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException("gRPC does not bind");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException("gRPC does not bind");
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Server newServer(NamedHost host, ServerCredentials credentials) throws IOException {
        return OkHttpServerBuilder.forPort(new InetSocketAddress(host.live(), host.port()), credentials)
                .addService(ServerServiceDefinition.builder("test.Test")
                        .addMethod(PING, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext("pong");
                            answer.onCompleted();
                        }))
                        .addMethod(NEVER, ServerCalls.asyncUnaryCall((request, answer) -> {}))
                        .build())
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, A> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                        if (!PASSWORD.equals(headers.get(TOKEN))) {
                            call.close(Status.UNAUTHENTICATED.withDescription("a wrong token"), new Metadata());
                            return new ServerCall.Listener<>() {};
                        }
                        return next.startCall(call, headers);
                    }
                })
                .build()
                .start();
    }

    @Override
    void startServer() throws IOException {
        server = newServer(host, InsecureServerCredentials.create());
    }

    @Override
    void stopServer() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private static Client client(OkHttpChannelBuilder builder, String token, Duration timeout) {
        Metadata headers = new Metadata();
        headers.put(TOKEN, token);
        ManagedChannel connection = builder.build();
        Channel channel = ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(headers));
        return new Client() {
            @Override
            public String ask() {
                return call(PING);
            }

            @Override
            public void askInVain() {
                call(NEVER);
            }

            private String call(MethodDescriptor<String, String> method) {
                CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
                return ClientCalls.blockingUnaryCall(channel, method, options, "ping");
            }

            @Override
            public void close() throws InterruptedException {
                connection.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
        };
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws Exception {
        Client client = client(
                OkHttpChannelBuilder.forAddress(name, host.port())
                        .usePlaintext()
                        .socketFactory(sockets),
                password,
                timeout);
        try {
            // It connects when it is first asked.
            client.ask();
            return client;
        } catch (Exception failure) {
            client.close();
            throw failure;
        }
    }

    @Override
    String answer() {
        return "pong";
    }

    @Override
    String wrongPassword() {
        return "UNAUTHENTICATED: a wrong token";
    }

    @Override
    String[] ofDeadAddresses() {
        return new String[] {"DEADLINE_EXCEEDED"};
    }

    @Test
    void itSpeaksTls() throws Exception {
        try (NamedHost tlsHost = NamedHost.called("grpc-tls")) {
            HeldCertificate certificate = new HeldCertificate.Builder()
                    .addSubjectAlternativeName(tlsHost.name())
                    .build();
            Server tlsServer = newServer(
                    tlsHost,
                    TlsServerCredentials.create(
                            bytes(certificate.certificatePem()), bytes(certificate.privateKeyPkcs8Pem())));
            HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                    .addTrustedCertificate(certificate.certificate())
                    .build();
            OkHttpChannelBuilder builder = OkHttpChannelBuilder.forAddress(tlsHost.name(), tlsHost.port())
                    .sslSocketFactory(trusting.sslSocketFactory())
                    .socketFactory(sockets);

            try (Client client = client(builder, PASSWORD, LONG)) {
                assertThat(client.ask()).isEqualTo("pong");
            } finally {
                tlsServer.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
        }
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }
}
