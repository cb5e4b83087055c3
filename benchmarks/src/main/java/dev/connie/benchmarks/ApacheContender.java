package dev.connie.benchmarks;

import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import dev.connie.race.RacePolicy;
import java.io.Closeable;
import java.io.IOException;
import okhttp3.tls.HandshakeCertificates;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5, classic: as it comes, and with Connie. */
final class ApacheContender implements Contender {
    /** More calls at once than any benchmark makes: waiting for a place in the pool is not what is measured. */
    static final int POOL = 10_000;

    private final Site site;
    private final CloseableHttpClient client;

    private ApacheContender(Site site, PoolingHttpClientConnectionManagerBuilder manager) {
        this.site = site;
        Timeout timeout = Timeout.of(site.timeout());
        manager.setMaxConnTotal(POOL)
                .setMaxConnPerRoute(POOL)
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(timeout).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build());
        HandshakeCertificates tls = site.tls();
        if (tls != null) {
            manager.setTlsSocketStrategy(new DefaultClientTlsStrategy(tls.sslContext()));
        }
        this.client = HttpClients.custom()
                .setConnectionManager(manager.build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(timeout).build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .build();
    }

    static Contender stock(Site site) {
        return new ApacheContender(
                site,
                PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(new ApacheDns(site.resolver())));
    }

    static Contender connie(Site site, RacePolicy policy) {
        return new ApacheContender(
                site, ConnieConnectionManagerBuilder.create(ConnectContenders.connector(site, policy)));
    }

    @Override
    public Closeable reach(String host) throws IOException {
        client.execute(new HttpGet(HttpContenders.url(site, host)), response -> {
            EntityUtils.consume(response.getEntity());
            HttpContenders.check(response.getCode());
            return null;
        });
        return HttpContenders.NOTHING;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
