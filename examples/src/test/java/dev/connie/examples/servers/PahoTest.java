package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.ConnieSSLSocketFactory;
import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eclipse Paho, an MQTT client, and Moquette. */
@Tag("servers")
class PahoTest extends LibraryContract {
    @TempDir
    private static Path folder;

    private final SocketFactory sockets = Connector.create().socketFactory();
    private Server server;

    @Override
    void startServer() throws Exception {
        Properties settings = new Properties();
        settings.setProperty("port", String.valueOf(host.port()));
        server = newServer(host, settings);
    }

    private static Server newServer(NamedHost host, Properties settings) throws Exception {
        settings.setProperty("host", host.liveAddress());
        settings.setProperty("allow_anonymous", "false");
        settings.setProperty("persistence_enabled", "false");
        settings.setProperty("telemetry_enabled", "false");
        settings.setProperty("data_path", folder.toString());
        Server server = new Server();
        server.startServer(
                new MemoryConfig(settings),
                List.of(),
                null,
                (client, user, password) -> Arrays.equals(PASSWORD.getBytes(StandardCharsets.UTF_8), password),
                null);
        return server;
    }

    private static Server newTlsServer(NamedHost host, ServerCertificate certificate) throws Exception {
        Path keys = certificate.keyStore(folder, PASSWORD);
        Properties settings = new Properties();
        settings.setProperty("port", "disabled");
        settings.setProperty("ssl_port", String.valueOf(host.port()));
        settings.setProperty("jks_path", keys.toString());
        settings.setProperty("key_store_type", "pkcs12");
        settings.setProperty("key_store_password", PASSWORD);
        settings.setProperty("key_manager_password", PASSWORD);
        return newServer(host, settings);
    }

    @Override
    void stopServer() {
        server.stopServer();
    }

    private static MqttClient open(String url, SocketFactory sockets, String password, Duration timeout)
            throws MqttException {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(sockets);
        options.setConnectionTimeout((int) timeout.toSeconds());
        options.setUserName("app");
        options.setPassword(password.toCharArray());
        MqttClient client = new MqttClient(url, MqttClient.generateClientId(), new MemoryPersistence());
        try {
            client.setTimeToWait(TimeUnit.SECONDS.toMillis(10));
            client.connect(options);
            return client;
        } catch (MqttException failure) {
            client.close(true);
            throw failure;
        }
    }

    private static String askItself(MqttClient client) throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        client.subscribe("echo", (topic, message) -> answers.add(message.toString()));
        client.publish("echo", "pong".getBytes(StandardCharsets.UTF_8), 1, false);
        return answers.poll(10, TimeUnit.SECONDS);
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws MqttException {
        MqttClient client = open("tcp://" + name + ":" + host.port(), sockets, password, timeout);
        return new Client() {
            @Override
            public String ask() throws Exception {
                return askItself(client);
            }

            @Override
            public void close() throws MqttException {
                client.disconnectForcibly(0, 1_000);
                client.close(true);
            }
        };
    }

    @Override
    String answer() {
        return "pong";
    }

    @Override
    String wrongPassword() {
        return "Bad user name or password";
    }

    @Test
    void itSpeaksTlsGivenTheTwin() throws Exception {
        NamedHost tlsHost = NamedHost.called("mqtts");
        ServerCertificate certificate = new ServerCertificate(tlsHost.name());
        Server tlsServer = newTlsServer(tlsHost, certificate);
        try {
            MqttClient client = open(
                    "ssl://" + tlsHost.name() + ":" + tlsHost.port(),
                    certificate.trusted(ConnieSSLSocketFactory::new),
                    PASSWORD,
                    LONG);

            assertThat(askItself(client)).isEqualTo("pong");
            client.disconnect();
            client.close(true);
        } finally {
            tlsServer.stopServer();
            tlsHost.close();
        }
    }
}
