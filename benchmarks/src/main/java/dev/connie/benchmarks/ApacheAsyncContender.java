package dev.connie.benchmarks;

import dev.connie.httpclient5.ConnieAsyncConnectionManagerBuilder;
import dev.connie.race.RacePolicy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import okhttp3.tls.HandshakeCertificates;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5, asynchronous: as it comes, and with Connie. */
final class ApacheAsyncContender implements Contender {
    private final Site site;
    private final CloseableHttpAsyncClient client;

    private ApacheAsyncContender(Site site, PoolingAsyncClientConnectionManagerBuilder manager) {
        this.site = site;
        Timeout timeout = Timeout.of(site.timeout());
        manager.setMaxConnTotal(ApacheContender.POOL)
                .setMaxConnPerRoute(ApacheContender.POOL)
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .setHandshakeTimeout(timeout)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build());
        HandshakeCertificates tls = site.tls();
        if (tls != null) {
            manager.setTlsStrategy(new DefaultClientTlsStrategy(tls.sslContext()));
        }
        this.client = HttpAsyncClients.custom()
                .setConnectionManager(manager.build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(timeout).build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .build();
        client.start();
    }

    static Contender stock(Site site) {
        return new ApacheAsyncContender(
                site,
                PoolingAsyncClientConnectionManagerBuilder.create().setDnsResolver(new ApacheDns(site.resolver())));
    }

    static Contender connie(Site site, RacePolicy policy) {
        return new ApacheAsyncContender(
                site, ConnieAsyncConnectionManagerBuilder.create(ConnectContenders.connector(site, policy)));
    }

    @Override
    public Closeable reach(String host) throws IOException {
        SimpleHttpRequest request =
                SimpleRequestBuilder.get(HttpContenders.url(site, host)).build();
        try {
            SimpleHttpResponse response = client.execute(request, null).get();
            HttpContenders.check(response.getCode());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return HttpContenders.NOTHING;
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
