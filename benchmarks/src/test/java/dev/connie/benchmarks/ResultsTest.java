package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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

    private Path written;

    @BeforeEach
    void write() throws IOException {
        written = directory.resolve("new/results");
        RUN.report().write(written);
    }

    @Test
    void theFirstLineIsOfTheRun() throws IOException {
        assertThat(lines("results.jsonl").get(0))
                .isEqualTo("{\"benchmark\":\"connect\",\"started\":\"2024-05-06T07:08:09Z\","
                        + "\"environment\":[\"a machine\"]}");
    }

    @Test
    void everyOtherLineIsAContenderInAScenario() throws IOException {
        List<String> lines = lines("results.jsonl");
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).isEqualTo("""
                {"scenario":"four-of-8-dead","contender":"Socket, \\"first\\"","calls":3,"failed":1,"times_of":"successes",\
                "mean_ms":11.000000,"sd_ms":1.414214,"p50_ms":10.002431,"p90_ms":12.000000,"p99_ms":12.000000,\
                "max_ms":12.000000,"p50_to_oracle":null,"syns_per_call":2.0,"handshakes_per_call":1.0,"resets_per_call":0.0,\
                "failures":[{"message":"Connect timed out","count":1}]}""");
        assertThat(lines.get(2)).contains("\"times_of\":\"failures\",\"mean_ms\":1000.000000,\"sd_ms\":null");
        assertThat(lines.get(3)).contains("\"calls\":0,\"failed\":0,\"times_of\":\"nothing\",\"mean_ms\":null");
    }

    @Test
    void theSamplesAreEveryCall() throws IOException {
        assertThat(lines("samples.jsonl"))
                .containsExactly(
                        "{\"scenario\":\"four-of-8-dead\",\"contender\":\"Socket, \\\"first\\\"\","
                                + "\"nanos\":[10000000,12000000],\"failed_nanos\":[1001000000]}",
                        "{\"scenario\":\"four-of-8-dead\",\"contender\":\"oracle\","
                                + "\"nanos\":[],\"failed_nanos\":[1000000000]}",
                        "{\"scenario\":\"four-of-8-dead\",\"contender\":\"idle\",\"nanos\":[],\"failed_nanos\":[]}");
    }

    @Test
    void theTablesAreThoseOfTheRun() throws IOException {
        assertThat(Files.readString(written.resolve("tables.md")))
                .isEqualTo(RUN.report().markdown());
    }

    @Test
    void aDirectoryThatExistsIsWrittenOverFileByFile() throws IOException {
        Path own = Files.writeString(written.resolve("notes.txt"), "mine");
        Files.writeString(written.resolve("results.jsonl"), "x".repeat(10_000));
        RUN.report().write(written);
        assertThat(own).hasContent("mine");
        assertThat(lines("results.jsonl")).hasSize(4).noneMatch(line -> line.contains("xxx"));
    }

    private List<String> lines(String name) throws IOException {
        return Files.readAllLines(written.resolve(name));
    }
}
