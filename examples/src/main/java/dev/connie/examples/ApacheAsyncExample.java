package dev.connie.examples;

import dev.connie.httpclient5.ConnieAsyncConnectionManagerBuilder;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.util.Timeout;

/** Fetches a page with Apache HttpClient 5's asynchronous client, from whichever address of the host answers first. */
public final class ApacheAsyncExample {
    private ApacheAsyncExample() {}

    public static void main(String[] args) throws Exception {
        String url = args.length > 0 ? args[0] : "https://example.com/";

        // A PoolingAsyncClientConnectionManagerBuilder: all its settings are here.
        var connectionManager = ConnieAsyncConnectionManagerBuilder.create()
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofSeconds(5))
                        .build())
                .build();

        try (CloseableHttpAsyncClient client = HttpAsyncClients.custom()
                .setConnectionManager(connectionManager)
                .build()) {
            client.start();
            SimpleHttpRequest request = SimpleRequestBuilder.get(url).build();
            SimpleHttpResponse response = client.execute(request, null).get();
            System.out.println(response.getCode());
            System.out.println(response.getBodyText());
        }
    }
}
