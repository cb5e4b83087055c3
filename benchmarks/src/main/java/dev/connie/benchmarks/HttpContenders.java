package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import dev.connie.okhttp.ConnieOkHttp;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * HTTP clients, as they come and with Connie. Each call opens a connection of its own, because the server closes it after
 * the answer. Connect, TLS handshake and answer may take the site's timeout each.
 */
final class HttpContenders {
    private static final List<Policy> NOT_DELAYED = List.of(Policy.ALL_AT_ONCE, Policy.ADAPTIVE);

    private HttpContenders() {}

    private interface Client {
        /** @param connie what races its connects; null for the client as it comes */
        Contender open(Site site, @Nullable Connector connie);
    }

    /** Fetches to the end of the answer, and returns its status. */
    interface Fetch {
        int fetch(String host) throws IOException, InterruptedException;
    }

    /** All of them; where nobody knows the fastest address, without the oracle. */
    static List<Kind> all(boolean withOracle) {
        var all = new ArrayList<Kind>();
        add(all, "OkHttp", HttpContenders::okHttp, Policy.RACED);
        add(all, "HttpClient", ApacheContenders::classic, Policy.RACED);
        add(all, "HttpClient async", ApacheContenders::async, NOT_DELAYED);
        add(all, "Socket", HttpContenders::socket, NOT_DELAYED);
        all.add(new Kind("java.net.http", HttpContenders::javaNetHttp));
        if (withOracle) {
            all.add(new Kind("oracle", HttpContenders::oracle));
        }
        return all;
    }

    private static void add(List<Kind> all, String name, Client client, List<Policy> policies) {
        all.add(new Kind(name, site -> client.open(site, null)));
        for (Policy policy : policies) {
            String suffix = policy == Policy.ALL_AT_ONCE ? "" : " " + policy.name();
            all.add(new Kind(name + " + Connie" + suffix, site -> client.open(site, site.connector(policy))));
        }
    }

    /** @param client what ends with the contender */
    static Contender contender(Fetch fetch, Closeable client) {
        Contender.Call call = host -> {
            try {
                int status = fetch.fetch(host);
                // An answer of any kind will do, if the server gave it and not a proxy that could not reach it.
                if (status >= 500) {
                    throw new IOException("status " + status);
                }
                return () -> {};
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        };
        return new Contender(call, client);
    }

    static String url(Site site, String host) {
        String scheme = site.tls() == null ? "http" : "https";
        var url = new HttpUrl.Builder().scheme(scheme).host(host).port(site.port());
        return url.build().toString();
    }

    private static Contender okHttp(Site site, @Nullable Connector connie) {
        var builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(site.timeout())
                .readTimeout(site.timeout())
                .followRedirects(false);
        var tls = site.tls();
        if (tls != null) {
            builder.sslSocketFactory(tls.sslSocketFactory(), tls.trustManager());
        }
        OkHttpClient client = (connie == null
                        ? builder.dns(site.resolver()::resolve)
                        : ConnieOkHttp.create(connie).install(builder))
                .build();
        return contender(
                host -> {
                    var request = new Request.Builder().url(url(site, host)).build();
                    try (var response = client.newCall(request).execute()) {
                        response.body().bytes();
                        return response.code();
                    }
                },
                () -> {
                    client.dispatcher().executorService().shutdown();
                    client.connectionPool().evictAll();
                });
    }

    /**
     * The JDK's own client. It takes no resolver, so in the lab it is given the first address as a literal; that is the
     * only one it tries, if it is given a name.
     */
    private static Contender javaNetHttp(Site site) {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        var tls = site.tls();
        if (tls != null) {
            builder.sslContext(tls.sslContext());
        }
        // Until JDK 21 a client has no close(): it ends its thread once nobody holds it.
        var client = new AtomicReference<@Nullable HttpClient>(
                builder.connectTimeout(site.timeout()).build());
        return contender(
                host -> {
                    String target =
                            site.oracle() == null ? host : site.first(host).getHostAddress();
                    // Its own timeout is one for connect and answer together.
                    var request = HttpRequest.newBuilder(URI.create(url(site, target)))
                            .timeout(site.timeout().multipliedBy(2))
                            .build();
                    return Objects.requireNonNull(client.get(), "closed")
                            .send(request, BodyHandlers.ofByteArray())
                            .statusCode();
                },
                () -> client.set(null));
    }

    /** No client at all: a plain socket to the first address, or one that races, and TLS over it if need be. */
    private static Contender socket(Site site, @Nullable Connector connie) {
        SocketFactory sockets = connie == null ? SocketFactory.getDefault() : connie.socketFactory();
        return contender(
                host -> fetch(site, sockets.createSocket(), host, site.first(host)),
                connie == null ? () -> {} : connie::close);
    }

    /** A plain socket to the one right address, which sends at once what it is given. */
    private static Contender oracle(Site site) {
        InetAddress best = site.requireOracle();
        return contender(
                host -> {
                    var socket = new Socket();
                    socket.setTcpNoDelay(true);
                    return fetch(site, socket, host, best);
                },
                () -> {});
    }

    private static int fetch(Site site, Socket socket, String host, InetAddress address) throws IOException {
        try (socket) {
            socket.connect(new InetSocketAddress(address, site.port()), site.timeoutMillis());
            socket.setSoTimeout(site.timeoutMillis());
            var tls = site.tls();
            boolean closeBoth = true;
            try (var secure =
                    tls == null ? socket : tls.sslSocketFactory().createSocket(socket, host, site.port(), closeBoth)) {
                String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
                secure.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(secure.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                // The status is between the first two spaces.
                String[] words = answer.split(" ", 3);
                if (words.length < 3) {
                    throw new IOException("no answer");
                }
                return Integer.parseInt(words[1]);
            }
        }
    }
}
