package dev.connie.benchmarks.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Report;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.Table;
import dev.connie.benchmarks.lab.Traffic;
import dev.connie.benchmarks.sim.Storm.Phase;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/** What a simulation found, as tables. All is decided by the seed. */
final class SimulationReport {
    private static final Table FIGURES = Table.of("""
            policy    | | policy                   | text
            calls     | | calls                    | 0
            failed    | | failed                   | 0
            mean, ms  | | mean_ms                  | ms
            sd        | | sd_ms                    | ms
            p50       | | p50_ms                   | ms
            p90       | | p90_ms                   | ms
            p99       | | p99_ms                   | ms
            max       | | max_ms                   | ms
            gain      | | gain                     | 2
            SYNs      | | syns_per_connection      | 2
            discarded | | discarded_per_connection | 2""");
    private static final Table NOTICED = Table.of("""
            policy               | | policy              | text
            change               | | change              | text
            wanted               | | wanted              | text
            noticed after, s     | | noticed_after_s     | 1
            at worst, s          | | at_worst_s          | 1
            in runs              | | noticed_in_runs     | 0
            not heeded by, calls | | not_heeded_by_calls | 1
            of                   | | of_calls            | 0""");
    private static final Table STORM = Table.of("""
            policy        | | policy                    | text
            phase         | | phase                     | text
            failed        | | failed                    | 0
            mean, ms      | | mean_ms                   | ms
            p99           | | p99_ms                    | ms
            SYNs/call     | | syns_per_call             | 2
            extra, %      | | extra_percent             | 1
            early, %      | | early_percent             | 1
            most in 1 s   | | most_early_percent_in_1_s | 1
            peak SYNs/s   | | peak_syns_per_s           | 0
            dying half, % | | dying_half_percent        | 1
            swing         | | swing_percent             | 1""");

    private SimulationReport() {}

    private static ObjectNode figures(ScenarioResult part, Measurement measured) {
        ObjectNode row = row("figures", part.name(), measured.contender());
        measured.addTo(row);
        int connections = measured.nanos().size();
        return row.put("gain", Experiment.gain(part, measured.contender()))
                .put("syns_per_connection", measured.perConnection(Traffic::syns))
                .put("discarded_per_connection", measured.perConnection(seen -> seen.handshakes() - connections));
    }

    /** How soon a policy noticed a change, of the runs in which it did, and how often it was not heeded. */
    private static ObjectNode notice(Population population, Trial trial, Watch watch) {
        List<List<Outcome>> runs = trial.runs();
        LongSummaryStatistics nanos = runs.stream()
                .flatMapToLong(run -> watch.nanosUntilNoticed(run).stream())
                .summaryStatistics();
        boolean isNoticed = nanos.getCount() > 0;
        return row("noticed", population.name(), trial.policy())
                .put("change", watch.what() + " at " + watch.fromNanos() / 1_000_000_000 + " s")
                .put("wanted", watch.wanted() == Watch.Wanted.AVOIDED ? "not tried first" : "connected to")
                .put("noticed_after_s", isNoticed ? (Double) (nanos.getAverage() / 1e9) : null)
                .put("at_worst_s", isNoticed ? (Double) (nanos.getMax() / 1e9) : null)
                .put("noticed_in_runs", nanos.getCount())
                .put("not_heeded_by_calls", mean(runs, watch::otherwise))
                .put("of_calls", mean(runs, run -> watch.during(run).size()));
    }

    private static double mean(List<List<Outcome>> runs, ToLongFunction<List<Outcome>> figure) {
        return runs.stream().mapToLong(figure).average().orElseThrow();
    }

    /** A policy in a phase of a storm. */
    private static ObjectNode weather(Population population, Trial trial, Phase phase) {
        StormLoad load = trial.load();
        ObjectNode row = row("storm", population.name(), trial.policy()).put("phase", phase.name());
        trial.measurement(trial.outcomes().filter(phase::contains).toList()).addTo(row);
        return row.put("syns_per_call", load.synsPerCall(phase))
                .put("extra_percent", 100 * load.extraPerCall(phase))
                .put("early_percent", 100 * load.earlyPerCall(phase))
                .put("most_early_percent_in_1_s", 100 * load.mostEarlyPerCall(phase))
                .put("peak_syns_per_s", load.peak(phase))
                .put("dying_half_percent", 100 * load.dyingShare(phase))
                .put("swing_percent", 100 * load.swing(phase));
    }

    private static ObjectNode row(String table, String population, String policy) {
        return Report.line("table", table, "population", population, "policy", policy);
    }

    private static <T> List<ObjectNode> rows(
            Experiment.Result result, List<T> each, BiFunction<Trial, T, ObjectNode> row) {
        return result.trials().stream()
                .flatMap(trial -> each.stream().map(one -> row.apply(trial, one)))
                .toList();
    }

    static Report of(Experiment experiment, List<Experiment.Result> results) {
        List<String> environment = List.of(
                "seed: " + experiment.seed(),
                "runs of each population: " + experiment.runs(),
                "timeout of a connect: " + Population.TIMEOUT.toSeconds() + " s; a SYN is sent again after 1 s");
        var report = new Report("simulate", Report.line("benchmark", "simulate"), environment);
        for (Experiment.Result result : results) {
            Population population = result.population();
            report.heading(population.name(), population.description());
            if (population.isStorm()) {
                report.table(STORM, rows(result, Storm.PHASES, (trial, phase) -> weather(population, trial, phase)));
                continue;
            }
            for (ScenarioResult part : result.scenarios()) {
                if (population.parts().size() > 1) {
                    report.subheading(part.name());
                }
                report.table(
                        FIGURES,
                        part.measurements().stream()
                                .map(measured -> figures(part, measured))
                                .toList());
            }
            List<Watch> watches = population.watches();
            if (!watches.isEmpty()) {
                report.table(NOTICED, rows(result, watches, (trial, watch) -> notice(population, trial, watch)));
            }
        }
        return report;
    }
}
