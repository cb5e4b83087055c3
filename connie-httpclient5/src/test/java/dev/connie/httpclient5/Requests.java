package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.impl.classic.BasicHttpClientResponseHandler;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;

/** Requests to classic clients of any version. */
final class Requests {
    private Requests() {}

    /** Returns a client that tries once. */
    static CloseableHttpClient client(HttpClientConnectionManager manager) {
        return HttpClients.custom()
                .setConnectionManager(manager)
                .disableAutomaticRetries()
                .build();
    }

    static String get(CloseableHttpClient client, ClassicHttpRequest request) throws IOException {
        return client.execute(request, new BasicHttpClientResponseHandler());
    }

    static CompletableFuture<String> getInBackground(CloseableHttpClient client, ClassicHttpRequest request) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return get(client, request);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> new Thread(task, "request").start());
    }

    /** Asserts that the request fails long before any timeout of a connect. */
    static void assertFails(CompletableFuture<String> response) throws Exception {
        try {
            String body = response.get(20, TimeUnit.SECONDS);
            throw new AssertionError("answered: " + body);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).hasCauseInstanceOf(IOException.class);
        }
    }
}
