package dev.connie.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.connie.benchmarks.Main;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, run in a namespace to its end. */
class BenchmarksInLabTest {
    @TempDir
    Path directory;

    @Test
    void connect_counts_what_each_contender_sends() throws Exception {
        run("connect", "--scenarios", "eight-live", "--rounds", "5", "--out", directory.toString());

        Map<String, Double> syns = column("syns_per_call");
        assertThat(syns)
                .containsEntry("Connie allAtOnce", 8.0)
                .containsEntry("Connie rfc8305", 1.0)
                .containsEntry("Socket first address", 1.0)
                .containsEntry("oracle", 1.0);
        // The fastest address is 10 ms away, and nobody can be there earlier.
        assertThat(column("p50_ms").values())
                .allSatisfy(millis -> assertThat(millis).isGreaterThanOrEqualTo(10));
        assertThat(column("failed").values()).containsOnly(0.0);
        assertThat(directory.resolve("connect/tables.md")).exists();
    }

    private static void run(String... arguments) throws Exception {
        Namespace.whyNot().ifPresent(reason -> abort(reason));
        Process process = Namespace.command(Main.class, List.of(arguments))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A column of the results, by contender. */
    private Map<String, Double> column(String head) throws Exception {
        Map<String, Double> values = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(directory.resolve("connect/results.jsonl"));
        for (String line : lines.subList(1, lines.size())) {
            JsonNode fields = new ObjectMapper().readTree(line);
            assertThat(fields.get(head).isNumber()).as(line).isTrue();
            values.put(fields.get("contender").textValue(), fields.get(head).doubleValue());
        }
        return values;
    }
}
