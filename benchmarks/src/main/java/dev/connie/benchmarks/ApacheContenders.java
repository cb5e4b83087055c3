package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.benchmarks.Contender.Site;
import dev.connie.httpclient5.ConnieAsyncConnectionManagerBuilder;
import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 5, classic and asynchronous: as it comes, and with Connie. */
final class ApacheContenders {
    /** More calls at once than any benchmark makes: waiting for a place in the pool is not what is measured. */
    private static final int POOL = 10_000;

    private ApacheContenders() {}

    static Contender classic(Site site, @Nullable Connector connie) {
        var manager = connie == null
                ? PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(names(site.resolver()))
                : ConnieConnectionManagerBuilder.create(connie);
        manager.setMaxConnTotal(POOL)
                .setMaxConnPerRoute(POOL)
                .setTlsSocketStrategy(tlsStrategy(site))
                .setDefaultTlsConfig(tlsConfig(site).build())
                .setDefaultConnectionConfig(connectionConfig(site));
        var client = HttpClients.custom()
                .setConnectionManager(manager.build())
                .setDefaultRequestConfig(requestConfig(site))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .build();
        return HttpContenders.contender(
                host -> client.execute(new HttpGet(HttpContenders.url(site, host)), response -> {
                    EntityUtils.consume(response.getEntity());
                    return response.getCode();
                }),
                client);
    }

    static Contender async(Site site, @Nullable Connector connie) {
        var manager = connie == null
                ? PoolingAsyncClientConnectionManagerBuilder.create().setDnsResolver(names(site.resolver()))
                : ConnieAsyncConnectionManagerBuilder.create(connie);
        manager.setMaxConnTotal(POOL)
                .setMaxConnPerRoute(POOL)
                .setTlsStrategy(tlsStrategy(site))
                .setDefaultTlsConfig(tlsConfig(site)
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .build())
                .setDefaultConnectionConfig(connectionConfig(site));
        var client = HttpAsyncClients.custom()
                .setConnectionManager(manager.build())
                .setDefaultRequestConfig(requestConfig(site))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .build();
        client.start();
        return HttpContenders.contender(
                host -> {
                    try {
                        var request = SimpleRequestBuilder.get(HttpContenders.url(site, host))
                                .build();
                        return client.execute(request, null).get().getCode();
                    } catch (ExecutionException e) {
                        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
                    }
                },
                () -> client.close(CloseMode.IMMEDIATE));
    }

    private static DefaultClientTlsStrategy tlsStrategy(Site site) {
        var tls = site.tls();
        return tls == null ? DefaultClientTlsStrategy.createDefault() : new DefaultClientTlsStrategy(tls.sslContext());
    }

    private static TlsConfig.Builder tlsConfig(Site site) {
        return TlsConfig.custom().setHandshakeTimeout(Timeout.of(site.timeout()));
    }

    private static ConnectionConfig connectionConfig(Site site) {
        return ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(site.timeout()))
                .setSocketTimeout(Timeout.of(site.timeout()))
                .build();
    }

    private static RequestConfig requestConfig(Site site) {
        return RequestConfig.custom()
                .setResponseTimeout(Timeout.of(site.timeout()))
                .build();
    }

    /** The benchmark's name service, as HttpClient asks it. */
    private static DnsResolver names(HostResolver resolver) {
        return new SystemDefaultDnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return resolver.resolve(host).toArray(InetAddress[]::new);
            }
        };
    }
}
