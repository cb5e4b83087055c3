package dev.connie.httpclient5;

import dev.connie.Connector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Lookup;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Connects the connections of a {@link org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager}, or of a
 * manager of one's own, by racing. For HttpClient 5.4 and up. For the pooling manager there is {@link
 * ConnieConnectionManagerBuilder}, which tells how the race behaves.
 *
 * <pre>{@code
 * BasicHttpClientConnectionManager manager =
 *         new BasicHttpClientConnectionManager(ConnieConnectionOperator.create(Connector.create()), null);
 * manager.setConnectionConfig(
 *         ConnectionConfig.custom().setConnectTimeout(Timeout.ofSeconds(3)).build());
 * try (CloseableHttpClient client =
 *         HttpClients.custom().setConnectionManager(manager).build()) {
 *     String page = client.execute(new HttpGet("https://example.com/"), new BasicHttpClientResponseHandler());
 * }
 * }</pre>
 *
 * <p>Do not give it to a constructor of {@link org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager}:
 * HttpClient 5.7 has another one. The interface itself is marked {@code @Internal} by HttpClient; this class is tested
 * with 5.4 to 5.7-alpha1, but nothing promises that it works with what comes.
 *
 * <p>Thread-safe.
 */
public final class ConnieConnectionOperator implements HttpClientConnectionOperator {
    private final Connector connector;
    private final @Nullable SchemePortResolver schemePortResolver;
    private final DnsResolver dnsResolver;
    private final Lookup<TlsSocketStrategy> tlsSocketStrategies;
    // Makes the connects that do not race.
    private final HttpClientConnectionOperator stock;

    private ConnieConnectionOperator(
            Connector connector,
            @Nullable SchemePortResolver schemePortResolver,
            DnsResolver dnsResolver,
            Lookup<TlsSocketStrategy> tlsSocketStrategies) {
        this.connector = connector;
        this.schemePortResolver = schemePortResolver;
        this.dnsResolver = dnsResolver;
        this.tlsSocketStrategies = tlsSocketStrategies;
        this.stock = new DefaultHttpClientConnectionOperator(schemePortResolver, dnsResolver, tlsSocketStrategies);
    }

    /** Returns an operator with HttpClient's default TLS, which resolves names as the connector does. */
    public static ConnieConnectionOperator create(Connector connector) {
        return create(connector, null, null, DefaultClientTlsStrategy.createDefault());
    }

    /**
     * Returns an operator.
     *
     * @param schemePortResolver HttpClient's default if null
     * @param dnsResolver the connector's {@link Connector#resolver resolver} if null
     * @param tlsSocketStrategy what makes an https connection of a connected socket
     */
    public static ConnieConnectionOperator create(
            Connector connector,
            @Nullable SchemePortResolver schemePortResolver,
            @Nullable DnsResolver dnsResolver,
            TlsSocketStrategy tlsSocketStrategy) {
        return new ConnieConnectionOperator(
                Objects.requireNonNull(connector, "connector"),
                schemePortResolver,
                dnsResolver == null ? new ConnectorDnsResolver(connector) : dnsResolver,
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register(URIScheme.HTTPS.id, tlsSocketStrategy)
                        .build());
    }

    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost endpointHost,
            @Nullable InetSocketAddress localAddress,
            @Nullable TimeValue connectTimeout,
            SocketConfig socketConfig,
            HttpContext context)
            throws IOException {
        Timeout timeout =
                connectTimeout == null ? null : Timeout.of(connectTimeout.getDuration(), connectTimeout.getTimeUnit());
        connect(connection, endpointHost, null, localAddress, timeout, socketConfig, null, context);
    }

    /** Called by HttpClient 5.4 and 5.5. */
    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost endpointHost,
            @Nullable NamedEndpoint endpointName,
            @Nullable InetSocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            SocketConfig socketConfig,
            @Nullable Object attachment,
            HttpContext context)
            throws IOException {
        if (endpointHost.getAddress() != null || socketConfig.getSocksProxyAddress() != null) {
            stock.connect(
                    connection,
                    endpointHost,
                    endpointName,
                    localAddress,
                    connectTimeout,
                    socketConfig,
                    attachment,
                    context);
            return;
        }
        // HttpClient's own loop, so that its socket options, TLS and exceptions are those of whatever version this is.
        RacedConnect raced = new RacedConnect(connector, dnsResolver, tlsSocketStrategies, connection, connectTimeout);
        try {
            new DefaultHttpClientConnectionOperator(raced, schemePortResolver, raced, raced)
                    .connect(
                            connection,
                            endpointHost,
                            endpointName,
                            localAddress,
                            connectTimeout,
                            socketConfig,
                            attachment,
                            context);
        } catch (IOException e) {
            // HttpClient's exception is about the last address only.
            raced.failures().forEach(e::addSuppressed);
            throw e;
        }
    }

    /** Called by HttpClient 5.6 and up, with the path for a Unix domain socket only. */
    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost endpointHost,
            @Nullable NamedEndpoint endpointName,
            @Nullable Path unixDomainSocket,
            @Nullable InetSocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            SocketConfig socketConfig,
            @Nullable Object attachment,
            HttpContext context)
            throws IOException {
        if (unixDomainSocket == null) {
            connect(
                    connection,
                    endpointHost,
                    endpointName,
                    localAddress,
                    connectTimeout,
                    socketConfig,
                    attachment,
                    context);
        } else {
            // 5.4 and 5.5 do not have this method; they never come here.
            stock.connect(
                    connection,
                    endpointHost,
                    endpointName,
                    unixDomainSocket,
                    localAddress,
                    connectTimeout,
                    socketConfig,
                    attachment,
                    context);
        }
    }

    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost endpointHost, HttpContext context)
            throws IOException {
        stock.upgrade(connection, endpointHost, context);
    }

    @Override
    public void upgrade(
            ManagedHttpClientConnection connection,
            HttpHost endpointHost,
            @Nullable NamedEndpoint endpointName,
            @Nullable Object attachment,
            HttpContext context)
            throws IOException {
        stock.upgrade(connection, endpointHost, endpointName, attachment, context);
    }

    @Override
    public String toString() {
        return "ConnieConnectionOperator[" + connector + "]";
    }
}
