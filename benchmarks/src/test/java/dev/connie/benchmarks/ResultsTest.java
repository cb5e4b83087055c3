package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.connie.benchmarks.lab.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final Run RUN = new Run(
            "connect",
            Instant.parse("2024-05-06T07:08:09Z"),
            List.of("a machine"),
            List.of(new ScenarioResult(
                    "four-of-8-dead",
                    "half are dead",
                    List.of(
                            SampleRun.ofMillis(
                                    "Socket, \"first\"", List.of(10, 12), List.of(1_001), new Traffic(6, 3, 0)),
                            SampleRun.ofMillis("oracle", List.of(), List.of(1_000), null),
                            SampleRun.ofMillis("idle", List.of(), List.of(), null)))));

    @TempDir
    Path directory;

    private List<Path> written;

    @BeforeEach
    void write() throws IOException {
        written = Results.write(RUN, directory.resolve("new/results"));
    }

    @Test
    void aLineOfTheCsvIsAContenderInAScenario() throws IOException {
        assertThat(Files.readString(file("results.csv"))).isEqualTo("""
                        scenario,contender,calls,failed,times_of,mean_ms,sd_ms,p50_ms,p90_ms,p99_ms,max_ms,\
                        syns_per_call,handshakes_per_call,resets_per_call,cpu_us_per_call,extra_threads
                        four-of-8-dead,"Socket, ""first\""",3,1,successes,11.000000,1.414214,10.002431,12.000000,\
                        12.000000,12.000000,2.0,1.0,0.0,,
                        four-of-8-dead,oracle,1,1,failures,1000.000000,,1000.000000,1000.000000,1000.000000,\
                        1000.000000,,,,,
                        four-of-8-dead,idle,0,0,,,,,,,,,,,,
                        """);
    }

    @Test
    void theJsonSaysTheSameAndMore() throws IOException {
        JsonNode json = new ObjectMapper().readTree(file("results.json").toFile());

        assertThat(json.get("benchmark").textValue()).isEqualTo("connect");
        assertThat(json.get("started").textValue()).isEqualTo("2024-05-06T07:08:09Z");
        assertThat(json.at("/environment/0").textValue()).isEqualTo("a machine");
        JsonNode scenario = json.at("/scenarios/0");
        assertThat(scenario.get("name").textValue()).isEqualTo("four-of-8-dead");
        assertThat(scenario.get("description").textValue()).isEqualTo("half are dead");
        JsonNode first = scenario.at("/contenders/0");
        assertThat(first.get("contender").textValue()).isEqualTo("Socket, \"first\"");
        assertThat(first.get("calls").intValue()).isEqualTo(3);
        assertThat(first.get("times_of").textValue()).isEqualTo("successes");
        assertThat(first.get("mean_ms").doubleValue()).isEqualTo(11);
        assertThat(first.get("sd_ms").doubleValue()).isEqualTo(1.414214);
        assertThat(first.get("syns_per_call").doubleValue()).isEqualTo(2);
        assertThat(first.get("extra_threads").isNull()).isTrue();
        assertThat(first.at("/failures/0/message").textValue()).isEqualTo("Connect timed out");
        assertThat(first.at("/failures/0/count").intValue()).isEqualTo(1);
        assertThat(scenario.at("/contenders/2/mean_ms").isNull()).isTrue();
    }

    @Test
    void theSamplesAreEveryCall() throws IOException {
        assertThat(Files.readString(file("samples.csv"))).isEqualTo("""
                        scenario,contender,ok,nanos
                        four-of-8-dead,"Socket, ""first\""",true,10000000
                        four-of-8-dead,"Socket, ""first\""",true,12000000
                        four-of-8-dead,"Socket, ""first\""",false,1001000000
                        four-of-8-dead,oracle,false,1000000000
                        """);
    }

    @Test
    void theTablesAreThoseOfTheRun() throws IOException {
        assertThat(Files.readString(file("tables.md"))).isEqualTo(Tables.markdown(RUN));
    }

    @Test
    void aDirectoryThatExistsIsWrittenOverFileByFile() throws IOException {
        Path results = directory.resolve("new/results");
        Path own = Files.writeString(results.resolve("notes.txt"), "mine");
        Files.writeString(results.resolve("results.csv"), "x".repeat(10_000));

        assertThat(Results.write(RUN, results)).isEqualTo(written);

        assertThat(own).hasContent("mine");
        assertThat(Files.readString(file("results.csv")))
                .startsWith("scenario,")
                .doesNotContain("xxx");
    }

    private Path file(String name) {
        return written.stream()
                .filter(path -> path.getFileName().toString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
