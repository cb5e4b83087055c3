package dev.connie.examples;

import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.web.client.RestClient;

/** Fetches a page with what Spring Boot's own builder makes, over Apache HttpClient 5 with Connie in it. */
public final class SpringBootExample {
    private SpringBootExample() {}

    public static void main(String[] args) {
        // Connect timeout and TLS are to be set on this builder: those of Boot go with its connection manager.
        var connectionManager = ConnieConnectionManagerBuilder.create().build();
        var requests = ClientHttpRequestFactoryBuilder.httpComponents()
                .withHttpClientCustomizer(client -> client.setConnectionManager(connectionManager))
                .build();
        RestClient rest = RestClient.builder().requestFactory(requests).build();
        System.out.println(rest.get().uri(args[0]).retrieve().body(String.class));
    }
}
