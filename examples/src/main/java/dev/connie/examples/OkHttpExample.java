package dev.connie.examples;

import dev.connie.okhttp.ConnieOkHttp;
import java.io.IOException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Fetches a page with OkHttp, from whichever address of the host answers first. */
public final class OkHttpExample {
    private OkHttpExample() {}

    public static void main(String[] args) throws IOException {
        String url = args.length > 0 ? args[0] : "https://example.com/";

        // Make one client and keep it, as ever with OkHttp.
        OkHttpClient client = ConnieOkHttp.create()
                .install(new OkHttpClient.Builder())
                .connectTimeout(Duration.ofSeconds(5))
                .build();

        Request request = new Request.Builder().url(url).build();
        try (Response response = client.newCall(request).execute()) {
            System.out.println(response.code());
            System.out.println(response.body().string());
        }
    }
}
