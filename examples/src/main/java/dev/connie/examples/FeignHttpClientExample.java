package dev.connie.examples;

import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import feign.Feign;
import feign.RequestLine;
import feign.hc5.ApacheHttp5Client;
import org.apache.hc.client5.http.impl.classic.HttpClients;

/** Fetches a page with Feign, over Apache HttpClient 5 with Connie in it. */
public final class FeignHttpClientExample {
    private FeignHttpClientExample() {}

    interface Pages {
        @RequestLine("GET /")
        String page();
    }

    public static void main(String[] args) {
        var client = HttpClients.custom()
                .setConnectionManager(ConnieConnectionManagerBuilder.create().build())
                .build();
        Pages pages = Feign.builder().client(new ApacheHttp5Client(client)).target(Pages.class, args[0]);
        System.out.println(pages.page());
    }
}
