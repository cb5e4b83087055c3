package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.Lineup;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Lookup;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One connect of one connection. HttpClient's loop over the addresses of a host asks it for the addresses, for sockets
 * and for TLS; it ties all three to one lineup. Used by the connecting thread only.
 */
final class RacedConnect implements DnsResolver, DetachedSocketFactory, Lookup<TlsSocketStrategy> {
    private final Connector connector;
    private final DnsResolver dnsResolver;
    private final Lookup<TlsSocketStrategy> tlsSocketStrategies;
    private final ManagedHttpClientConnection connection;
    private final Duration timeout;

    private final List<IOException> handshakeFailures = new ArrayList<>();
    // Null before the name is resolved, and if the addresses cannot race.
    private @Nullable Lineup lineup;

    RacedConnect(
            Connector connector,
            DnsResolver dnsResolver,
            Lookup<TlsSocketStrategy> tlsSocketStrategies,
            ManagedHttpClientConnection connection,
            @Nullable Timeout timeout)
            throws IOException {
        this.connector = connector;
        this.dnsResolver = dnsResolver;
        this.tlsSocketStrategies = tlsSocketStrategies;
        this.connection = connection;
        this.timeout = timeout == null || timeout.isDisabled() ? Duration.ZERO : timeout.toDuration();
        // A connection with a socket is one that can be closed, and can say so, while the name is still looked up.
        // HttpClient forgets a close before the first socket, connects all the same, and leaks what it gets. An
        // unconnected socket of ours holds no descriptor.
        connection.bind(connector.socketFactory().createSocket());
    }

    /** Called by HttpClient 5.4. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        if (dnsResolver instanceof ConnectorDnsResolver) {
            return lineUp(connector.lineupOf(host, timeout)).toArray(InetAddress[]::new);
        }
        InetAddress @Nullable [] answer = dnsResolver.resolve(host);
        List<InetAddress> addresses = Answers.connectable(host, answer == null ? null : List.of(answer));
        return lineUp(connector.lineup(host, addresses)).toArray(InetAddress[]::new);
    }

    /** Called by HttpClient 5.5 and up. */
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        if (dnsResolver instanceof ConnectorDnsResolver) {
            // HttpClient's loop has those that come first, and its sockets race to the others too.
            return withPort(lineUp(connector.lineupOf(host, timeout)), port);
        }
        List<InetSocketAddress> resolved = Answers.connectableWithPorts(host, dnsResolver.resolve(host, port)).stream()
                // An unresolved address stands for a resolver's null: a SOCKS proxy resolves the name.
                .filter(address -> !address.isUnresolved())
                .toList();
        if (resolved.isEmpty()) {
            throw new UnknownHostException(host + ": no address to connect to");
        }
        int first = resolved.get(0).getPort();
        if (resolved.stream().anyMatch(address -> address.getPort() != first)) {
            // A lineup is of addresses without ports, and would take one's port to another. Rare: it does not race.
            return resolved;
        }
        List<InetAddress> addresses =
                resolved.stream().map(InetSocketAddress::getAddress).toList();
        return withPort(lineUp(connector.lineup(host, addresses)), first);
    }

    private static List<InetSocketAddress> withPort(List<InetAddress> addresses, int port) {
        return addresses.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return dnsResolver.resolveCanonicalHostname(host);
    }

    private List<InetAddress> lineUp(Lineup ours) {
        lineup = ours;
        return ours.addresses();
    }

    @Override
    public Socket create(@Nullable Proxy socksProxy) {
        if (socksProxy != null) {
            return new Socket(socksProxy);
        }
        Lineup ours = lineup;
        if (ours == null) {
            return new Socket();
        }
        if (!connection.isOpen()) {
            // Somebody called the request off, and HttpClient's loop would go on to the next address. A closed socket
            // does not say as much: a user's TLS may close one whose handshake hangs, and mean just that address.
            ours.cancel();
        }
        return ours.newSocket();
    }

    @Override
    public @Nullable TlsSocketStrategy lookup(String scheme) {
        TlsSocketStrategy strategy = tlsSocketStrategies.lookup(scheme);
        if (strategy == null) {
            return null;
        }
        return (socket, target, port, attachment, context) -> {
            InetSocketAddress first = (InetSocketAddress) socket.getRemoteSocketAddress();
            try {
                return strategy.upgrade(socket, target, port, attachment, context);
            } catch (IOException e) {
                // Another server may have taken over meanwhile; a socket that was closed may not say which.
                InetSocketAddress last = (InetSocketAddress) socket.getRemoteSocketAddress();
                handshakeFailures.add(withAddress(last == null ? first : last, e));
                throw e;
            }
        };
    }

    /** Returns a new exception: the loop may throw the given one, which cannot be its own suppressed one. */
    private static IOException withAddress(InetSocketAddress peer, IOException e) {
        IOException named = new IOException(RaceReport.destination(peer) + ": " + e);
        named.setStackTrace(e.getStackTrace());
        return named;
    }

    /** Returns a new exception for each address that has failed, with the address in it. */
    List<IOException> failures() {
        List<IOException> failures = new ArrayList<>(handshakeFailures);
        if (lineup != null) {
            failures.addAll(lineup.failures());
        }
        return failures;
    }
}
