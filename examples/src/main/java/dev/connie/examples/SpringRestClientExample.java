package dev.connie.examples;

import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Fetches a page with Spring's RestClient, over Apache HttpClient 5 with Connie in it. */
public final class SpringRestClientExample {
    private SpringRestClientExample() {}

    public static void main(String[] args) {
        var client = HttpClients.custom()
                .setConnectionManager(ConnieConnectionManagerBuilder.create().build())
                .build();
        RestClient rest = RestClient.builder()
                .requestFactory(new HttpComponentsClientHttpRequestFactory(client))
                .build();
        System.out.println(rest.get().uri(args[0]).retrieve().body(String.class));
    }
}
