package dev.connie.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.race.RacePolicy;
import dev.connie.testing.ComingResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A resolver that hands over addresses as they come: OkHttp has the first, and its sockets race to the others too. */
@Timeout(60)
class LateAddressesTest {
    private final ComingResolver resolver = new ComingResolver();

    private OkHttpClient client(Lab lab, boolean fastFallback) {
        ConnieOkHttp connie =
                ConnieOkHttp.create(lab.connector().resolver(resolver).build());
        return lab.build(connie.install(lab.stock()).fastFallback(fastFallback));
    }

    private static CompletableFuture<String> elsewhere(Lab lab, OkHttpClient client) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread call = new Thread(() -> {
            try {
                result.complete(lab.get(client, "http"));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        call.setDaemon(true);
        call.start();
        return result;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallConnectsToAnAddressThatItWasNotGiven(boolean fastFallback) throws Exception {
        try (Lab lab = new Lab()) {
            TinyServer server = lab.http();
            CompletableFuture<String> body = elsewhere(lab, client(lab, fastFallback));
            resolver.found(lab.network.silent());
            lab.awaitAttempts(1);
            resolver.found(server.address());
            assertThat(body.get(20, TimeUnit.SECONDS))
                    .isEqualTo(server.address().getHostAddress());
        }
    }

    @Test
    void aCallIsNotLostWhenTheFirstRefusesAndOthersMayCome() throws Exception {
        try (Lab lab = new Lab(RacePolicy.adaptive())) {
            TinyServer server = lab.http();
            CompletableFuture<String> body = elsewhere(lab, client(lab, true));
            resolver.found(lab.network.refusing());
            lab.awaitAttempts(1);
            resolver.found(server.address());
            assertThat(body.get(20, TimeUnit.SECONDS))
                    .isEqualTo(server.address().getHostAddress());
        }
    }

    @Test
    void aCallFailsWithTheResolversWords() throws Exception {
        try (Lab lab = new Lab()) {
            CompletableFuture<String> body = elsewhere(lab, client(lab, true));
            resolver.ended(new UnknownHostException(Lab.HOST + ": no answer from 192.0.2.1:53"));
            assertThatThrownBy(() -> body.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("no answer from 192.0.2.1:53");
        }
    }

    @Test
    void theDnsAnswersWithWhatCameFirst() throws Exception {
        try (Lab lab = new Lab()) {
            InetAddress first = lab.network.refusing();
            ConnieOkHttp connie =
                    ConnieOkHttp.create(lab.connector().resolver(resolver).build());
            CompletableFuture<Void> handing = CompletableFuture.runAsync(() -> {
                try {
                    resolver.found(first);
                    resolver.found(lab.network.refusing());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(connie.dns().lookup(Lab.HOST)).contains(first);
            handing.get(20, TimeUnit.SECONDS);
        }
    }
}
