package dev.connie.okhttp;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.Dns;

/** Resolves as a {@link Dns} does. */
record DnsResolver(Dns dns) implements HostResolver {
    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        return dns.lookup(host);
    }

    @Override
    public String toString() {
        return dns.toString();
    }
}
