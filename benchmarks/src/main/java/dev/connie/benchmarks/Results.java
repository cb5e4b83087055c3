package dev.connie.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Summary.Times;
import dev.connie.benchmarks.Table.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run as text, on the terminal and in files. In a directory that exists, files of the same names are written over and
 * nothing else is touched.
 *
 * <ul>
 *   <li>{@code results.jsonl}: a line for the run, then one for each contender in each scenario
 *   <li>{@code samples.jsonl}: a line for each contender in each scenario, with every call's wall-clock time in
 *       nanoseconds, in the order in which they ended
 *   <li>{@code tables.md}: the tables in Markdown
 * </ul>
 */
public final class Results {
    private static final int FAILURE_KINDS = 2;

    static final Table<Summary> TABLE = new Table<>(List.of(
            Column.text("contender", "contender", Summary::contender),
            Column.number("calls", "", "calls", Summary::calls, Numbers::whole),
            Column.number("failed", "", "failed", Summary::failures, Numbers::whole),
            Column.text("", "times_of", Results::timesOf),
            Column.time("mean", "ms", "mean_ms", Summary::times, Times::mean),
            Column.time("sd", "ms", "sd_ms", Summary::times, Times::deviation),
            Column.time("p50", "ms", "p50_ms", Summary::times, Times::p50),
            Column.time("p90", "ms", "p90_ms", Summary::times, Times::p90),
            Column.time("p99", "ms", "p99_ms", Summary::times, Times::p99),
            Column.time("max", "ms", "max_ms", Summary::times, Times::max),
            Column.number("SYNs", "/call", "syns_per_call", Summary::synsPerCall, Numbers::twoDecimals),
            Column.number("conns", "/call", "handshakes_per_call", Summary::handshakesPerCall, Numbers::oneDecimal),
            Column.number("RSTs", "/call", "resets_per_call", Summary::resetsPerCall, Numbers::oneDecimal),
            Column.number("CPU", "us", "cpu_us_per_call", Summary::cpuMicrosPerCall, Numbers::whole),
            Column.number("thr", "", "extra_threads", Summary::extraThreads, threads -> "+" + Numbers.whole(threads))));

    private Results() {}

    private static String timesOf(Summary summary) {
        var times = summary.times();
        return times == null ? "nothing" : times.ofFailures() ? "failures" : "successes";
    }

    /** Writes the files. */
    static void write(Run run, Path directory) throws IOException {
        Files.createDirectories(directory);
        var results = new ArrayList<JsonNode>();
        var samples = new ArrayList<JsonNode>();
        results.add(head(run.benchmark(), run.environment())
                .put("started", run.started().toString()));
        for (ScenarioResult result : run.results()) {
            for (Measurement measurement : result.measurements()) {
                var line = Table.JSON.createObjectNode().put("scenario", result.name());
                line.setAll(TABLE.json(Summary.of(measurement)));
                line.putPOJO("failures", measurement.failures());
                results.add(line);
                samples.add(Table.JSON
                        .createObjectNode()
                        .put("scenario", result.name())
                        .put("contender", measurement.contender())
                        .putPOJO("nanos", measurement.nanos())
                        .putPOJO("failed_nanos", measurement.failedNanos()));
            }
        }
        writeLines(directory.resolve("results.jsonl"), results);
        writeLines(directory.resolve("samples.jsonl"), samples);
        Files.writeString(directory.resolve("tables.md"), markdown(run), UTF_8);
    }

    /** The first line of every file of results. */
    public static ObjectNode head(String benchmark, List<String> environment) {
        return Table.JSON.createObjectNode().put("benchmark", benchmark).putPOJO("environment", environment);
    }

    public static void writeLines(Path file, List<? extends JsonNode> lines) throws IOException {
        var text = new StringBuilder();
        for (JsonNode line : lines) {
            text.append(Table.JSON.writeValueAsString(line)).append('\n');
        }
        Files.writeString(file, text, UTF_8);
    }

    /** For a terminal; below the table is what the failures said. */
    static String text(ScenarioResult result) {
        List<Summary> rows = result.summaries();
        var text = new StringBuilder(result.name() + ": " + result.description() + "\n\n");
        text.append(TABLE.text(rows)).append('\n');
        if (haveTimesToFail(rows)) {
            text.append("* time to fail: no call succeeded\n");
        }
        for (Measurement measurement : result.measurements()) {
            measurement.failures().stream()
                    .limit(FAILURE_KINDS)
                    .map(failure -> measurement.contender() + ", " + failure.count() + "x: " + failure.message())
                    .forEach(line -> text.append(cut(line)).append('\n'));
        }
        return text.toString();
    }

    /** A document with the tables of all scenarios. */
    static String markdown(Run run) {
        var text = new StringBuilder("# " + run.benchmark() + ", " + run.started() + "\n\n");
        run.environment().forEach(line -> text.append("- ").append(line).append('\n'));
        for (ScenarioResult result : run.results()) {
            List<Summary> rows = result.summaries();
            text.append("\n## " + result.name() + "\n\n" + result.description() + "\n\n" + TABLE.markdown(rows));
            text.append(haveTimesToFail(rows) ? "\n\\* time to fail: no call succeeded\n" : "");
        }
        return text.toString();
    }

    private static boolean haveTimesToFail(List<Summary> rows) {
        return rows.stream().anyMatch(row -> timesOf(row).equals("failures"));
    }

    private static String cut(String line) {
        String first = line.lines().findFirst().orElse("");
        return first.length() <= Table.WIDTH ? first : first.substring(0, Table.WIDTH - 3) + "...";
    }
}
