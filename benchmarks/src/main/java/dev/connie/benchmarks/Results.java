package dev.connie.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Summary.Times;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a run. In a directory that exists, files of the same names are written over and nothing else is touched.
 *
 * <ul>
 *   <li>{@code results.csv}: a line for each contender in each scenario; a cell is empty where nothing was measured
 *   <li>{@code results.json}: the same with the environment and the failures' messages
 *   <li>{@code samples.csv}: every call's wall-clock time in nanoseconds, in the order in which they ended, those that
 *       succeeded before those that failed
 *   <li>{@code tables.md}: the tables in Markdown
 * </ul>
 */
final class Results {
    private static final List<String> COLUMNS = List.of(
            "scenario",
            "contender",
            "calls",
            "failed",
            "times_of",
            "mean_ms",
            "sd_ms",
            "p50_ms",
            "p90_ms",
            "p99_ms",
            "max_ms",
            "syns_per_call",
            "handshakes_per_call",
            "resets_per_call",
            "cpu_us_per_call",
            "extra_threads");

    private Results() {}

    /** Writes the files and tells which. */
    static List<Path> write(Run run, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path csv = directory.resolve("results.csv");
        Files.writeString(csv, csv(run), UTF_8);
        Path json = directory.resolve("results.json");
        Files.writeString(json, json(run), UTF_8);
        Path samples = directory.resolve("samples.csv");
        try (BufferedWriter out = Files.newBufferedWriter(samples, UTF_8)) {
            samples(run, out);
        }
        Path tables = directory.resolve("tables.md");
        Files.writeString(tables, Tables.markdown(run), UTF_8);
        return List.of(csv, json, samples, tables);
    }

    private static String csv(Run run) {
        var text = new StringBuilder(Csv.line(COLUMNS));
        for (ScenarioResult result : run.results()) {
            for (Measurement measurement : result.measurements()) {
                text.append(Csv.line(cells(result.name(), Summary.of(measurement))));
            }
        }
        return text.toString();
    }

    private static List<String> cells(String scenario, Summary summary) {
        var cells = new ArrayList<String>();
        cells.add(scenario);
        cells.add(summary.contender());
        cells.add(String.valueOf(summary.calls()));
        cells.add(String.valueOf(summary.failures()));
        var times = summary.times();
        cells.add(timesOf(times));
        cells.add(times == null ? "" : millis(times.mean()));
        cells.add(times == null ? "" : millis(times.deviation()));
        cells.add(times == null ? "" : millis(times.p50()));
        cells.add(times == null ? "" : millis(times.p90()));
        cells.add(times == null ? "" : millis(times.p99()));
        cells.add(times == null ? "" : millis(times.max()));
        cells.add(orEmpty(summary.synsPerCall()));
        cells.add(orEmpty(summary.handshakesPerCall()));
        cells.add(orEmpty(summary.resetsPerCall()));
        cells.add(orEmpty(summary.cpuMicrosPerCall()));
        cells.add(summary.extraThreads() == null ? "" : summary.extraThreads().toString());
        return cells;
    }

    private static String timesOf(@Nullable Times times) {
        return times == null ? "" : times.ofFailures() ? "failures" : "successes";
    }

    private static String json(Run run) throws IOException {
        var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("benchmark", run.benchmark());
        root.put("started", run.started().toString());
        var environment = root.putArray("environment");
        run.environment().forEach(environment::add);
        var scenarios = root.putArray("scenarios");
        for (ScenarioResult result : run.results()) {
            ObjectNode scenario = scenarios.addObject();
            scenario.put("name", result.name());
            scenario.put("description", result.description());
            var contenders = scenario.putArray("contenders");
            for (Measurement measurement : result.measurements()) {
                contender(contenders.addObject(), measurement);
            }
        }
        return mapper.writeValueAsString(root) + "\n";
    }

    private static void contender(ObjectNode node, Measurement measurement) {
        Summary summary = Summary.of(measurement);
        List<String> cells = cells("", summary);
        node.put("contender", summary.contender());
        // The CSV's names and figures, so that what is said of one file holds for the other.
        for (int i = COLUMNS.indexOf("calls"); i < COLUMNS.size(); i++) {
            String cell = cells.get(i);
            if (cell.isEmpty()) {
                node.putNull(COLUMNS.get(i));
            } else if (COLUMNS.get(i).equals("times_of")) {
                node.put(COLUMNS.get(i), cell);
            } else {
                node.put(COLUMNS.get(i), new BigDecimal(cell));
            }
        }
        var failures = node.putArray("failures");
        for (Measurement.Failure failure : measurement.failures()) {
            failures.addObject().put("message", failure.message()).put("count", failure.count());
        }
    }

    private static void samples(Run run, Writer out) throws IOException {
        out.write(Csv.line(List.of("scenario", "contender", "ok", "nanos")));
        for (ScenarioResult result : run.results()) {
            for (Measurement measurement : result.measurements()) {
                for (long nanos : measurement.nanos()) {
                    out.write(Csv.line(List.of(result.name(), measurement.contender(), "true", String.valueOf(nanos))));
                }
                for (long nanos : measurement.failedNanos()) {
                    out.write(
                            Csv.line(List.of(result.name(), measurement.contender(), "false", String.valueOf(nanos))));
                }
            }
        }
    }

    // To the nanosecond: digits that a table would round away cost a file nothing.
    private static String millis(double nanos) {
        return Double.isNaN(nanos)
                ? ""
                : BigDecimal.valueOf(Math.round(nanos), 6).toPlainString();
    }

    private static String orEmpty(@Nullable Double value) {
        return value == null ? "" : BigDecimal.valueOf(value).toPlainString();
    }
}
