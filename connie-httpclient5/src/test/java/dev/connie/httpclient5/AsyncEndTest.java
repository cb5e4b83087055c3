package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link ConnieAsyncConnectionManagerBuilder}: what is left open when races end, in whatever way. */
class AsyncEndTest {
    private static final int REQUESTS = 1500;
    private static final int AT_ONCE = 50;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final AsyncRaces races = new AsyncRaces();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    /** Cancelling the losers at once left one connection in a hundred open. */
    @Test
    void noLoserOfManyRacesStaysOpen() throws Exception {
        List<AsyncOrigin> origins = Stream.generate(() -> AsyncOrigin.http(network, "hello"))
                .limit(5)
                .toList();
        PoolingAsyncClientConnectionManagerBuilder builder = racing(
                        origins.stream().map(AsyncOrigin::address).toArray(InetAddress[]::new))
                .setMaxConnTotal(AT_ONCE)
                .setMaxConnPerRoute(AT_ONCE);
        try (AsyncCalls calls = AsyncCalls.of(builder)) {
            // The first call opens what the client keeps.
            calls.client().execute(closing(), null).get();
            Await.until(() -> open(origins) == 0);
            long before = Descriptors.open();

            assertThat(successesOf(calls)).isEqualTo(REQUESTS);

            // So there were losers, several a race.
            assertThat(origins.stream().mapToInt(AsyncOrigin::accepted).sum()).isGreaterThan(2 * REQUESTS);
            Await.until(() -> open(origins) == 0, () -> String.format("%d connections are open", open(origins)));
            Await.until(
                    () -> Descriptors.open() <= before,
                    () -> String.format("%d descriptors, %d before", Descriptors.open(), before));
        }
    }

    @Test
    void connectsThatAreNotAnsweredAreGivenUpSoonAfterTheRace() throws Exception {
        AsyncOrigin origin = AsyncOrigin.http(network, "hello");
        InetAddress[] addresses = Stream.concat(Stream.generate(network::silent).limit(5), Stream.of(origin.address()))
                .toArray(InetAddress[]::new);
        try (AsyncCalls calls = AsyncCalls.of(racing(addresses), Timeout.DISABLED)) {
            calls.body(url("http"));
            Await.until(() -> origin.open() == 1);
            long idle = Descriptors.open();
            for (int i = 0; i < 20; i++) {
                calls.client().execute(closing(), null).get();
            }
            Await.until(
                    () -> Descriptors.open() <= idle,
                    () -> String.format("%d descriptors, %d before", Descriptors.open(), idle));
        }
    }

    /** The client passes a cancel on to a connect only if the call had to wait for its place in the pool. */
    @Test
    void cancellingARequestEndsItsRace() throws Exception {
        InetAddress one = network.silent();
        InetAddress two = network.silent();
        try (AsyncCalls calls = AsyncCalls.of(racingAfterAMuteServer(one, two), Timeout.DISABLED)) {
            long before = Descriptors.open();
            Future<SimpleHttpResponse> call = startAfterWaiting(calls, "http");
            Await.until(() -> races.started().containsAll(List.of(one, two)));

            call.cancel(true);

            assertThat(races.next().attempts()).hasSize(2).allMatch(attempt -> attempt.outcome() == Outcome.ABANDONED);
            Await.until(() -> Descriptors.open() <= before);
        }
    }

    /** The stock client goes on with the handshake. */
    @Test
    void cancellingARequestEndsItsHandshake() throws Exception {
        AsyncOrigin mute = AsyncOrigin.mute(network);
        AsyncOrigin alsoMute = AsyncOrigin.mute(network);
        PoolingAsyncClientConnectionManagerBuilder builder = racingAfterAMuteServer(mute.address(), alsoMute.address());
        try (AsyncCalls calls = AsyncCalls.of(builder, Timeout.DISABLED)) {
            Future<SimpleHttpResponse> call = startAfterWaiting(calls, "https");
            assertThat(races.next().winner()).isPresent();
            Await.until(() -> mute.open() + alsoMute.open() == 1);

            call.cancel(true);

            Await.until(() -> mute.open() + alsoMute.open() == 0);
            // What was closed here is not taken for a failure of the server, which would start a race for the other.
            assertThat(races.finishedSinceLast()).isZero();
        }
    }

    @Test
    void cancellingARequestEndsBothItsHandshakes() throws Exception {
        AsyncOrigin mute = AsyncOrigin.mute(network);
        AsyncOrigin alsoMute = AsyncOrigin.mute(network);
        PoolingAsyncClientConnectionManagerBuilder builder = racingAfterAMuteServer(mute.address(), alsoMute.address());
        try (AsyncCalls calls = AsyncCalls.of(builder, Timeout.DISABLED)) {
            Future<SimpleHttpResponse> call = startAfterWaiting(calls, "https");
            Await.until(() -> mute.open() == 1 && alsoMute.open() == 1);

            call.cancel(true);

            Await.until(() -> mute.open() + alsoMute.open() == 0);
        }
    }

    @Test
    void aRaceOfACancelledRequestThatTheClientDoesNotCancelEndsWithItsTimeout() throws Exception {
        try (AsyncCalls calls =
                AsyncCalls.of(racing(network.silent(), network.silent()), Timeout.ofMilliseconds(500))) {
            long before = Descriptors.open();
            Future<SimpleHttpResponse> call = calls.start(url("http"));

            call.cancel(true);

            assertThat(call.isCancelled()).isTrue();
            assertThat(races.next().winner()).isEmpty();
            Await.until(() -> Descriptors.open() <= before);
        }
    }

    @Test
    void closingTheClientClosesWhatConnectsAndTheCallEnds() throws Exception {
        // The first client opens what the JVM keeps.
        AsyncCalls.of(racing(network.refusing())).close();
        InetAddress one = network.silent();
        InetAddress two = network.silent();
        long before = Descriptors.open();
        AsyncCalls calls = AsyncCalls.of(racing(one, two), Timeout.ofSeconds(2));
        long idle = Descriptors.open();
        Future<SimpleHttpResponse> call = calls.start(url("http"));
        Await.until(() -> Descriptors.open() == idle + 2);

        calls.client().close(CloseMode.IMMEDIATE);

        Await.until(() -> Descriptors.open() <= before);
        // The reactor cancels its requests, or at the least closes their channels; then the deadline ends the call.
        assertThat(races.next().winner()).isEmpty();
        assertThat(catchThrowable(() -> call.get(30, TimeUnit.SECONDS)))
                .isInstanceOfAny(ExecutionException.class, CancellationException.class);
    }

    private int successesOf(AsyncCalls calls) throws InterruptedException {
        Semaphore permits = new Semaphore(AT_ONCE);
        AtomicInteger successes = new AtomicInteger();
        for (int i = 0; i < REQUESTS; i++) {
            permits.acquire();
            calls.client().execute(closing(), new FutureCallback<>() {
                @Override
                public void completed(SimpleHttpResponse response) {
                    successes.incrementAndGet();
                    permits.release();
                }

                @Override
                public void failed(Exception cause) {
                    permits.release();
                }

                @Override
                public void cancelled() {
                    permits.release();
                }
            });
        }
        permits.acquire(AT_ONCE);
        return successes.get();
    }

    /** Returns a builder of a client with one place in its pool, whose first race ends at a server that does not answer. */
    private PoolingAsyncClientConnectionManagerBuilder racingAfterAMuteServer(InetAddress... addresses) {
        AsyncOrigin first = AsyncOrigin.mute(network);
        AtomicInteger resolved = new AtomicInteger();
        return racing(host -> resolved.getAndIncrement() == 0 ? List.of(first.address()) : List.of(addresses))
                .setMaxConnTotal(1);
    }

    /** Returns a call that has waited for the place in the pool, until the one before it gave up waiting for an answer. */
    private Future<SimpleHttpResponse> startAfterWaiting(AsyncCalls calls, String scheme) throws Exception {
        SimpleHttpRequest occupant = SimpleRequestBuilder.get(url("http")).build();
        occupant.setConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.ofMilliseconds(300))
                .build());
        calls.client().execute(occupant, null);
        Future<SimpleHttpResponse> waiting = calls.start(url(scheme));
        assertThat(races.next().winner()).isPresent();
        return waiting;
    }

    /** Returns a request whose connection is not kept. */
    private SimpleHttpRequest closing() {
        return SimpleRequestBuilder.get(url("http"))
                .addHeader("Connection", "close")
                .build();
    }

    private static int open(List<AsyncOrigin> origins) {
        return origins.stream().mapToInt(AsyncOrigin::open).sum();
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(InetAddress... addresses) {
        return racing(LoopbackNetwork.resolving("many.test", addresses));
    }

    private PoolingAsyncClientConnectionManagerBuilder racing(HostResolver resolver) {
        return ConnieAsyncConnectionManagerBuilder.create(Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolver)
                .listener(races)
                .build());
    }

    private String url(String scheme) {
        return scheme + "://many.test:" + network.port() + "/";
    }
}
