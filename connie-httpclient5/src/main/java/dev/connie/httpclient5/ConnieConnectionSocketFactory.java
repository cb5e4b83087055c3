package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.Lineup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.client5.http.socket.LayeredConnectionSocketFactory;
import org.apache.hc.client5.http.socket.PlainConnectionSocketFactory;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connections of HttpClient 5.0 to 5.3 race. From 5.4 on HttpClient does not ask such a factory for sockets any
 * more and says nothing, so this one throws there: use {@link ConnieConnectionManagerBuilder}, which tells how the race
 * behaves.
 *
 * <pre>{@code
 * ConnieConnectionSocketFactory racing = ConnieConnectionSocketFactory.create(Connector.create());
 * PoolingHttpClientConnectionManager manager = new PoolingHttpClientConnectionManager(
 *         racing.registry(SSLConnectionSocketFactory.getSocketFactory()),
 *         PoolConcurrencyPolicy.STRICT,
 *         PoolReusePolicy.LIFO,
 *         TimeValue.NEG_ONE_MILLISECOND,
 *         null,
 *         racing.dnsResolver(),
 *         null);
 * RequestConfig config =
 *         RequestConfig.custom().setConnectTimeout(Timeout.ofSeconds(3)).build();
 * try (CloseableHttpClient client = HttpClients.custom()
 *         .setConnectionManager(manager)
 *         .setDefaultRequestConfig(config)
 *         .build()) {
 *     CloseableHttpResponse response = client.execute(new HttpGet("https://example.com/"));
 * }
 * }</pre>
 *
 * <p>A manager needs both the registry and the {@link #dnsResolver()}: the resolver says which addresses belong to one
 * connect, and without it nothing races. The connect timeout bounds a whole race. Routes through a SOCKS proxy and to an explicit address do not race.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("deprecation")
public final class ConnieConnectionSocketFactory implements ConnectionSocketFactory {
    private final Connector connector;
    // This factory resolves no names: its sockets race only when they connect to an address of a lineup. A route to an
    // explicit address means that address, whatever name the address carries.
    private final Connector nameless;
    private final ConnectionSocketFactory plain = PlainConnectionSocketFactory.getSocketFactory();

    private ConnieConnectionSocketFactory(Connector connector) {
        this.connector = Objects.requireNonNull(connector, "connector");
        this.nameless = connector.withResolver(host -> {
            throw new UnknownHostException(host);
        });
        requireOldHttpClient();
    }

    /**
     * Returns a factory for HTTP.
     *
     * @throws IllegalStateException if this is HttpClient 5.4 or newer, which would ignore it
     */
    public static ConnieConnectionSocketFactory create(Connector connector) {
        return new ConnieConnectionSocketFactory(connector);
    }

    private static void requireOldHttpClient() {
        try {
            // The class is named by a string, because this class must load where that one is missing.
            Class.forName(
                    "org.apache.hc.client5.http.io.DetachedSocketFactory",
                    false,
                    ConnectionSocketFactory.class.getClassLoader());
        } catch (ClassNotFoundException expected) {
            // That class came with 5.4, where HttpClient stopped using this interface.
            return;
        }
        throw new IllegalStateException("HttpClient 5.4 and up does not ask a ConnectionSocketFactory for sockets:"
                + " use dev.connie.httpclient5.ConnieConnectionManagerBuilder");
    }

    /** Returns a factory that does TLS as the given one does, over sockets that race. */
    public LayeredConnectionSocketFactory tls(LayeredConnectionSocketFactory tls) {
        return new Tls(tls);
    }

    /** Returns a registry with this factory for http, and TLS as the given one does it for https. */
    public Registry<ConnectionSocketFactory> registry(LayeredConnectionSocketFactory tls) {
        return RegistryBuilder.<ConnectionSocketFactory>create()
                .register(URIScheme.HTTP.id, this)
                .register(URIScheme.HTTPS.id, tls(tls))
                .build();
    }

    /** Returns a resolver that finds what the connector's {@link Connector#resolver resolver} finds. */
    public DnsResolver dnsResolver() {
        return dnsResolver(new ConnectorDnsResolver(connector));
    }

    /** Returns a resolver that finds what the given one finds. */
    public DnsResolver dnsResolver(DnsResolver resolver) {
        return new LineupDnsResolver(Objects.requireNonNull(resolver, "resolver"));
    }

    /** Called by HttpClient 5.0 to 5.2.1. */
    @Override
    public Socket createSocket(@Nullable HttpContext context) {
        return nameless.socketFactory().createSocket();
    }

    /** Called by HttpClient 5.2.2 and up. */
    @Override
    public Socket createSocket(@Nullable Proxy socksProxy, @Nullable HttpContext context) {
        return socksProxy == null ? createSocket(context) : new Socket(socksProxy);
    }

    /** Called by HttpClient 5.0 and 5.1. */
    @Override
    public Socket connectSocket(
            @Nullable TimeValue connectTimeout,
            @Nullable Socket socket,
            HttpHost host,
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            @Nullable HttpContext context)
            throws IOException {
        Socket ours = socket == null ? createSocket(context) : socket;
        return plain.connectSocket(connectTimeout, ours, host, remoteAddress, localAddress, context);
    }

    /** Called by HttpClient 5.2 and up. */
    @Override
    public Socket connectSocket(
            @Nullable Socket socket,
            HttpHost host,
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            @Nullable Object attachment,
            @Nullable HttpContext context)
            throws IOException {
        Socket ours = socket == null ? createSocket(context) : socket;
        return plain.connectSocket(ours, host, remoteAddress, localAddress, connectTimeout, attachment, context);
    }

    @Override
    public String toString() {
        return "ConnieConnectionSocketFactory[" + connector + "]";
    }

    /** A factory that leaves TLS to another one, over sockets that race. */
    private final class Tls implements LayeredConnectionSocketFactory {
        private final LayeredConnectionSocketFactory tls;

        Tls(LayeredConnectionSocketFactory tls) {
            this.tls = Objects.requireNonNull(tls, "tls");
        }

        @Override
        public Socket createSocket(@Nullable HttpContext context) {
            return ConnieConnectionSocketFactory.this.createSocket(context);
        }

        @Override
        public Socket createSocket(@Nullable Proxy socksProxy, @Nullable HttpContext context) {
            return ConnieConnectionSocketFactory.this.createSocket(socksProxy, context);
        }

        @Override
        public Socket connectSocket(
                @Nullable TimeValue connectTimeout,
                @Nullable Socket socket,
                HttpHost host,
                InetSocketAddress remoteAddress,
                @Nullable InetSocketAddress localAddress,
                @Nullable HttpContext context)
                throws IOException {
            Socket ours = socket == null ? createSocket(context) : socket;
            return tls.connectSocket(connectTimeout, ours, host, remoteAddress, localAddress, context);
        }

        @Override
        public Socket connectSocket(
                @Nullable Socket socket,
                HttpHost host,
                InetSocketAddress remoteAddress,
                @Nullable InetSocketAddress localAddress,
                @Nullable Timeout connectTimeout,
                @Nullable Object attachment,
                @Nullable HttpContext context)
                throws IOException {
            Socket ours = socket == null ? createSocket(context) : socket;
            return tls.connectSocket(ours, host, remoteAddress, localAddress, connectTimeout, attachment, context);
        }

        @Override
        public Socket createLayeredSocket(Socket socket, String target, int port, @Nullable HttpContext context)
                throws IOException {
            return tls.createLayeredSocket(socket, target, port, context);
        }

        /** Called by HttpClient 5.2 and up. */
        @Override
        public Socket createLayeredSocket(
                Socket socket, String target, int port, @Nullable Object attachment, @Nullable HttpContext context)
                throws IOException {
            return tls.createLayeredSocket(socket, target, port, attachment, context);
        }
    }

    /** Makes a lineup of each answer. Its addresses lead a socket of ours to it, which HttpClient hands on as they are. */
    private final class LineupDnsResolver implements DnsResolver {
        private final DnsResolver resolver;

        LineupDnsResolver(DnsResolver resolver) {
            this.resolver = resolver;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            Lineup lineup = lineup(host).endedByForeignClose();
            return nameless.socketFactory().enlist(lineup).toArray(InetAddress[]::new);
        }

        private Lineup lineup(String host) throws UnknownHostException {
            if (resolver instanceof ConnectorDnsResolver) {
                // Those that come first, and the others join. The lineup's races are those of both connectors.
                return connector.lineupOf(host, Duration.ZERO);
            }
            InetAddress @Nullable [] answer = resolver.resolve(host);
            return nameless.lineup(host, Answers.connectable(host, answer == null ? null : List.of(answer)));
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return resolver.resolveCanonicalHostname(host);
        }
    }
}
