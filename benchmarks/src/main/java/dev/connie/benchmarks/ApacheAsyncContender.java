package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.httpclient5.ConnieAsyncConnectionManagerBuilder;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 5, asynchronous: as it comes, and with Connie. */
final class ApacheAsyncContender extends HttpContender {
    private final CloseableHttpAsyncClient client;

    ApacheAsyncContender(Site site, @Nullable Connector connie) {
        super(site);
        var manager = connie == null
                ? PoolingAsyncClientConnectionManagerBuilder.create()
                        .setDnsResolver(new ApacheContender.Names(site.resolver()))
                : ConnieAsyncConnectionManagerBuilder.create(connie);
        manager.setMaxConnTotal(ApacheContender.POOL)
                .setMaxConnPerRoute(ApacheContender.POOL)
                .setDefaultTlsConfig(ApacheContender.tlsConfig(site)
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .build())
                .setDefaultConnectionConfig(ApacheContender.connectionConfig(site));
        var tls = site.tls();
        if (tls != null) {
            manager.setTlsStrategy(new DefaultClientTlsStrategy(tls.sslContext()));
        }
        client = HttpAsyncClients.custom()
                .setConnectionManager(manager.build())
                .setDefaultRequestConfig(ApacheContender.requestConfig(site))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .build();
        client.start();
    }

    @Override
    int fetch(String url) throws IOException, InterruptedException {
        try {
            return client.execute(SimpleRequestBuilder.get(url).build(), null)
                    .get()
                    .getCode();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
