package dev.connie.httpclient5;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/** A resolver that always finds the same addresses, in any version of HttpClient. */
final class FixedDns implements DnsResolver {
    private final InetAddress[] addresses;

    FixedDns(InetAddress... addresses) {
        this.addresses = addresses;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] named = new InetAddress[addresses.length];
        for (int i = 0; i < named.length; i++) {
            named[i] = InetAddress.getByAddress(host, addresses[i].getAddress());
        }
        return named;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
