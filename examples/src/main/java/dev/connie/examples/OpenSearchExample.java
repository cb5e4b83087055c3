package dev.connie.examples;

import dev.connie.httpclient5.ConnieAsyncConnectionManagerBuilder;
import java.net.URI;
import org.apache.hc.core5.http.HttpHost;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/** Pings OpenSearch with its own client, over Apache HttpClient 5 with Connie in it. */
public final class OpenSearchExample {
    private OpenSearchExample() {}

    public static void main(String[] args) throws Exception {
        var connectionManager = ConnieAsyncConnectionManagerBuilder.create().build();
        try (var transport = ApacheHttpClient5TransportBuilder.builder(HttpHost.create(URI.create(args[0])))
                .setHttpClientConfigCallback(http -> http.setConnectionManager(connectionManager))
                .build()) {
            System.out.println(new OpenSearchClient(transport).ping().value());
        }
    }
}
