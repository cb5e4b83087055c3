package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
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
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 5, classic: as it comes, and with Connie. */
final class ApacheContender extends HttpContender {
    /** More calls at once than any benchmark makes: waiting for a place in the pool is not what is measured. */
    static final int POOL = 10_000;

    private final CloseableHttpClient client;

    ApacheContender(Site site, @Nullable Connector connie) {
        super(site);
        var manager = connie == null
                ? PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(new Names(site.resolver()))
                : ConnieConnectionManagerBuilder.create(connie);
        manager.setMaxConnTotal(POOL)
                .setMaxConnPerRoute(POOL)
                .setDefaultTlsConfig(tlsConfig(site).build())
                .setDefaultConnectionConfig(connectionConfig(site));
        var tls = site.tls();
        if (tls != null) {
            manager.setTlsSocketStrategy(new DefaultClientTlsStrategy(tls.sslContext()));
        }
        client = HttpClients.custom()
                .setConnectionManager(manager.build())
                .setDefaultRequestConfig(requestConfig(site))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .build();
    }

    static TlsConfig.Builder tlsConfig(Site site) {
        return TlsConfig.custom().setHandshakeTimeout(Timeout.of(site.timeout()));
    }

    static ConnectionConfig connectionConfig(Site site) {
        return ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(site.timeout()))
                .setSocketTimeout(Timeout.of(site.timeout()))
                .build();
    }

    static RequestConfig requestConfig(Site site) {
        return RequestConfig.custom()
                .setResponseTimeout(Timeout.of(site.timeout()))
                .build();
    }

    @Override
    int fetch(String url) throws IOException {
        return client.execute(new HttpGet(url), response -> {
            EntityUtils.consume(response.getEntity());
            return response.getCode();
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** The benchmark's name service, as HttpClient asks it. */
    record Names(HostResolver resolver) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return resolver.resolve(host).toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
