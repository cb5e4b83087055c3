package dev.connie.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.connie.examples.servers.NamedHost;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each example of a library above an HTTP client, at a name whose first address is dead and whose second refuses. */
class HttpExamplesTest {
    /** What HttpClient waits for a dead address, 3 minutes unless set, is beyond what a test may take; OkHttp's is 10 s. */
    private static final Duration SOON = Duration.ofSeconds(9);

    // Held, for the log manager does not hold it: each server would report its start and end on the console.
    private static final Logger LOGGER = Logger.getLogger(MockWebServer.class.getName());

    static {
        LOGGER.setLevel(Level.OFF);
    }

    private final NamedHost host = NamedHost.called("http");
    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder()
                        .body("pong")
                        .addHeader("Content-Type", "text/plain")
                        // Or Elasticsearch's client does not believe that it is one.
                        .addHeader("X-Elastic-Product", "Elasticsearch")
                        .build();
            }
        });
        server.start(host.live(), host.port());
    }

    @AfterEach
    void stop() {
        server.close();
        host.close();
    }

    static Stream<Arguments> examples() {
        return Stream.of(
                arguments("Retrofit", (Printed.Program) RetrofitExample::main, "pong\n"),
                arguments("Feign over OkHttp", (Printed.Program) FeignOkHttpExample::main, "pong\n"),
                arguments("Feign over HttpClient", (Printed.Program) FeignHttpClientExample::main, "pong\n"),
                arguments("RestClient", (Printed.Program) SpringRestClientExample::main, "pong\n"),
                arguments("Spring Boot", (Printed.Program) SpringBootExample::main, "pong\n"),
                arguments("Jersey", (Printed.Program) JerseyExample::main, "pong\n"),
                arguments("Elasticsearch", (Printed.Program) ElasticsearchExample::main, "true\n"),
                arguments("OpenSearch", (Printed.Program) OpenSearchExample::main, "true\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void itConnectsThoughOneAddressIsDeadAndOneRefuses(String name, Printed.Program example, String expected)
            throws Exception {
        long start = System.nanoTime();

        assertThat(Printed.by(example, "http://" + host.name() + ":" + host.port() + "/"))
                .isEqualTo(expected);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }
}
