package dev.connie.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own client. It takes no resolver, so in the lab it is given the first address as a literal; that is the only one
 * it tries, if it is given a name.
 */
final class JavaNetHttpContender implements Contender {
    private final Site site;
    private volatile @Nullable HttpClient client;

    private JavaNetHttpContender(Site site, HttpClient client) {
        this.site = site;
        this.client = client;
    }

    static Contender open(Site site) {
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(site.timeout());
        HandshakeCertificates tls = site.tls();
        if (tls != null) {
            builder.sslContext(tls.sslContext());
        }
        return new JavaNetHttpContender(site, builder.build());
    }

    @Override
    public Closeable reach(String host) throws IOException {
        String target = site.oracle() == null
                ? host
                : literal(site.resolver().resolve(host).get(0));
        // Its own timeout is one for connect and answer together.
        HttpRequest request = HttpRequest.newBuilder(URI.create(HttpContenders.url(site, target)))
                .timeout(site.timeout().multipliedBy(2))
                .build();
        try {
            var response = Objects.requireNonNull(client, "closed").send(request, BodyHandlers.ofByteArray());
            HttpContenders.check(response.statusCode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return HttpContenders.NOTHING;
    }

    @Override
    public void close() {
        // Until JDK 21 a client has no close(): it ends its thread once nobody holds it.
        client = null;
    }

    private static String literal(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
