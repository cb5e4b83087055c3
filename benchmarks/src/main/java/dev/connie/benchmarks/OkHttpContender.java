package dev.connie.benchmarks;

import dev.connie.okhttp.ConnieOkHttp;
import dev.connie.race.RacePolicy;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.tls.HandshakeCertificates;

/** OkHttp: as it comes, with Connie, and sent to the one right address. */
final class OkHttpContender implements Contender {
    private final Site site;
    private final OkHttpClient client;

    private OkHttpContender(Site site, OkHttpClient client) {
        this.site = site;
        this.client = client;
    }

    static Contender stock(Site site) {
        return new OkHttpContender(
                site, settings(site).dns(site.resolver()::resolve).build());
    }

    static Contender connie(Site site, RacePolicy policy) {
        var connie = ConnieOkHttp.create(ConnectContenders.connector(site, policy));
        return new OkHttpContender(site, connie.install(settings(site)).build());
    }

    static Contender oracle(Site site) {
        InetAddress best = site.oracle();
        if (best == null) {
            throw new IllegalArgumentException("nobody knows the fastest address here");
        }
        return new OkHttpContender(
                site, settings(site).dns(host -> List.of(best)).build());
    }

    @Override
    public Closeable reach(String host) throws IOException {
        var request = new Request.Builder().url(HttpContenders.url(site, host)).build();
        try (var response = client.newCall(request).execute()) {
            response.body().bytes();
            HttpContenders.check(response.code());
        }
        return HttpContenders.NOTHING;
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private static OkHttpClient.Builder settings(Site site) {
        var builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(site.timeout())
                .readTimeout(site.timeout())
                .followRedirects(false);
        HandshakeCertificates tls = site.tls();
        if (tls != null) {
            builder.sslSocketFactory(tls.sslSocketFactory(), tls.trustManager());
        }
        return builder;
    }
}
