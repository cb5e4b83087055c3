package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.Connector;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Jedis and Redis. */
@Tag("servers")
class JedisTest extends LibraryContract {
    private static final String BINARY = "/redis-server-6.2.6-v5-linux-amd64";

    @TempDir
    private static Path folder;

    private final SocketFactory sockets = Connector.create().socketFactory();
    private final NamedHost tlsHost = NamedHost.called("jedis-tls");
    private final HeldCertificate certificate = new HeldCertificate.Builder()
            .addSubjectAlternativeName(tlsHost.name())
            .build();
    private Process server;

    @Override
    void startServer() throws Exception {
        Path program = folder.resolve("redis-server");
        if (!Files.exists(program)) {
            try (InputStream binary = JedisTest.class.getResourceAsStream(BINARY)) {
                assumeTrue(
                        binary != null && System.getProperty("os.arch").equals("amd64"),
                        "there is a Redis for Linux on x86_64 only, with -Pservers");
                Files.copy(binary, program);
            }
            program.toFile().setExecutable(true);
            Files.writeString(folder.resolve("cert.pem"), certificate.certificatePem());
            Files.writeString(folder.resolve("key.pem"), certificate.privateKeyPkcs8Pem());
        }
        server = new ProcessBuilder(
                        program.toString(),
                        "--bind",
                        host.liveAddress(),
                        tlsHost.liveAddress(),
                        "--port",
                        String.valueOf(host.port()),
                        "--tls-port",
                        String.valueOf(tlsHost.port()),
                        "--tls-cert-file",
                        folder.resolve("cert.pem").toString(),
                        "--tls-key-file",
                        folder.resolve("key.pem").toString(),
                        "--tls-ca-cert-file",
                        folder.resolve("cert.pem").toString(),
                        "--tls-auth-clients",
                        "no",
                        "--dir",
                        folder.toString(),
                        "--requirepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        // Its output is a pipe, not a socket, and far below the 64 kB that a pipe holds.
        StringBuilder said = new StringBuilder();
        while (!said.toString().contains("Ready to accept connections")) {
            int next = server.getInputStream().read();
            assertThat(next).as("Redis said: %s", said).isNotNegative();
            said.append((char) next);
        }
    }

    @AfterAll
    void closeTlsHost() {
        tlsHost.close();
    }

    @Override
    void stopServer() throws Exception {
        if (server != null) {
            server.destroy();
            server.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private JedisSocketFactory socketsTo(String name, Duration timeout) {
        return () -> {
            try {
                Socket socket = sockets.createSocket();
                socket.connect(new InetSocketAddress(name, host.port()), (int) timeout.toMillis());
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException("Could not connect to " + name, e);
            }
        };
    }

    @Override
    Client connect(String name, String password, Duration timeout) {
        Jedis jedis = new Jedis(
                socketsTo(name, timeout),
                DefaultJedisClientConfig.builder().password(password).build());
        return new Client() {
            @Override
            public String ask() {
                return jedis.ping();
            }

            @Override
            public void askInVain() {
                jedis.blpop(60, "empty");
            }

            @Override
            public void close() throws IOException {
                jedis.close();
            }
        };
    }

    @Override
    String answer() {
        return "PONG";
    }

    @Override
    String wrongPassword() {
        return "WRONGPASS invalid username-password pair or user is disabled.";
    }

    /** Given a factory, Jedis leaves TLS to it. */
    @Test
    void itSpeaksTlsIfTheFactoryDoes() throws Exception {
        HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        JedisSocketFactory secured = () -> {
            try {
                Socket socket = sockets.createSocket();
                socket.connect(new InetSocketAddress(tlsHost.name(), tlsHost.port()), (int) LONG.toMillis());
                return trusting.sslSocketFactory().createSocket(socket, tlsHost.name(), tlsHost.port(), true);
            } catch (IOException e) {
                throw new JedisConnectionException("Could not connect to " + tlsHost.name(), e);
            }
        };
        try (Jedis jedis = new Jedis(
                secured, DefaultJedisClientConfig.builder().password(PASSWORD).build())) {
            assertThat(jedis.ping()).isEqualTo("PONG");
        }
    }
}
