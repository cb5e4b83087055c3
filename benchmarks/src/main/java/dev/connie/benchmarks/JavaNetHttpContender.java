package dev.connie.benchmarks;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own client. It takes no resolver, so in the lab it is given the first address as a literal; that is the only
 * one it tries, if it is given a name.
 */
final class JavaNetHttpContender extends HttpContender {
    private volatile @Nullable HttpClient client;

    JavaNetHttpContender(Site site) {
        super(site);
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(site.timeout());
        var tls = site.tls();
        client = (tls == null ? builder : builder.sslContext(tls.sslContext())).build();
    }

    @Override
    String target(String host) throws IOException {
        if (site.oracle() == null) {
            return host;
        }
        InetAddress first = site.resolver().resolve(host).get(0);
        return first instanceof Inet6Address ? "[" + first.getHostAddress() + "]" : first.getHostAddress();
    }

    @Override
    int fetch(String url) throws IOException, InterruptedException {
        // Its own timeout is one for connect and answer together.
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(site.timeout().multipliedBy(2))
                .build();
        return Objects.requireNonNull(client, "closed")
                .send(request, BodyHandlers.ofByteArray())
                .statusCode();
    }

    @Override
    public void close() {
        // Until JDK 21 a client has no close(): it ends its thread once nobody holds it.
        client = null;
    }
}
