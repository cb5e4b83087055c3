package dev.connie.httpclient5;

import dev.connie.Connector;
import java.util.Objects;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Builds connection managers whose connections race: every connect of a route tries all addresses of its host, and the
 * first handshake is the connection. For HttpClient 5.4 and up; {@link ConnieConnectionSocketFactory} serves 5.0 to 5.3.
 *
 * <pre>{@code
 * try (CloseableHttpClient client = HttpClients.custom()
 *         .setConnectionManager(ConnieConnectionManagerBuilder.create()
 *                 .setDefaultConnectionConfig(ConnectionConfig.custom()
 *                         .setConnectTimeout(Timeout.ofSeconds(3))
 *                         .build())
 *                 .build())
 *         .build()) {
 *     String page = client.execute(new HttpGet("https://example.com/"), new BasicHttpClientResponseHandler());
 * }
 * }</pre>
 *
 * <p>Everything that {@link PoolingHttpClientConnectionManagerBuilder} offers works as it does there: its setters return
 * that type, and its {@code build()} builds what races. The one thing to know is that a client must be given the manager:
 * a client without one makes its own, which does not race.
 *
 * <ul>
 *   <li>The connect timeout bounds a whole race, where the stock client spends one on each address. It is 3 minutes unless
 *       set.
 *   <li>When a TLS handshake fails, the addresses that are left race again, with a connect timeout of their own. The
 *       addresses behind a failed connect are in the suppressed exceptions of what the client throws.
 *   <li>A name is looked up once for each connect: by the {@link #setDnsResolver DnsResolver} if one is set, else by the
 *       connector's {@link Connector#resolver resolver}. An empty answer is an {@link java.net.UnknownHostException}.
 *   <li>A request that is aborted while it connects stops at once, whatever addresses are left.
 *   <li>An HTTP proxy's addresses race; a TLS handshake through its tunnel happens after the race. SOCKS proxies, Unix
 *       domain sockets and routes to an explicit address are connected to as the stock client does, without a race.
 * </ul>
 *
 * <p>In a Spring application, {@code HttpComponentsClientHttpRequestFactory} takes a client built like this. Spring Boot's
 * own builder makes a stock manager; a client customizer that sets this one wins over it, but the connect timeout and the
 * SSL bundle that Boot was configured with are lost with the manager that held them, so set them here:
 *
 * <pre>{@code
 * HttpComponentsHttpClientBuilder httpClientBuilder = new HttpComponentsHttpClientBuilder()
 *         .withCustomizer(client -> client.setConnectionManager(ConnieConnectionManagerBuilder.create()
 *                 .setTlsSocketStrategy(new DefaultClientTlsStrategy(sslBundle.createSslContext()))
 *                 .setDefaultConnectionConfig(ConnectionConfig.custom()
 *                         .setConnectTimeout(Timeout.ofSeconds(3))
 *                         .build())
 *                 .build()));
 * }</pre>
 *
 * <p>The hook by which this works, {@link #createConnectionOperator}, is marked {@code @Internal} by HttpClient. It has
 * been the same from 5.4 to 5.7-alpha1, all of which this class is tested with, but nothing promises that it stays.
 *
 * <p>Not thread-safe, as its base class is not.
 */
public final class ConnieConnectionManagerBuilder extends PoolingHttpClientConnectionManagerBuilder {
    private final Connector connector;

    private ConnieConnectionManagerBuilder(Connector connector) {
        this.connector = Objects.requireNonNull(connector, "connector");
    }

    /** Returns a builder whose managers share a {@link Connector#create default connector}. */
    public static ConnieConnectionManagerBuilder create() {
        return create(Connector.create());
    }

    /**
     * Returns a builder whose managers connect by this connector.
     *
     * @throws IllegalStateException if HttpClient is older than 5.4
     */
    public static ConnieConnectionManagerBuilder create(Connector connector) {
        try {
            return new ConnieConnectionManagerBuilder(connector);
        } catch (IllegalAccessError before54) {
            // Nobody could extend HttpClient's builder then.
            throw new IllegalStateException(
                    "ConnieConnectionManagerBuilder needs HttpClient 5.4 or newer: with an older one use"
                            + " dev.connie.httpclient5.ConnieConnectionSocketFactory",
                    before54);
        }
    }

    /** Called by {@code build()}; gets null for what was not set. */
    @Override
    protected HttpClientConnectionOperator createConnectionOperator(
            @Nullable SchemePortResolver schemePortResolver,
            @Nullable DnsResolver dnsResolver,
            TlsSocketStrategy tlsSocketStrategy) {
        return ConnieConnectionOperator.create(connector, schemePortResolver, dnsResolver, tlsSocketStrategy);
    }
}
