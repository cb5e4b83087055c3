package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Measurement.Times;
import dev.connie.benchmarks.lab.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a whole run of a benchmark.
 *
 * @param benchmark {@code connect} or {@code http}
 * @param started when it began
 * @param environment where it ran: a line each for machine, JVM, lab and settings
 * @param results the scenarios, in the order in which they ran
 */
public record Run(String benchmark, Instant started, List<String> environment, List<ScenarioResult> results) {
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

    public Run {
        environment = List.copyOf(environment);
        results = List.copyOf(results);
    }

    /** @param network what the lab is made of */
    static Run now(Benchmark benchmark, String network, Settings settings, List<ScenarioResult> results) {
        int processors = Runtime.getRuntime().availableProcessors();
        List<String> environment = List.of(
                "machine: " + property("os.name") + " " + property("os.version") + ", " + property("os.arch") + ", "
                        + processors + " x " + processor(),
                "JVM: " + property("java.vm.name") + " " + property("java.vm.version"),
                "network: " + network,
                "settings: " + settings.rounds() + " rounds, a call every " + DurationText.format(settings.gap())
                        + ", seed " + settings.seed());
        return new Run(benchmark.word(), Instant.now(), environment, results);
    }

    /**
     * The tables of all scenarios; below each is what the failures said. A sample is a contender in a scenario, with
     * every call's wall-clock time in nanoseconds, in the order in which they ended.
     */
    Report report() {
        var head = Report.line("benchmark", benchmark, "started", started.toString());
        var report = new Report(benchmark + ", " + started, head, environment);
        for (ScenarioResult result : results) {
            Times oracle = result.measurements().stream()
                    .filter(measured -> measured.contender().equals("oracle") && measured.times() != null)
                    .map(Measurement::times)
                    .findFirst()
                    .orElse(null);
            List<ObjectNode> rows = result.measurements().stream()
                    .map(measured -> row(result, measured, oracle))
                    .toList();
            report.heading(result.name(), result.description());
            report.table(TABLE, rows);
            if (rows.stream().anyMatch(Measurement::isOfFailures)) {
                report.note("* time to fail: no call succeeded");
            }
            for (Measurement measured : result.measurements()) {
                measured.failures().stream()
                        .limit(FAILURE_KINDS)
                        .map(failure -> measured.contender() + ", " + failure.count() + "x: " + failure.message())
                        .forEach(report::remark);
                report.sample(line(result, measured)
                        .putPOJO("nanos", measured.nanos())
                        .putPOJO("failed_nanos", measured.failedNanos()));
            }
            report.remark("");
        }
        return report;
    }

    /** @param oracle null where nobody knows the fastest address, or where it connected to none */
    private static ObjectNode row(ScenarioResult result, Measurement measured, @Nullable Times oracle) {
        ObjectNode row = line(result, measured);
        measured.addTo(row);
        var times = measured.times();
        Double ratio = oracle == null || times == null || oracle.ofFailures() != times.ofFailures()
                ? null
                : (Double) ((double) times.p50() / oracle.p50());
        return row.put("p50_to_oracle", ratio)
                .put("syns_per_call", measured.perCall(Traffic::syns))
                .put("handshakes_per_call", measured.perCall(Traffic::handshakes))
                .put("resets_per_call", measured.perCall(Traffic::resets))
                .putPOJO("failures", measured.failures());
    }

    private static ObjectNode line(ScenarioResult result, Measurement measured) {
        return Report.line("scenario", result.name(), "contender", measured.contender());
    }

    private static String property(String name) {
        return System.getProperty(name);
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("CPU");
        } catch (IOException notLinux) {
            return "CPU";
        }
    }
}
