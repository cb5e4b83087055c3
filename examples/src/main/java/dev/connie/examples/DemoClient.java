package dev.connie.examples;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import dev.connie.okhttp.ConnieOkHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/**
 * The clients that the demonstration compares, each as it is and with Connie. Every fetch makes a client of its own, so
 * that it finds no connection, no address that failed before, and no winner.
 */
enum DemoClient {
    SOCKET("Socket") {
        @Override
        String fetch(URI page, HostResolver names, Duration timeout) throws IOException {
            try (Socket socket = new Socket()) {
                // What new InetSocketAddress(host, port) makes of a name: its first address.
                InetAddress first = names.resolve(page.getHost()).get(0);
                socket.connect(new InetSocketAddress(first, page.getPort()), (int) timeout.toMillis());
                return get(socket, page);
            }
        }

        @Override
        String fetch(URI page, Connector connector, Duration timeout) throws IOException {
            InetAddress first = connector.resolver().resolve(page.getHost()).get(0);
            try (Socket socket = connector.socketFactory().createSocket()) {
                socket.connect(new InetSocketAddress(first, page.getPort()), (int) timeout.toMillis());
                return get(socket, page);
            }
        }

        private String get(Socket socket, URI page) throws IOException {
            String request = "GET / HTTP/1.1\r\nHost: " + page.getAuthority() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return response.substring(response.indexOf("\r\n\r\n") + 4);
        }
    },

    HTTPCLIENT("HttpClient 5") {
        @Override
        String fetch(URI page, HostResolver names, Duration timeout) throws IOException {
            return fetch(page, PoolingHttpClientConnectionManagerBuilder.create(), names, timeout);
        }

        @Override
        String fetch(URI page, Connector connector, Duration timeout) throws IOException {
            return fetch(page, ConnieConnectionManagerBuilder.create(connector), connector.resolver(), timeout);
        }

        private String fetch(
                URI page, PoolingHttpClientConnectionManagerBuilder manager, HostResolver names, Duration timeout)
                throws IOException {
            manager.setDnsResolver(new Names(names))
                    .setDefaultConnectionConfig(ConnectionConfig.custom()
                            .setConnectTimeout(Timeout.of(timeout))
                            .build());
            try (CloseableHttpClient client =
                    HttpClients.custom().setConnectionManager(manager.build()).build()) {
                return client.execute(new HttpGet(page), response -> EntityUtils.toString(response.getEntity()));
            }
        }
    },

    OKHTTP("OkHttp") {
        @Override
        String fetch(URI page, HostResolver names, Duration timeout) throws IOException {
            return fetch(page, new OkHttpClient.Builder(), names);
        }

        @Override
        String fetch(URI page, Connector connector, Duration timeout) throws IOException {
            return fetch(page, new OkHttpClient.Builder(), connector);
        }
    };

    private final String title;

    DemoClient(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Fetches a page as this client does by itself; OkHttp has a connect timeout of its own. */
    abstract String fetch(URI page, HostResolver names, Duration timeout) throws IOException;

    /** Fetches a page as this client does with Connie. */
    abstract String fetch(URI page, Connector connector, Duration timeout) throws IOException;

    /** Fetches a page with OkHttp as it is. */
    static String fetch(URI page, OkHttpClient.Builder client, HostResolver names) throws IOException {
        return fetch(page, client.dns(new Names(names)));
    }

    /** Fetches a page with OkHttp and Connie. */
    static String fetch(URI page, OkHttpClient.Builder client, Connector connector) throws IOException {
        return fetch(page, ConnieOkHttp.create(connector).install(client));
    }

    private static String fetch(URI page, OkHttpClient.Builder builder) throws IOException {
        OkHttpClient client = builder.proxy(Proxy.NO_PROXY).build();
        Request request = new Request.Builder().url(page.toString()).build();
        try (Response response = client.newCall(request).execute()) {
            return response.body().string();
        } finally {
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
    }

    /** Tells the clients what the connector is told. */
    private record Names(HostResolver names) implements Dns, DnsResolver {
        @Override
        public List<InetAddress> lookup(String host) throws UnknownHostException {
            return names.resolve(host);
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return names.resolve(host).toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
