package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.IdleSelectors;
import dev.connie.testing.Descriptors;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a closed client leaves behind. */
class LeftoversTest {
    @ParameterizedTest(name = "fastFallback {0}")
    @ValueSource(booleans = {false, true})
    void noDescriptorAndNoThread(boolean fastFallback) throws Exception {
        useAndClose(fastFallback);
        IdleSelectors.close();
        long descriptors = Descriptors.open();
        Set<String> threads = threads();

        for (int i = 0; i < 3; i++) {
            useAndClose(fastFallback);
        }

        Lab.await(() -> {
            IdleSelectors.close();
            return Descriptors.open() <= descriptors;
        });
        Lab.await(() -> threads.containsAll(threads()));
    }

    /** Does all that opens something: wins, losses, failed handshakes, failures, timeouts and cancels. */
    private static void useAndClose(boolean fastFallback) throws Exception {
        try (Lab lab = new Lab()) {
            TinyServer server = lab.http();
            TinyServer broken = lab.hangingUp();
            TinyServer secure = lab.https(TRUSTED.sslContext(), "h2");
            OkHttpClient winning = lab.build(lab.racing(lab.network.silent(), lab.network.refusing(), server.address())
                    .fastFallback(fastFallback));
            Background.all(5, () -> lab.get(winning, "http")).forEach(call -> call.join());

            OkHttpClient failingOver =
                    lab.build(secured(lab.racing(broken.address(), lab.network.silent(), secure.address()))
                            .fastFallback(fastFallback));
            lab.get(failingOver, "https");

            OkHttpClient failing = lab.build(lab.racing(lab.network.refusing(), lab.network.silent())
                    .connectTimeout(Duration.ofMillis(400))
                    .fastFallback(fastFallback));
            assertThat(failure(lab.call(failing, "http"))).isNotNull();

            OkHttpClient cancelled = lab.build(
                    lab.racing(lab.network.silent(), lab.network.silent()).fastFallback(fastFallback));
            Call call = lab.call(cancelled, "http");
            int before = lab.attempts.size();
            var result = Background.run(() -> failure(call));
            lab.awaitAttempts(before + 2);
            call.cancel();
            assertThat(result.join()).isNotNull();
        }
    }

    private static IOException failure(Call call) {
        try {
            Lab.body(call);
            return null;
        } catch (IOException failure) {
            return failure;
        }
    }

    /** Returns the names of the threads, but for OkHttp's own and those of the tests, which end in their time. */
    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().matches("OkHttp TaskRunner|Okio Watchdog|background of a test|junit-.*|ForkJoin.*")) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
