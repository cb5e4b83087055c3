package dev.connie.httpclient5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many requests to a mix of servers, some of them called off at any time, and what is left of them: nothing. Some hundred
 * each in the build; {@code -Dconnie.soak=100000 -Dtest=AsyncSoakTest} for more.
 */
class AsyncSoakTest {
    private static final int REQUESTS = Integer.getInteger("connie.soak", 300);
    private static final int AT_ONCE = 32;

    /** Servers on a busy machine drop SYNs, which are sent again after 1 s, 3 s and 7 s. */
    private static final Timeout PATIENCE = Timeout.ofSeconds(30);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final Random random = new Random(1);
    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final List<Exception> failures = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    @org.junit.jupiter.api.Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void leaveNothingBehind(String scheme) throws Exception {
        List<AsyncOrigin> origins = new ArrayList<>();
        for (String name : List.of("one", "two", "three")) {
            origins.add(
                    scheme.equals("http")
                            ? AsyncOrigin.http(network, name)
                            : AsyncOrigin.https(network, name, TestTls.serverNamed("many.test")));
        }
        List<InetAddress> addresses =
                new ArrayList<>(List.of(network.silent(), network.silent(), network.refusing(), network.refusing()));
        origins.forEach(origin -> addresses.add(origin.address()));
        if (scheme.equals("https")) {
            AsyncOrigin mute = AsyncOrigin.mute(network);
            origins.add(mute);
            addresses.add(mute.address());
        }
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(host -> shuffled(addresses))
                .sampleRegret(100)
                .build();
        int permitsBefore = permitsOf(connector);
        // Few places in the pool, for calls to wait and so to be cancelled for good; but a place that is cancelled
        // while
        // it connects is lost, with the stock client, too.
        PoolingAsyncClientConnectionManagerBuilder builder = ConnieAsyncConnectionManagerBuilder.create(connector)
                .setTlsStrategy(new DefaultClientTlsStrategy(TestTls.CLIENT))
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(PATIENCE).build())
                .setMaxConnTotal(REQUESTS)
                .setMaxConnPerRoute(REQUESTS);
        String url = scheme + "://many.test:" + network.port() + "/";
        try (AsyncCalls calls = AsyncCalls.of(builder, PATIENCE)) {
            calls.client().execute(AsyncCalls.closing(url), null).get();
            Await.until(() -> open(origins) == 0);
            long before = Descriptors.open();

            for (int i = 0; i < REQUESTS; i++) {
                callAndPerhapsCancel(calls, url);
            }
            permits.acquire(AT_ONCE);

            assertThat(failures).isEmpty();
            assertThat(succeeded.get() + cancelled.get()).isEqualTo(REQUESTS);
            assertThat(cancelled.get()).isBetween(1, REQUESTS / 2);
            Await.until(() -> open(origins) == 0, () -> open(origins) + " connections are open at the servers");
            Await.until(() -> Descriptors.open() <= before, () -> Descriptors.open() + " descriptors, " + before);
            Await.until(() -> permitsOf(connector) == permitsBefore, () -> "permits: " + permitsOf(connector));
        }
    }

    private void callAndPerhapsCancel(AsyncCalls calls, String url) throws InterruptedException {
        permits.acquire();
        Future<SimpleHttpResponse> call = calls.client().execute(AsyncCalls.closing(url), new FutureCallback<>() {
            @Override
            public void completed(SimpleHttpResponse response) {
                succeeded.incrementAndGet();
                permits.release();
            }

            @Override
            public void failed(Exception cause) {
                failures.add(cause);
                permits.release();
            }

            @Override
            public void cancelled() {
                cancelled.incrementAndGet();
                permits.release();
            }
        });
        if (random.nextInt(10) == 0) {
            RaceTimer.after(TimeUnit.MICROSECONDS.toNanos(random.nextInt(5_000)), () -> call.cancel(true));
        }
    }

    private List<InetAddress> shuffled(List<InetAddress> addresses) {
        List<InetAddress> shuffled = new ArrayList<>(addresses);
        synchronized (random) {
            Collections.shuffle(shuffled, random);
        }
        return shuffled;
    }

    private static int permitsOf(Connector connector) {
        int taken = 0;
        while (connector.books().beginExtraAttempt()) {
            taken++;
        }
        for (int i = 0; i < taken; i++) {
            connector.books().endExtraAttempt();
        }
        return taken;
    }

    private static int open(List<AsyncOrigin> origins) {
        return origins.stream().mapToInt(AsyncOrigin::open).sum();
    }
}
