package dev.connie.examples;

import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/** Fetches a page with Apache HttpClient 5, from whichever address of the host answers first. */
public final class ApacheClassicExample {
    private ApacheClassicExample() {}

    public static void main(String[] args) throws IOException {
        String url = args.length > 0 ? args[0] : "https://example.com/";

        // A PoolingHttpClientConnectionManagerBuilder: all its settings are here.
        var connectionManager = ConnieConnectionManagerBuilder.create()
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofSeconds(5))
                        .build())
                .build();

        try (CloseableHttpClient client =
                HttpClients.custom().setConnectionManager(connectionManager).build()) {
            String page = client.execute(new HttpGet(url), response -> {
                System.out.println(response.getCode());
                return EntityUtils.toString(response.getEntity());
            });
            System.out.println(page);
        }
    }
}
