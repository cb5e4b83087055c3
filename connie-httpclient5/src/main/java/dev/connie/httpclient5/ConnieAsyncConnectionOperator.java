package dev.connie.httpclient5;

import dev.connie.Connector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.concurrent.ComplexFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the host of a connect and races its addresses; the stock operator does all else. Thread-safe.
 *
 * <p>It overrides every method of the interface, as the defaults drop the name of the endpoint.
 */
final class ConnieAsyncConnectionOperator implements AsyncClientConnectionOperator {
    /** Since 5.5 a resolver may say which port to connect to. On 5.4 a call of that method would be a link error. */
    private static final boolean RESOLVES_PORTS = Arrays.stream(DnsResolver.class.getMethods())
            .anyMatch(method -> method.getName().equals("resolve") && method.getParameterCount() == 2);

    private final Connector connector;
    private final AsyncClientConnectionOperator stock;
    private final SchemePortResolver schemePortResolver;
    private final @Nullable DnsResolver dnsResolver;
    // Whether a second round starts beside a TLS handshake that takes long.
    private final boolean racesToFirstByte;

    ConnieAsyncConnectionOperator(
            Connector connector,
            AsyncClientConnectionOperator stock,
            @Nullable SchemePortResolver schemePortResolver,
            @Nullable DnsResolver dnsResolver,
            boolean racesToFirstByte) {
        this.connector = connector;
        this.stock = stock;
        this.schemePortResolver = schemePortResolver == null ? DefaultSchemePortResolver.INSTANCE : schemePortResolver;
        this.dnsResolver = dnsResolver;
        this.racesToFirstByte = racesToFirstByte;
    }

    @Override
    public Future<ManagedAsyncClientConnection> connect(
            ConnectionInitiator initiator,
            HttpHost host,
            @Nullable SocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            @Nullable Object attachment,
            @Nullable FutureCallback<ManagedAsyncClientConnection> callback) {
        return connect(initiator, host, null, localAddress, connectTimeout, attachment, null, callback);
    }

    /** Called by HttpClient 5.4 and 5.5. */
    @Override
    public Future<ManagedAsyncClientConnection> connect(
            ConnectionInitiator initiator,
            HttpHost host,
            @Nullable NamedEndpoint name,
            @Nullable SocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            @Nullable Object attachment,
            @Nullable HttpContext context,
            @Nullable FutureCallback<ManagedAsyncClientConnection> callback) {
        if (host.getAddress() == null) {
            ComplexFuture<ManagedAsyncClientConnection> result = new ComplexFuture<>(callback);
            HttpHost endpoint = RoutingSupport.normalize(host, schemePortResolver);
            AsyncRequest request = new AsyncRequest(
                    initiator, host, endpoint, name, localAddress, connectTimeout, attachment, context);
            DnsResolver theirs = dnsResolver;
            if (theirs == null) {
                lookUp(request, result);
                return result;
            }
            List<InetSocketAddress> addresses;
            try {
                addresses = resolve(theirs, endpoint);
            } catch (UnknownHostException e) {
                result.failed(e);
                return result;
            }
            if (addresses.stream().noneMatch(InetSocketAddress::isUnresolved)) {
                new AsyncRacedConnect(connector, stock, request, addresses, false, racesToFirstByte, result).start();
                return result;
            }
            // A SOCKS proxy resolves the name; without a proxy the reactor says that the host is unknown.
        }
        return stock.connect(initiator, host, name, localAddress, connectTimeout, attachment, context, callback);
    }

    /** Called by HttpClient 5.6 and up. */
    @Override
    public Future<ManagedAsyncClientConnection> connect(
            ConnectionInitiator initiator,
            HttpHost host,
            @Nullable Path unixDomainSocket,
            @Nullable NamedEndpoint name,
            @Nullable SocketAddress localAddress,
            @Nullable Timeout connectTimeout,
            @Nullable Object attachment,
            @Nullable HttpContext context,
            @Nullable FutureCallback<ManagedAsyncClientConnection> callback) {
        if (unixDomainSocket != null) {
            return stock.connect(
                    initiator,
                    host,
                    unixDomainSocket,
                    name,
                    localAddress,
                    connectTimeout,
                    attachment,
                    context,
                    callback);
        }
        return connect(initiator, host, name, localAddress, connectTimeout, attachment, context, callback);
    }

    @Override
    public void upgrade(ManagedAsyncClientConnection connection, HttpHost host, @Nullable Object attachment) {
        stock.upgrade(connection, host, attachment);
    }

    @Override
    public void upgrade(
            ManagedAsyncClientConnection connection,
            HttpHost host,
            @Nullable NamedEndpoint name,
            @Nullable Object attachment,
            @Nullable HttpContext context,
            @Nullable FutureCallback<ManagedAsyncClientConnection> callback) {
        stock.upgrade(connection, host, name, attachment, context, callback);
    }

    /**
     * Asks the connector's resolver. Begins with the addresses that come first, of which the last winner goes first.
     */
    private void lookUp(AsyncRequest request, ComplexFuture<ManagedAsyncClientConnection> result) {
        String name = request.endpoint().getHostName();
        Timeout timeout = request.connectTimeout();
        AsyncLookup lookup = new AsyncLookup(
                name,
                request.endpoint().getPort(),
                (first, waitedNanos, mayGrow) -> new AsyncRacedConnect(
                        connector,
                        stock,
                        request.afterWaiting(waitedNanos),
                        lastWinnerFirst(name, first),
                        mayGrow,
                        racesToFirstByte,
                        result),
                result);
        Duration limit = timeout != null && timeout.isEnabled() ? timeout.toDuration() : Duration.ZERO;
        connector.resolver().lookUp(name, limit, lookup);
        lookup.returned();
    }

    /**
     * Asks a resolver of HttpClient's once, on the calling thread, as the stock operator does. The last winner comes
     * first.
     */
    private List<InetSocketAddress> resolve(DnsResolver resolver, HttpHost host) throws UnknownHostException {
        String name = host.getHostName();
        List<InetSocketAddress> addresses;
        if (RESOLVES_PORTS) {
            addresses = Answers.connectableWithPorts(name, resolver.resolve(name, host.getPort()));
        } else {
            InetAddress[] found = resolver.resolve(name);
            addresses = withPort(Answers.connectable(name, found == null ? null : List.of(found)), host.getPort());
        }
        return lastWinnerFirst(name, addresses);
    }

    private List<InetSocketAddress> lastWinnerFirst(String name, List<InetSocketAddress> addresses) {
        if (addresses.stream().anyMatch(InetSocketAddress::isUnresolved)) {
            return addresses;
        }
        InetAddress first = connector
                .books()
                .lastWinnerFirst(
                        name,
                        addresses.stream().map(InetSocketAddress::getAddress).toList())
                .get(0);
        List<InetSocketAddress> ordered = new ArrayList<>(addresses);
        // The sort is stable: the others, and those with another port, stay in their order.
        ordered.sort(Comparator.comparing(address -> !address.getAddress().equals(first)));
        return ordered;
    }

    private static List<InetSocketAddress> withPort(List<InetAddress> addresses, int port) {
        return addresses.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }
}
