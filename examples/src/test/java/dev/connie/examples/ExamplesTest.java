package dev.connie.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNameServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** Runs each example against a server on this machine. */
class ExamplesTest {
    @Test
    void okHttpFetchesAPage() throws Exception {
        assertThat(fetchedBy(OkHttpExample::main)).isEqualTo("200\n127.0.0.1\n");
    }

    @Test
    void apacheHttpClientFetchesAPage() throws Exception {
        assertThat(fetchedBy(ApacheClassicExample::main)).isEqualTo("200\n127.0.0.1\n");
    }

    @Test
    void apacheAsyncHttpClientFetchesAPage() throws Exception {
        assertThat(fetchedBy(ApacheAsyncExample::main)).isEqualTo("200\n127.0.0.1\n");
    }

    @Test
    void aPlainSocketConnects() throws Exception {
        try (ServerSocket server = listen()) {
            String port = String.valueOf(server.getLocalPort());

            assertThat(Printed.by(SocketFactoryExample::main, "localhost", port))
                    .startsWith("connected to localhost/127.0.0.1:" + port);
        }
    }

    @Test
    void jedisTalksToRedis() throws Exception {
        try (ServerSocket server = listen()) {
            CompletableFuture<Void> redis = CompletableFuture.runAsync(() -> pretendToBeRedis(server));

            String printed = Printed.by(JedisExample::main, "localhost", String.valueOf(server.getLocalPort()));

            assertThat(printed).isEqualTo("PONG\n");
            redis.join();
        }
    }

    @Test
    void namesConnectsThoughAaaaIsNeverAnswered() throws Exception {
        try (ServerSocket server = listen();
                LoopbackNameServer names = LoopbackNameServer.open()) {
            names.drops("a.test", Type.AAAA).answers("a.test", Type.A, Duration.ZERO, server.getInetAddress());
            String port = String.valueOf(server.getLocalPort());
            String namesPort = String.valueOf(names.address().getPort());

            assertThat(Printed.by(NamesExample::main, "a.test", port, namesPort))
                    .isEqualTo("connected to a.test/127.0.0.1:" + port + "\n");
        }
    }

    private static String fetchedBy(Printed.Program example) throws Exception {
        try (DemoServer server = new DemoServer(listen(), Duration.ZERO)) {
            return Printed.by(example, "http://localhost:" + server.port() + "/");
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    /** Answers one client in the Redis protocol: an array of strings comes, a simple string goes. */
    private static void pretendToBeRedis(ServerSocket server) {
        try (Socket client = server.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            for (String count = in.readLine(); count != null; count = in.readLine()) {
                List<String> command = new ArrayList<>();
                for (int i = Integer.parseInt(count.substring(1)); i > 0; i--) {
                    in.readLine(); // the length of the string
                    command.add(in.readLine());
                }
                String answer = switch (command.get(0)) {
                    case "PING" -> "+PONG";
                    // As Redis 5 says to a client that offers the newer protocol.
                    case "HELLO" -> "-ERR unknown command 'HELLO'";
                    default -> "+OK";
                };
                client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
