package dev.connie.httpclient5;

import dev.connie.Connector;
import java.util.Objects;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Builds connection managers of asynchronous clients whose connects race: every connect of a route tries all addresses of
 * its host, and the first handshake is the connection. For HttpClient 5.4 and up, HTTP/1.1 and HTTP/2.
 *
 * <pre>{@code
 * try (CloseableHttpAsyncClient client = HttpAsyncClients.custom()
 *         .setConnectionManager(ConnieAsyncConnectionManagerBuilder.create()
 *                 .setDefaultConnectionConfig(ConnectionConfig.custom()
 *                         .setConnectTimeout(Timeout.ofSeconds(3))
 *                         .build())
 *                 .build())
 *         .build()) {
 *     client.start();
 *     SimpleHttpRequest request = SimpleRequestBuilder.get("https://example.com/").build();
 *     String page = client.execute(request, null).get().getBodyText();
 * }
 * }</pre>
 *
 * <p>Everything that {@link PoolingAsyncClientConnectionManagerBuilder} offers works as it does there: its setters return
 * that type, and its {@code build()} builds what races. A client must be given the manager: one without makes its own,
 * which does not race. Clients that speak nothing but HTTP/2, those of {@code H2AsyncClientBuilder} and {@code
 * HttpAsyncClients.createHttp2Minimal}, have no connection manager and cannot race; {@code HttpVersionPolicy.FORCE_HTTP_2}
 * in the {@code TlsConfig} of this builder does what they do.
 *
 * <ul>
 *   <li>The attempts are those of the connector's policy, but the sockets are the client's reactor's: it opens them, with the
 *       options of its {@code IOReactorConfig}. In all else they are as those of the classic client: the connector's
 *       limits, listener and {@link Connector.Builder#sampleRegret sampling} apply, a policy that learns hears of addresses
 *       that give no answer, and the address that won last goes first.
 *   <li>The connect timeout bounds a whole race, where the stock client spends one on each address, and is kept to the
 *       millisecond, where the stock client looks at it once in a {@code selectInterval}, a second unless set. Timeouts of TLS
 *       handshakes are still the reactor's, and up to that much late. The connect timeout is 3 minutes unless set.
 *   <li>Losers are closed when the race is won. HttpClient has no public way to do so that does not lose sockets, so this
 *       reads a private field of HttpCore's; should a version not have it, losers are closed as they connect, or else after
 *       a second.
 *   <li>When a TLS handshake fails, the addresses that are left race again, with a connect timeout of their own. The stock
 *       client does not try a second address then.
 *   <li>When a server connects and then says nothing in its TLS handshake for 100 to 250 ms, depending on how long it took
 *       to connect, those that are left race beside it. The first whose handshake is done is the connection.
 *   <li>The exceptions are those of the stock client, {@code ConnectTimeoutException} and {@code HttpHostConnectException};
 *       the message names every address, and says of a timeout how long it was, as theirs does. What each address failed
 *       with is in the suppressed exceptions.
 *   <li>A name is looked up once for each connect, on the thread that asks for the connection, as by the stock client: by the
 *       {@link #setDnsResolver DnsResolver} if one is set, else by the connector's {@link Connector#resolver resolver}. An
 *       empty answer is an {@link java.net.UnknownHostException}, and so is one of nothing but the wildcard address.
 *   <li>An HTTP proxy's addresses race; a TLS handshake through its tunnel happens after the race. Behind a SOCKS proxy the
 *       race is one of connects through it, unless the resolver leaves the name for the proxy to resolve. Unix domain
 *       sockets and routes to an explicit address are connected to as the stock client does, without a race.
 *   <li>Cancelling a request ends its race or its TLS handshake, if the client passes the cancel on. It does so only if the
 *       request had to wait for its place in the connection pool; else the race goes on, at the longest until its timeout.
 *       Nor does the client give that place back when it passes the cancel on. Both are so with the stock manager, too.
 * </ul>
 *
 * <p>The hook by which this works, {@link #createConnectionOperator}, is marked {@code @Internal} by HttpClient. It has
 * been the same from 5.4 to 5.7-alpha1, which this class is tested with, but nothing promises that it stays.
 *
 * <p>Not thread-safe, as its base class is not.
 */
public final class ConnieAsyncConnectionManagerBuilder extends PoolingAsyncClientConnectionManagerBuilder {
    private final Connector connector;

    private ConnieAsyncConnectionManagerBuilder(Connector connector) {
        this.connector = Objects.requireNonNull(connector, "connector");
    }

    /** Returns a builder whose managers share a {@link Connector#create default connector}. */
    public static ConnieAsyncConnectionManagerBuilder create() {
        return create(Connector.create());
    }

    /**
     * Returns a builder whose managers connect by this connector.
     *
     * @throws IllegalStateException if HttpClient is older than 5.4
     */
    public static ConnieAsyncConnectionManagerBuilder create(Connector connector) {
        try {
            return new ConnieAsyncConnectionManagerBuilder(connector);
        } catch (IllegalAccessError before54) {
            // Nobody could extend HttpClient's builder then.
            throw new IllegalStateException(
                    "ConnieAsyncConnectionManagerBuilder needs HttpClient 5.4 or newer", before54);
        }
    }

    /** Called by {@code build()}; gets null for what was not set. */
    @Override
    protected AsyncClientConnectionOperator createConnectionOperator(
            TlsStrategy tlsStrategy,
            @Nullable SchemePortResolver schemePortResolver,
            @Nullable DnsResolver dnsResolver) {
        return new ConnieAsyncConnectionOperator(
                connector,
                super.createConnectionOperator(tlsStrategy, schemePortResolver, dnsResolver),
                schemePortResolver,
                dnsResolver,
                connector.racesToFirstByte());
    }
}
