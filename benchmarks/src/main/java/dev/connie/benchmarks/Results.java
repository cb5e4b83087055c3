package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Summary.Times;
import dev.connie.benchmarks.lab.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of a benchmark, told: a {@link Report}, and {@code samples.jsonl}, a line for each contender in each scenario with
 * every call's wall-clock time in nanoseconds, in the order in which they ended.
 */
final class Results {
    private static final int FAILURE_KINDS = 2;

    private static final Table TABLE = Table.of("""
            contender |       | contender           | text
            calls     |       | calls               | 0
            failed    |       | failed              | 0
            mean      | ms    | mean_ms             | ms
            sd        | ms    | sd_ms               | ms
            p50       | ms    | p50_ms              | ms
            p90       | ms    | p90_ms              | ms
            p99       | ms    | p99_ms              | ms
            max       | ms    | max_ms              | ms
            oracle    | x     | p50_to_oracle       | 2
            SYNs      | /call | syns_per_call       | 2
            conns     | /call | handshakes_per_call | 1
            RSTs      | /call | resets_per_call     | 1""");

    private Results() {}

    /** @param oracle null where nobody knows the fastest address, or where it connected to none */
    private static ObjectNode row(ScenarioResult result, Summary summary, @Nullable Times oracle) {
        ObjectNode row = Report.line("scenario", result.name(), "contender", summary.contender());
        summary.addTo(row);
        var times = summary.times();
        Double ratio = oracle == null || times == null || oracle.ofFailures() != times.ofFailures()
                ? null
                : (Double) ((double) times.p50() / oracle.p50());
        row.put("p50_to_oracle", ratio);
        row.put("syns_per_call", summary.synsPerCall());
        row.put("handshakes_per_call", summary.perCall(Traffic::handshakes));
        row.put("resets_per_call", summary.perCall(Traffic::resets));
        return row.putPOJO("failures", summary.measurement().failures());
    }

    /** The tables of all scenarios; below each is what the failures said. */
    static Report report(Run run) {
        var head = Report.line(
                "benchmark", run.benchmark(), "started", run.started().toString());
        var report = new Report(run.benchmark() + ", " + run.started(), head, run.environment());
        for (ScenarioResult result : run.results()) {
            List<Summary> summaries = result.summaries();
            Times oracle = summaries.stream()
                    .filter(summary -> summary.contender().equals("oracle") && summary.times() != null)
                    .map(Summary::times)
                    .findFirst()
                    .orElse(null);
            List<ObjectNode> rows = summaries.stream()
                    .map(summary -> row(result, summary, oracle))
                    .toList();
            report.heading(result.name(), result.description());
            report.table(TABLE, rows);
            if (rows.stream().anyMatch(Summary::isOfFailures)) {
                report.note("* time to fail: no call succeeded");
            }
            for (Measurement measurement : result.measurements()) {
                measurement.failures().stream()
                        .limit(FAILURE_KINDS)
                        .map(failure -> measurement.contender() + ", " + failure.count() + "x: " + failure.message())
                        .forEach(line -> report.remark(cut(line)));
            }
            report.remark("");
        }
        return report;
    }

    static void write(Run run, Report report, Path directory) throws IOException {
        report.write(directory);
        var samples = new ArrayList<JsonNode>();
        for (ScenarioResult result : run.results()) {
            for (Measurement measurement : result.measurements()) {
                samples.add(Report.line("scenario", result.name(), "contender", measurement.contender())
                        .putPOJO("nanos", measurement.nanos())
                        .putPOJO("failed_nanos", measurement.failedNanos()));
            }
        }
        Report.writeLines(directory.resolve("samples.jsonl"), samples);
    }

    private static String cut(String line) {
        String first = line.lines().findFirst().orElse("");
        return first.length() <= Table.WIDTH ? first : first.substring(0, Table.WIDTH - 3) + "...";
    }
}
