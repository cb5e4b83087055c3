package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.util.Timeout;

/** An asynchronous client and what its calls return. Uses only what HttpClient 5.4 to 5.7 have. */
final class AsyncCalls implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final CloseableHttpAsyncClient client;

    private AsyncCalls(CloseableHttpAsyncClient client) {
        this.client = client;
        client.start();
    }

    /** Starts a client without retries, which would hide what a test is about. */
    static AsyncCalls of(PoolingAsyncClientConnectionManagerBuilder managerBuilder, Timeout connectTimeout) {
        return new AsyncCalls(HttpAsyncClients.custom()
                .setConnectionManager(managerBuilder
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connectTimeout)
                                .build())
                        .build())
                .disableAutomaticRetries()
                .build());
    }

    static AsyncCalls of(PoolingAsyncClientConnectionManagerBuilder managerBuilder) {
        return of(managerBuilder, Timeout.ofSeconds(20));
    }

    static AsyncCalls of(CloseableHttpAsyncClient client) {
        return new AsyncCalls(client);
    }

    CloseableHttpAsyncClient client() {
        return client;
    }

    Future<SimpleHttpResponse> start(String url) {
        SimpleHttpRequest request = SimpleRequestBuilder.get(url).build();
        return client.execute(request, null);
    }

    /** Returns a request whose connection is not kept. */
    static SimpleHttpRequest closing(String url) {
        return SimpleRequestBuilder.get(url).addHeader("Connection", "close").build();
    }

    SimpleHttpResponse get(String url) throws Exception {
        return start(url).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    String body(String url) throws Exception {
        return get(url).getBodyText();
    }

    /** Returns what a call fails with. */
    Throwable failure(String url) {
        return catchThrowableOfType(ExecutionException.class, () -> get(url)).getCause();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
