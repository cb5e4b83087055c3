package dev.connie.examples;

import dev.connie.okhttp.ConnieOkHttp;
import feign.Feign;
import feign.RequestLine;
import okhttp3.OkHttpClient;

/** Fetches a page with Feign, over OkHttp with Connie in it. */
public final class FeignOkHttpExample {
    private FeignOkHttpExample() {}

    interface Pages {
        @RequestLine("GET /")
        String page();
    }

    public static void main(String[] args) {
        OkHttpClient client =
                ConnieOkHttp.create().install(new OkHttpClient.Builder()).build();
        Pages pages =
                Feign.builder().client(new feign.okhttp.OkHttpClient(client)).target(Pages.class, args[0]);
        System.out.println(pages.page());
    }
}
