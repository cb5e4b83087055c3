package dev.connie.httpclient5;

import dev.connie.Connector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/** Finds what a connector's resolver finds. The same with HttpClient 5.0 to 5.7. */
final class ConnectorDnsResolver implements DnsResolver {
    private final Connector connector;

    ConnectorDnsResolver(Connector connector) {
        this.connector = connector;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        return Answers.connectable(host, connector.resolver().resolve(host)).toArray(InetAddress[]::new);
    }

    /** Returns the name behind the first address, or the host itself if it has none: as HttpClient's own does. */
    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        InetAddress first = resolve(host)[0];
        String canonical = first.getCanonicalHostName();
        return canonical.equals(first.getHostAddress()) ? host : canonical;
    }

    @Override
    public String toString() {
        return "ConnectorDnsResolver[" + connector.resolver() + "]";
    }
}
