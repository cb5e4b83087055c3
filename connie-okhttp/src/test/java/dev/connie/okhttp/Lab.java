package dev.connie.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.RaceListener;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.LoopbackNetwork;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One host on a loopback network, clients that know it, and a record of every attempt to connect. Closing it closes all
 * of it. Uses only what every version of OkHttp has.
 */
final class Lab implements AutoCloseable {
    static final String HOST = "race.test";

    final LoopbackNetwork network = LoopbackNetwork.open();
    /** The addresses of all attempts, in the order of their starts. */
    final List<InetAddress> attempts = new CopyOnWriteArrayList<>();
    /** All finished races. */
    final List<RaceReport> races = new CopyOnWriteArrayList<>();

    private final RacePolicy policy;
    private final Deque<Closeable> open = new ConcurrentLinkedDeque<>();

    Lab() {
        this(RacePolicy.allAtOnce());
    }

    Lab(RacePolicy policy) {
        this.policy = policy;
    }

    /** Closes this at the end. */
    <T extends Closeable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    TinyServer http() {
        return closing(TinyServer.http(network));
    }

    TinyServer http(InetAddress address) throws IOException {
        return closing(TinyServer.of(new ServerSocket(network.port(), 50, address), TinyServer::http1));
    }

    TinyServer https(SSLContext tls, String... protocols) {
        return closing(TinyServer.https(network, tls, protocols));
    }

    TinyServer hangingUp() {
        return closing(TinyServer.hangingUp(network));
    }

    TinyServer mute() {
        return closing(TinyServer.mute(network));
    }

    /** Returns a builder of connectors that resolve {@link #HOST} to these addresses. */
    Connector.Builder connector(InetAddress... addresses) {
        return Connector.builder()
                .policy(policy)
                .resolver(LoopbackNetwork.resolving(HOST, addresses))
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        attempts.add(address.getAddress());
                    }

                    @Override
                    public void raceFinished(RaceReport report) {
                        races.add(report);
                    }
                });
    }

    ConnieOkHttp connie(InetAddress... addresses) {
        return ConnieOkHttp.create(connector(addresses).build());
    }

    /** Returns a client with short timeouts and no Connie. */
    OkHttpClient.Builder stock() {
        return new OkHttpClient.Builder()
                .connectTimeout(Duration.ofSeconds(10))
                .readTimeout(Duration.ofSeconds(10))
                .writeTimeout(Duration.ofSeconds(10));
    }

    /** Returns a client that races these addresses of {@link #HOST}. */
    OkHttpClient.Builder racing(InetAddress... addresses) {
        return connie(addresses).install(stock());
    }

    OkHttpClient build(OkHttpClient.Builder builder) {
        OkHttpClient client = builder.build();
        closing(() -> {
            client.dispatcher().cancelAll();
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        });
        return client;
    }

    HttpUrl url(String scheme) {
        return new HttpUrl.Builder()
                .scheme(scheme)
                .host(HOST)
                .port(network.port())
                .build();
    }

    Call call(OkHttpClient client, String scheme) {
        return client.newCall(new Request.Builder().url(url(scheme)).build());
    }

    /** Returns what the server answered, which is its address. */
    String get(OkHttpClient client, String scheme) throws IOException {
        return body(call(client, scheme));
    }

    static String body(Call call) throws IOException {
        try (Response response = call.execute()) {
            assertThat(response.code()).isEqualTo(200);
            return response.body().string();
        }
    }

    /** Waits until this is true; the test's own timeout ends it. */
    static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until so many attempts have started. */
    void awaitAttempts(int count) throws Exception {
        await(() -> attempts.size() >= count);
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        network.close();
    }
}
