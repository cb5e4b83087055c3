package dev.connie.examples;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import dev.connie.httpclient5.ConnieAsyncConnectionManagerBuilder;
import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;

/** Pings Elasticsearch with its own client, over Apache HttpClient 5 with Connie in it. */
public final class ElasticsearchExample {
    private ElasticsearchExample() {}

    public static void main(String[] args) throws IOException {
        var http = HttpAsyncClients.custom()
                .setConnectionManager(
                        ConnieAsyncConnectionManagerBuilder.create().build())
                .build();
        http.start();
        try (var rest = Rest5Client.builder(URI.create(args[0]))
                        .setHttpClient(http)
                        .build();
                var transport = new Rest5ClientTransport(rest, new JacksonJsonpMapper())) {
            System.out.println(new ElasticsearchClient(transport).ping().value());
        }
    }
}
