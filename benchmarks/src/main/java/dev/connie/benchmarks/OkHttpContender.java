package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.okhttp.ConnieOkHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** OkHttp: as it comes, with Connie, and sent to the one right address. */
final class OkHttpContender extends HttpContender {
    private final OkHttpClient client;

    OkHttpContender(Site site, @Nullable Connector connie) {
        this(
                site,
                connie == null
                        ? settings(site).dns(site.resolver()::resolve)
                        : ConnieOkHttp.create(connie).install(settings(site)));
    }

    private OkHttpContender(Site site, OkHttpClient.Builder builder) {
        super(site);
        client = builder.build();
    }

    static Contender oracle(Site site) {
        InetAddress best = site.requireOracle();
        return new OkHttpContender(site, settings(site).dns(host -> List.of(best)));
    }

    private static OkHttpClient.Builder settings(Site site) {
        var builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(site.timeout())
                .readTimeout(site.timeout())
                .followRedirects(false);
        var tls = site.tls();
        return tls == null ? builder : builder.sslSocketFactory(tls.sslSocketFactory(), tls.trustManager());
    }

    @Override
    int fetch(String url) throws IOException {
        var request = new Request.Builder().url(url).build();
        try (var response = client.newCall(request).execute()) {
            response.body().bytes();
            return response.code();
        }
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
