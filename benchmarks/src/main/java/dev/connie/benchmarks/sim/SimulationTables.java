package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Grid;
import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Numbers;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.Summary;
import dev.connie.benchmarks.Summary.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** The figures of populations as rows, the first of which is the head. */
final class SimulationTables {
    private static final String NONE = "-";

    private SimulationTables() {}

    /** A row for each policy in one part of a population. */
    static List<List<String>> figures(ScenarioResult result) {
        var grid = new ArrayList<List<String>>();
        grid.add(List.of(
                "policy",
                "calls",
                "failed",
                "mean, ms",
                "sd",
                "p50",
                "p90",
                "p99",
                "max",
                "gain",
                "SYNs",
                "discarded"));
        for (Measurement measurement : result.measurements()) {
            Summary row = Summary.of(measurement);
            grid.add(List.of(
                    row.contender(),
                    Numbers.grouped(row.calls()),
                    Numbers.grouped(row.failures()),
                    millis(row, Times::mean),
                    millis(row, Times::deviation),
                    millis(row, Times::p50),
                    millis(row, Times::p90),
                    millis(row, Times::p99),
                    millis(row, Times::max),
                    twoDecimals(PopulationResult.gain(result, row)),
                    twoDecimals(synsPerConnection(measurement)),
                    twoDecimals(discardedPerConnection(measurement))));
        }
        return grid;
    }

    /** NaN where nobody counted, or nobody connected. */
    static double synsPerConnection(Measurement measurement) {
        var traffic = measurement.traffic();
        return traffic == null ? Double.NaN : perConnection(traffic.syns(), measurement);
    }

    private static double discardedPerConnection(Measurement measurement) {
        var traffic = measurement.traffic();
        return traffic == null
                ? Double.NaN
                : perConnection(traffic.handshakes() - measurement.nanos().size(), measurement);
    }

    private static double perConnection(long count, Measurement measurement) {
        int connections = measurement.nanos().size();
        return connections == 0 ? Double.NaN : (double) count / connections;
    }

    /** A row for each policy and change: how soon it was noticed, and in how many calls it was not heeded. */
    static List<List<String>> noticed(PopulationResult result) {
        var grid = new ArrayList<List<String>>();
        grid.add(
                List.of("policy", "change", "wanted", "noticed after, s", "at worst, s", "not heeded by, calls", "of"));
        for (Trial trial : result.trials()) {
            for (Watch watch : result.population().watches()) {
                grid.add(noticed(trial, watch));
            }
        }
        return grid;
    }

    private static List<String> noticed(Trial trial, Watch watch) {
        var nanos = new ArrayList<Long>();
        double unheeded = 0;
        double calls = 0;
        for (List<Outcome> run : trial.runs()) {
            OptionalLong after = watch.nanosUntilNoticed(run);
            after.ifPresent(nanos::add);
            unheeded += watch.otherwise(run);
            calls += watch.during(run).size();
        }
        int runs = trial.runs().size();
        boolean always = nanos.size() == runs;
        return List.of(
                trial.policy(),
                watch.what() + " at " + watch.fromNanos() / 1_000_000_000 + " s",
                watch.wanted() == Watch.Wanted.AVOIDED ? "not tried first" : "connected to",
                nanos.isEmpty()
                        ? "never"
                        : oneDecimal(nanos.stream()
                                                .mapToLong(each -> each)
                                                .average()
                                                .orElseThrow()
                                        / 1e9)
                                + (always ? "" : " (" + nanos.size() + " of " + runs + " runs)"),
                always ? oneDecimal(nanos.stream().mapToLong(each -> each).max().orElseThrow() / 1e9) : "never",
                oneDecimal(unheeded / runs),
                String.format(Locale.ROOT, "%.0f", calls / runs));
    }

    /** A row for each policy and phase of a storm. */
    static List<List<String>> storm(StormResult storm) {
        var grid = new ArrayList<List<String>>();
        grid.add(List.of(
                "policy",
                "phase",
                "failed",
                "mean, ms",
                "p99",
                "SYNs/call",
                "extra, %",
                "early, %",
                "most in 1 s",
                "peak SYNs/s",
                "dying half, %",
                "swing"));
        for (StormResult.OfPolicy result : storm.policies()) {
            for (Storm.Phase phase : Storm.phases()) {
                grid.add(storm(result, phase));
            }
        }
        return grid;
    }

    private static List<String> storm(StormResult.OfPolicy result, Storm.Phase phase) {
        List<Outcome> outcomes =
                result.trial().outcomes().filter(phase::contains).toList();
        Summary row = Summary.of(new Trial(result.trial().policy(), List.of(outcomes)).measurement(0));
        StormLoad load = result.load();
        return List.of(
                row.contender(),
                phase.name(),
                Numbers.grouped(row.failures()),
                millis(row, Times::mean),
                millis(row, Times::p99),
                twoDecimals(load.synsPerCall(phase)),
                oneDecimal(100 * load.extraPerCall(phase)),
                oneDecimal(100 * load.earlyPerCall(phase)),
                oneDecimal(100 * load.mostEarlyPerCall(phase)),
                Numbers.grouped(load.peak(phase)),
                oneDecimal(100 * load.dyingShare(phase)),
                oneDecimal(100 * load.swing(phase)));
    }

    static String text(PopulationResult result) {
        var text = new StringBuilder(heading(result.population()));
        for (ScenarioResult part : result.scenarios()) {
            if (result.population().parts().size() > 1) {
                text.append(part.name()).append('\n');
            }
            text.append(Grid.text(figures(part))).append('\n');
        }
        if (result.population().changesInTime()) {
            text.append(Grid.text(noticed(result))).append('\n');
        }
        return text.toString();
    }

    static String text(StormResult storm) {
        return heading(storm.storm().population()) + Grid.text(storm(storm)) + '\n';
    }

    private static String heading(Population population) {
        return population.name() + ": " + population.description() + "\n\n";
    }

    private static String millis(Summary row, ToDoubleFunction<Times> nanos) {
        var times = row.times();
        return times == null ? NONE : Numbers.millis(nanos.applyAsDouble(times)) + (times.ofFailures() ? "*" : "");
    }

    static String oneDecimal(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    static String twoDecimals(double value) {
        return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.2f", value);
    }
}
