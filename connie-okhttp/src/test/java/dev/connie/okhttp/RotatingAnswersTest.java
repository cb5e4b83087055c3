package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.UNTRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Name servers that begin each answer with another address, and many calls side by side without a pool. */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("settings")
@Timeout(120)
class RotatingAnswersTest {
    private static final int THREADS = 4;
    private static final int CALLS = 60;

    /** How the client is told to race. */
    enum Door {
        PAIR,
        FACTORY_ALONE
    }

    static Stream<Arguments> settings() {
        return Stream.of(Door.values())
                .flatMap(door -> Stream.of(RacePolicy.allAtOnce(), RacePolicy.rfc8305(), RacePolicy.adaptive())
                        .map(policy -> Arguments.of(door, policy)));
    }

    @Parameter(0)
    Door door;

    @Parameter(1)
    RacePolicy policy;

    private Lab lab;

    @BeforeEach
    void open() {
        lab = new Lab(policy);
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private static HostResolver rotating(InetAddress... addresses) {
        HostResolver resolver = LoopbackNetwork.resolving(Lab.HOST, addresses);
        AtomicInteger lookUps = new AtomicInteger();
        return host -> {
            List<InetAddress> answer = new ArrayList<>(resolver.resolve(host));
            Collections.rotate(answer, lookUps.getAndIncrement());
            return answer;
        };
    }

    private OkHttpClient client(InetAddress... addresses) {
        Connector connector =
                lab.connector(addresses).resolver(rotating(addresses)).build();
        OkHttpClient.Builder builder = secured(lab.stock())
                .connectTimeout(Duration.ofSeconds(2))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.NANOSECONDS));
        ConnieOkHttp connie = ConnieOkHttp.create(connector);
        if (door == Door.PAIR) {
            connie.install(builder);
        } else {
            builder.dns(rotating(addresses)::resolve).socketFactory(connie.socketFactory());
        }
        return lab.build(builder);
    }

    private void assertThatAllCallsSucceed(OkHttpClient client, String scheme, InetAddress... served) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(threads.submit(() -> lab.get(client, scheme)));
            }
            for (Future<String> call : calls) {
                assertThat(call.get())
                        .isIn(Stream.of(served).map(InetAddress::getHostAddress).toList());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void noCallFailsThoughOneAddressIsSilent() throws Exception {
        TinyServer live = lab.http();

        assertThatAllCallsSucceed(client(lab.network.silent(), live.address()), "http", live.address());
    }

    @Test
    void noCallFailsThoughAnotherAddressComesAndGoes() throws Exception {
        TinyServer live = lab.http();
        InetAddress flapping = lab.network.newAddress();
        Thread flaps = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try (ServerSocket up = new ServerSocket(lab.network.port(), 50, flapping)) {
                    up.setSoTimeout(20);
                    while (true) {
                        answer(up.accept(), flapping.getHostAddress());
                    }
                } catch (IOException nobodyCame) {
                    // It goes, and comes again.
                }
                Thread.onSpinWait();
            }
        });
        flaps.start();
        try {
            OkHttpClient client = client(lab.network.silent(), flapping, live.address());

            assertThatAllCallsSucceed(client, "http", live.address(), flapping);
        } finally {
            flaps.interrupt();
            flaps.join();
        }
    }

    private static void answer(Socket accepted, String body) throws IOException {
        try (Socket socket = accepted) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = request.readLine();
            while (line != null && !line.isEmpty()) {
                line = request.readLine();
            }
            if (line != null) {
                String response = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length();
                socket.getOutputStream().write((response + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void noCallFailsThoughTwoAddressesBreakTheHandshake() throws Exception {
        TinyServer wrongCertificate = lab.https(UNTRUSTED.sslContext());
        TinyServer plainText = lab.closing(TinyServer.of(
                lab.network,
                (server, socket) -> socket.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))));
        TinyServer live = lab.https(TRUSTED.sslContext());

        assertThatAllCallsSucceed(
                client(wrongCertificate.address(), plainText.address(), live.address()), "https", live.address());
    }
}
