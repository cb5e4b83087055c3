package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.connie.Connector;
import dev.connie.ConnieSSLSocketFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import org.apache.qpid.server.SystemLauncher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RabbitMQ's client, and Apache Qpid, which speaks AMQP 0-9-1 as RabbitMQ does. */
@SuppressWarnings("try")
@Tag("servers")
class RabbitMqTest extends LibraryContract {
    private static final String SETTINGS = """
            {
              "name": "broker", "modelVersion": "8.0",
              "authenticationproviders": [{
                "name": "users", "type": "Plain", "secureOnlyMechanisms": [],
                "users": [{"name": "app", "password": "%s", "type": "managed"}]
              }],
              "keystores": [%s],
              "ports": [{
                "name": "amqp", "type": "AMQP", "bindingAddress": "%s", "port": "%d", "authenticationProvider": "users",
                "protocols": ["AMQP_0_9_1"], %s
                "virtualhostaliases": [{"name": "defaultAlias", "type": "defaultAlias"}]
              }],
              "virtualhostnodes": [{
                "name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
                "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\"}"
              }]
            }
            """;

    @TempDir
    private static Path folder;

    private final SocketFactory sockets = Connector.create().socketFactory();
    private final List<Socket> made = new CopyOnWriteArrayList<>();
    private SystemLauncher server;

    @Override
    void startServer() throws Exception {
        server = newServer(host, "", "");
    }

    private static SystemLauncher newServer(NamedHost host, String keyStore, String portSettings) throws Exception {
        Path settings = folder.resolve("broker.json");
        Files.writeString(
                settings, SETTINGS.formatted(PASSWORD, keyStore, host.liveAddress(), host.port(), portSettings));
        SystemLauncher server = new SystemLauncher();
        server.startup(Map.of(
                "type",
                "Memory",
                "initialConfigurationLocation",
                settings.toUri().toString(),
                "startupLoggedToSystemOut",
                "false",
                "context",
                Map.of("qpid.work_dir", folder.toString())));
        return server;
    }

    @Override
    void stopServer() {
        server.shutdown();
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws Exception {
        return connect(name, host.port(), sockets, password, timeout);
    }

    private Client connect(String name, int port, SocketFactory sockets, String password, Duration timeout)
            throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setSocketFactory(sockets);
        factory.setHost(name);
        factory.setPort(port);
        factory.setUsername("app");
        factory.setPassword(password);
        factory.setConnectionTimeout((int) timeout.toMillis());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setSocketConfigurator(made::add);
        Connection connection = factory.newConnection();
        return new Client() {
            @Override
            public String ask() throws Exception {
                try (Channel channel = connection.createChannel()) {
                    String queue = channel.queueDeclare().getQueue();
                    channel.basicPublish("", queue, null, "pong".getBytes(StandardCharsets.UTF_8));
                    return new String(channel.basicGet(queue, true).getBody(), StandardCharsets.UTF_8);
                }
            }

            @Override
            public void close() {
                connection.abort(1_000);
            }
        };
    }

    /** Qpid, in this process, keeps descriptors of its own for a while; so ask the client's sockets. */
    @Override
    void nothingIsLeft() {
        assertThat(made).isNotEmpty().allMatch(Socket::isClosed);
        made.clear();
    }

    @Override
    String answer() {
        return "pong";
    }

    @Override
    String wrongPassword() {
        return "Authentication failed";
    }

    /** It looks the name up itself, shuffles the addresses and goes through them. */
    @Test
    void eachConnectOfManyIsARace() throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            try (Client client = connect(host.name(), PASSWORD, LONG)) {
                assertThat(client.ask()).isEqualTo("pong");
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    /** {@code useSslProtocol()} would be without effect, or put a plain factory out of it: the twin does TLS itself. */
    @Test
    void itSpeaksTlsGivenTheTwin() throws Exception {
        NamedHost tlsHost = NamedHost.called("amqps");
        ServerCertificate certificate = new ServerCertificate(tlsHost.name());
        Path keys = certificate.keyStore(folder, PASSWORD);
        SystemLauncher tlsServer = newServer(
                tlsHost,
                "{\"name\": \"keys\", \"type\": \"FileKeyStore\", \"storeUrl\": \"%s\", \"password\": \"%s\"}"
                        .formatted(keys, PASSWORD),
                "\"transports\": [\"SSL\"], \"keyStore\": \"keys\",");
        SocketFactory twin = certificate.trusted(ConnieSSLSocketFactory::new);
        try (Client client = connect(tlsHost.name(), tlsHost.port(), twin, PASSWORD, LONG)) {
            assertThat(client.ask()).isEqualTo("pong");
        } finally {
            tlsServer.shutdown();
            tlsHost.close();
        }
    }
}
