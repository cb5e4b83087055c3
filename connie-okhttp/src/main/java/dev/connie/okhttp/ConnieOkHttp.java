package dev.connie.okhttp;

import dev.connie.Connector;
import dev.connie.RacingSocketFactory;
import java.util.Objects;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/**
 * Lets an {@link OkHttpClient} connect by racing: each connect goes to all addresses of the host, or of the HTTP proxy, and
 * the first to answer is the connection. Everything above the connect stays OkHttp's: TLS, HTTP/2, pooling, retries.
 *
 * <pre>{@code
 * Connector connector = Connector.builder()
 *         .resolver(HostResolver.SYSTEM.caching(Duration.ofSeconds(60)))
 *         .build();
 * ConnieOkHttp connie = ConnieOkHttp.create(connector);
 *
 * OkHttpClient client = connie.install(new OkHttpClient.Builder())
 *         .connectTimeout(Duration.ofSeconds(5))
 *         .build();
 *
 * Request request = new Request.Builder().url("https://example.com/").build();
 * try (Response response = client.newCall(request).execute()) {
 *     System.out.println(response.body().string());
 * }
 * }</pre>
 *
 * <p><b>Make one and keep it.</b> OkHttp shares connections between calls and clients whose {@link Dns} is the same
 * object; each {@code ConnieOkHttp} has one. Thread-safe; nothing to close.
 *
 * <p><b>A Dns of your own</b> (a filter, a cache, DNS over HTTPS) goes below: {@link #create(Connector, Dns)}. A Dns
 * that is put above {@link #dns()} and leaves addresses out does not keep sockets from them, for the race is over the
 * addresses that Connie answered. If it returns copies, they are raced by the host name they carry, or connected to one
 * by one if they carry none.
 *
 * <p><b>Timeouts.</b> {@link OkHttpClient.Builder#connectTimeout} bounds the whole race. If no address answers, the call
 * fails after one such timeout, not after one for each address. A server that accepts but hangs in the TLS handshake
 * costs one read timeout; then OkHttp goes on, and the next connect races the addresses that are left.
 *
 * <p><b>What OkHttp reports.</b> It gives a socket one address before the race, and names that one ever after: in {@code
 * Route}, {@code Connection.toString()}, {@code EventListener} and "Failed to connect to ...". The address that won may be
 * another one. The truth is with the socket: {@code chain.connection().socket().getRemoteSocketAddress()} in a network
 * interceptor. Connie's own {@link dev.connie.RaceListener} sees every attempt.
 *
 * <p><b>HTTP/2 coalescing</b> (one connection for several hosts whose certificate and address agree) goes by the reported
 * address too. So OkHttp may miss a chance to share a connection, or share one to a server that does not have the other
 * host's address. The certificate always covers both hosts, and a server that does not serve the other one answers 421,
 * upon which OkHttp connects afresh.
 *
 * <p><b>Not raced</b>: URLs and proxies given as literal addresses, as there is one address only, and SOCKS proxies, for
 * which OkHttp uses no socket factory. {@code fastFallback} may be on or off; Connie does not touch it, and OkHttp's side
 * by side connects join the one race.
 */
public final class ConnieOkHttp {
    private final RacingDns dns;
    private final RacingSocketFactory socketFactory;

    private ConnieOkHttp(RacingDns dns, RacingSocketFactory socketFactory) {
        this.dns = dns;
        this.socketFactory = socketFactory;
    }

    private static ConnieOkHttp of(Connector connector, RacingDns dns) {
        return new ConnieOkHttp(dns, connector.socketFactory().withTcpNoDelay(true));
    }

    /**
     * Returns one like this, with the same {@link #dns()}, whose sockets have {@code TCP_NODELAY} set from the start,
     * or not; they have it unless this is called. OkHttp never sets the option, and JSSE writes the last message of its
     * handshake and the request as two small segments: Nagle's algorithm then holds the request for a round trip, with
     * each new https connection. A socket factory of your own around {@link #socketFactory()} may still set it
     * otherwise.
     */
    public ConnieOkHttp withTcpNoDelay(boolean on) {
        return new ConnieOkHttp(dns, socketFactory.withTcpNoDelay(on));
    }

    /** Does what {@link #create(Connector)} does, with a connector of its own that has no special settings. */
    public static ConnieOkHttp create() {
        return create(Connector.create());
    }

    /**
     * Returns one whose races are the connector's and whose addresses come from {@link Connector#resolver}. If that
     * hands them over as they come, OkHttp is given the first ones, and its sockets race to the others too.
     */
    public static ConnieOkHttp create(Connector connector) {
        return of(Objects.requireNonNull(connector, "connector"), new RacingDns(connector));
    }

    /**
     * Returns one whose races are the connector's and whose addresses come from a Dns, in place of the connector's
     * resolver. In OkHttp 5.5 and up, what a Dns tells beside addresses, such as the keys for Encrypted Client Hello,
     * passes through unchanged.
     */
    public static ConnieOkHttp create(Connector connector, Dns dns) {
        Objects.requireNonNull(dns, "dns");
        // Also sockets that have only a host name to go by must ask this Dns: it may be a filter.
        Connector resolving = Objects.requireNonNull(connector, "connector").withResolver(new DnsResolver(dns));
        return of(resolving, hasDnsCalls() ? RecordRacingDns.over(resolving, dns) : new RacingDns(resolving));
    }

    /** Returns true in OkHttp 5.5 and up, where a Dns may answer with more than addresses. */
    private static boolean hasDnsCalls() {
        try {
            Class.forName("okhttp3.Dns$Call");
            return true;
        } catch (ClassNotFoundException olderOkHttp) {
            return false;
        }
    }

    /**
     * Sets the client's Dns and socket factory.
     *
     * @return the builder
     */
    public OkHttpClient.Builder install(OkHttpClient.Builder builder) {
        return builder.dns(dns).socketFactory(socketFactory);
    }

    /** Returns what {@link OkHttpClient.Builder#dns} takes; the same object each time. Use it with the socket factory. */
    public Dns dns() {
        return dns;
    }

    /**
     * Returns what {@link OkHttpClient.Builder#socketFactory} takes; the same object each time.
     *
     * <p>Installed without {@link #dns()} it races too: its sockets ask the connector's resolver for the other addresses of
     * the host. That is one more look-up, and a filter in the client's own Dns does not reach it; filter in the resolver.
     */
    public RacingSocketFactory socketFactory() {
        return socketFactory;
    }

    @Override
    public String toString() {
        return "ConnieOkHttp[" + dns + "]";
    }
}
