package dev.connie.benchmarks.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Numbers;
import dev.connie.benchmarks.Results;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.Summary;
import dev.connie.benchmarks.Summary.Times;
import dev.connie.benchmarks.Table;
import dev.connie.benchmarks.Table.Column;
import dev.connie.benchmarks.sim.Storm.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation found, on the terminal and in files. In a directory that exists, files of the same names are written
 * over and nothing else is touched. All is decided by the seed.
 *
 * <ul>
 *   <li>{@code tables.md}: the tables in Markdown
 *   <li>{@code results.jsonl}: a line for the simulation, then the same rows, each with the name of its table
 *   <li>the pictures of {@link SimulationPictures}
 * </ul>
 */
record SimulationReport(Experiment experiment, List<PopulationResult> results, List<Storm.Result> storms) {
    /** How soon a policy noticed a change, of the runs in which it did, and how often it was not heeded. */
    private record Notice(
            String policy, Watch watch, int runs, LongSummaryStatistics nanos, double unheeded, double calls) {
        static Notice of(Trial trial, Watch watch) {
            List<List<Outcome>> runs = trial.runs();
            return new Notice(
                    trial.policy(),
                    watch,
                    runs.size(),
                    runs.stream()
                            .flatMapToLong(run -> watch.nanosUntilNoticed(run).stream())
                            .summaryStatistics(),
                    runs.stream().mapToLong(watch::otherwise).average().orElseThrow(),
                    runs.stream()
                            .mapToInt(run -> watch.during(run).size())
                            .average()
                            .orElseThrow());
        }

        @Nullable
        Double seconds(double ofNanos) {
            return nanos.getCount() == 0 ? null : ofNanos / 1e9;
        }

        /** Seconds, and in how many runs if not in all. */
        String after() {
            long count = nanos.getCount();
            String ofRuns = count == runs ? "" : " (" + count + " of " + runs + " runs)";
            return count == 0 ? "never" : Numbers.oneDecimal(nanos.getAverage() / 1e9) + ofRuns;
        }

        String atWorst() {
            return nanos.getCount() == runs ? Numbers.oneDecimal(nanos.getMax() / 1e9) : "never";
        }

        String change() {
            return watch.what() + " at " + watch.fromNanos() / 1_000_000_000 + " s";
        }

        String wanted() {
            return watch.wanted() == Watch.Wanted.AVOIDED ? "not tried first" : "connected to";
        }
    }

    private static final Table<Notice> NOTICED = new Table<>(List.of(
            Column.text("policy", "policy", Notice::policy),
            Column.text("change", "change", Notice::change),
            Column.text("wanted", "wanted", Notice::wanted),
            new Column<>(
                    "noticed after, s",
                    "",
                    "noticed_after_s",
                    row -> row.seconds(row.nanos.getAverage()),
                    Notice::after),
            new Column<>("at worst, s", "", "at_worst_s", row -> row.seconds(row.nanos.getMax()), Notice::atWorst),
            Column.number("", "", "noticed_in_runs", row -> row.nanos.getCount(), Numbers::whole),
            Column.number("not heeded by, calls", "", "not_heeded_by_calls", Notice::unheeded, Numbers::oneDecimal),
            Column.number("of", "", "of_calls", Notice::calls, calls -> String.format(Locale.ROOT, "%.0f", calls))));

    /** A policy in a phase of a storm. */
    private record Weather(Storm.OfPolicy result, Phase phase, Summary summary) {
        static List<Weather> of(Storm.Result storm) {
            return storm.policies().stream()
                    .flatMap(result -> Storm.phases().stream()
                            .map(phase ->
                                    new Weather(result, phase, result.trial().summary(phase::contains))))
                    .toList();
        }

        static Column<Weather> load(
                String head, String key, double factor, BiFunction<StormLoad, Phase, Double> figure) {
            return Column.number(
                    head,
                    "",
                    key,
                    row -> factor * figure.apply(row.result.load(), row.phase),
                    factor == 1 ? Numbers::twoDecimals : Numbers::oneDecimal);
        }
    }

    private static final Table<Weather> STORM = new Table<>(List.of(
            Column.text("policy", "policy", row -> row.summary.contender()),
            Column.text("phase", "phase", row -> row.phase.name()),
            Column.number("failed", "", "failed", row -> row.summary.failures(), Numbers::whole),
            Column.time("mean, ms", "", "mean_ms", row -> row.summary.times(), Times::mean),
            Column.time("p99", "", "p99_ms", row -> row.summary.times(), Times::p99),
            Weather.load("SYNs/call", "syns_per_call", 1, StormLoad::synsPerCall),
            Weather.load("extra, %", "extra_percent", 100, StormLoad::extraPerCall),
            Weather.load("early, %", "early_percent", 100, StormLoad::earlyPerCall),
            Weather.load("most in 1 s", "most_early_percent_in_1_s", 100, StormLoad::mostEarlyPerCall),
            Column.number(
                    "peak SYNs/s",
                    "",
                    "peak_syns_per_s",
                    row -> row.result.load().peak(row.phase),
                    Numbers::whole),
            Weather.load("dying half, %", "dying_half_percent", 100, StormLoad::dyingShare),
            Weather.load("swing", "swing_percent", 100, StormLoad::swing)));

    /** The table of the policies in one part of a population. */
    static Table<Summary> figures(ScenarioResult part) {
        return new Table<>(List.of(
                Column.text("policy", "policy", Summary::contender),
                Column.number("calls", "", "calls", Summary::calls, Numbers::whole),
                Column.number("failed", "", "failed", Summary::failures, Numbers::whole),
                Column.time("mean, ms", "", "mean_ms", Summary::times, Times::mean),
                Column.time("sd", "", "sd_ms", Summary::times, Times::deviation),
                Column.time("p50", "", "p50_ms", Summary::times, Times::p50),
                Column.time("p90", "", "p90_ms", Summary::times, Times::p90),
                Column.time("p99", "", "p99_ms", Summary::times, Times::p99),
                Column.time("max", "", "max_ms", Summary::times, Times::max),
                Column.number("gain", "", "gain", row -> PopulationResult.gain(part, row), Numbers::twoDecimals),
                Column.number("SYNs", "", "syns_per_connection", row -> synsPerConnection(row), Numbers::twoDecimals),
                Column.number(
                        "discarded",
                        "",
                        "discarded_per_connection",
                        row -> perConnection(row, discarded(row.measurement())),
                        Numbers::twoDecimals)));
    }

    /** NaN where nobody counted, or nobody connected. */
    static double synsPerConnection(Summary row) {
        var traffic = row.measurement().traffic();
        return perConnection(row, traffic == null ? Double.NaN : traffic.syns());
    }

    private static double discarded(Measurement measurement) {
        var traffic = measurement.traffic();
        return traffic == null
                ? Double.NaN
                : traffic.handshakes() - measurement.nanos().size();
    }

    private static double perConnection(Summary row, double count) {
        int connections = row.measurement().nanos().size();
        return connections == 0 ? Double.NaN : count / connections;
    }

    private static List<Notice> notices(PopulationResult result) {
        return result.trials().stream()
                .flatMap(trial -> result.population().watches().stream().map(watch -> Notice.of(trial, watch)))
                .toList();
    }

    /** How soon changes were noticed, and in how many calls they were not heeded; empty where nothing changes. */
    static String noticed(PopulationResult result) {
        return result.population().changesInTime() ? NOTICED.text(notices(result)) : "";
    }

    /** For a terminal. */
    String text() {
        var text = new StringBuilder();
        for (PopulationResult result : results) {
            text.append(heading(result.population()));
            for (ScenarioResult part : result.scenarios()) {
                text.append(result.population().parts().size() > 1 ? part.name() + "\n" : "");
                text.append(figures(part).text(part.summaries())).append('\n');
            }
            text.append(result.population().changesInTime() ? noticed(result) + "\n" : "")
                    .append('\n');
        }
        for (Storm.Result storm : storms) {
            text.append(heading(storm.storm().population()));
            text.append(STORM.text(Weather.of(storm))).append("\n\n");
        }
        return text.toString();
    }

    private static String heading(Population population) {
        return population.name() + ": " + population.description() + "\n\n";
    }

    private List<String> environment() {
        String again = experiment.retransmission() == Retransmission.LINEAR ? "1, 2 s" : "1 s";
        return List.of(
                "seed: " + experiment.seed(),
                "runs of each population: " + experiment.runs(),
                "timeout of a connect: " + Population.TIMEOUT.toSeconds() + " s; a SYN is sent again after " + again);
    }

    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("tables.md"), markdown(), UTF_8);
        var lines = new ArrayList<ObjectNode>();
        lines.add(Results.head("simulate", environment()));
        for (PopulationResult result : results) {
            for (ScenarioResult part : result.scenarios()) {
                add(lines, "figures", part.name(), part.summaries().stream().map(figures(part)::json));
            }
            add(
                    lines,
                    "noticed",
                    result.population().name(),
                    notices(result).stream().map(NOTICED::json));
        }
        for (Storm.Result storm : storms) {
            add(
                    lines,
                    "storm",
                    storm.storm().population().name(),
                    Weather.of(storm).stream().map(STORM::json));
        }
        Results.writeLines(directory.resolve("results.jsonl"), lines);
    }

    private static void add(List<ObjectNode> lines, String table, String population, Stream<ObjectNode> rows) {
        rows.forEach(row -> {
            ObjectNode line = row.objectNode().put("table", table).put("population", population);
            line.setAll(row);
            lines.add(line);
        });
    }

    private String markdown() {
        var text = new StringBuilder("# simulate\n\n");
        environment().forEach(line -> text.append("- ").append(line).append('\n'));
        for (PopulationResult result : results) {
            text.append("\n## " + result.population().name() + "\n\n"
                    + result.population().description() + "\n\n");
            for (ScenarioResult part : result.scenarios()) {
                text.append(result.population().parts().size() > 1 ? "\n### " + part.name() + "\n\n" : "");
                text.append(figures(part).markdown(part.summaries()));
            }
            text.append(result.population().changesInTime() ? "\n" + NOTICED.markdown(notices(result)) : "");
        }
        for (Storm.Result storm : storms) {
            Population population = storm.storm().population();
            text.append("\n## " + population.name() + "\n\n" + population.description() + "\n\n");
            text.append(STORM.markdown(Weather.of(storm)));
        }
        return text.toString();
    }
}
