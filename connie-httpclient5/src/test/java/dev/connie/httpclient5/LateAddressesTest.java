package dev.connie.httpclient5;

import static dev.connie.httpclient5.ClassicFixture.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.ComingResolver;
import dev.connie.testing.LoopbackNetwork;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A resolver that hands over addresses as they come: the client has the first, and its races go to the others too. */
class LateAddressesTest {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final ComingResolver resolver = new ComingResolver();
    private final RecordedRaces races = new RecordedRaces();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private Connector connector() {
        return Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .resolver(resolver)
                .listener(races)
                .build();
    }

    private String url() {
        return "http://" + HOST + ":" + network.port() + "/";
    }

    @Nested
    class The_classic_client {
        private CloseableHttpClient client() {
            return Requests.client(
                    ConnieConnectionManagerBuilder.create(connector()).build());
        }

        @Test
        void connects_to_an_address_that_it_was_not_given() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "late");
            try (CloseableHttpClient client = client()) {
                CompletableFuture<String> body = Requests.getInBackground(client, new HttpGet(url()));
                resolver.found(network.silent());
                resolver.found(origin.address());
                assertThat(body.get(20, TimeUnit.SECONDS)).isEqualTo("late");
            }
        }

        @Test
        void is_not_lost_when_the_first_refuses_and_others_may_come() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "late");
            try (CloseableHttpClient client = client()) {
                CompletableFuture<String> body = Requests.getInBackground(client, new HttpGet(url()));
                resolver.found(network.refusing());
                Await.until(() -> !races.started().isEmpty());
                resolver.found(origin.address());
                assertThat(body.get(20, TimeUnit.SECONDS)).isEqualTo("late");
            }
        }

        @Test
        void fails_with_the_resolvers_words() throws Exception {
            try (CloseableHttpClient client = client()) {
                CompletableFuture<String> body = Requests.getInBackground(client, new HttpGet(url()));
                resolver.ended(new UnknownHostException(HOST + ": no answer from 192.0.2.1:53"));
                assertThatThrownBy(() -> body.get(20, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(UnknownHostException.class)
                        .hasRootCauseMessage(HOST + ": no answer from 192.0.2.1:53");
            }
        }
    }

    @Nested
    class The_asynchronous_client {
        private AsyncCalls calls() {
            PoolingAsyncClientConnectionManagerBuilder builder =
                    ConnieAsyncConnectionManagerBuilder.create(connector());
            return AsyncCalls.of(builder, Timeout.ofSeconds(20));
        }

        @Test
        void connects_to_an_address_that_comes_late() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "late");
            try (AsyncCalls calls = calls()) {
                Future<SimpleHttpResponse> response = calls.start(url());
                resolver.found(network.silent());
                resolver.found(origin.address());
                assertThat(response.get(20, TimeUnit.SECONDS).getBodyText()).isEqualTo("late");
            }
        }

        @Test
        void is_not_lost_when_the_first_refuses_and_others_may_come() throws Exception {
            AsyncOrigin origin = AsyncOrigin.http(network, "late");
            try (AsyncCalls calls = calls()) {
                Future<SimpleHttpResponse> response = calls.start(url());
                resolver.found(network.refusing());
                Await.until(() -> !races.started().isEmpty());
                resolver.found(origin.address());
                assertThat(response.get(20, TimeUnit.SECONDS).getBodyText()).isEqualTo("late");
            }
        }

        @Test
        void fails_when_all_refuse_and_no_others_come() throws Exception {
            try (AsyncCalls calls = calls()) {
                Future<SimpleHttpResponse> response = calls.start(url());
                resolver.found(network.refusing());
                resolver.ended(null);
                assertThatThrownBy(() -> response.get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining("refused");
            }
        }

        @Test
        void fails_with_the_resolvers_words() throws Exception {
            try (AsyncCalls calls = calls()) {
                Future<SimpleHttpResponse> response = calls.start(url());
                resolver.ended(new UnknownHostException(HOST + ": no answer from 192.0.2.1:53"));
                assertThatThrownBy(() -> response.get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(UnknownHostException.class)
                        .hasMessageContaining("no answer from 192.0.2.1:53");
            }
        }

        /** As the client's cancel reaches a connect only at times, here without a client. */
        @Test
        void wants_no_addresses_when_it_was_cancelled_while_it_waited_for_the_first() throws Exception {
            BasicFuture<Object> result = new BasicFuture<>(null);
            AsyncLookup lookup = new AsyncLookup(
                    HOST,
                    network.port(),
                    (first, waitedNanos, mayGrow) -> {
                        throw new AssertionError("begun");
                    },
                    result);
            resolver.lookUp(HOST, Duration.ZERO, lookup);
            lookup.returned();
            assertThat(lookup.areWanted()).isTrue();
            result.cancel();
            assertThat(lookup.areWanted()).isFalse();
            resolver.found(network.refusing());
        }

        @Test
        void tells_the_resolver_how_long_it_waits() throws Exception {
            try (AsyncCalls calls = calls()) {
                calls.start(url());
                assertThat(resolver.timeout()).isEqualTo(Duration.ofSeconds(20));
                resolver.ended(null);
            }
        }
    }
}
