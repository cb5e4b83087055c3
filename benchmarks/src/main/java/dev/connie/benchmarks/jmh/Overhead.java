package dev.connie.benchmarks.jmh;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Numbers;
import dev.connie.benchmarks.Results;
import dev.connie.benchmarks.Table;
import dev.connie.benchmarks.Table.Column;
import dev.connie.benchmarks.jmh.OverheadResult.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What Connie costs next to a plain socket where the network costs nothing, as ratios, with the goals they are to meet.
 *
 * <p>JMH runs one benchmark after another, and minutes later the machine may be another. So here both sides take {@link
 * Turns} within one benchmark, each case has several short forks, those of all cases in turn, and the median of the
 * iterations' ratios counts.
 */
public final class Overhead {
    private static final TimeValue ITERATION = TimeValue.milliseconds(200);

    static final Table<OverheadResult> TABLE = new Table<>(List.of(
            Column.text("case", "name", result -> result.what().name()),
            Column.text("", "benchmark", result -> result.what().benchmark()),
            new Column<>("", "", "parameters", result -> result.what().parameters(), result -> ""),
            Column.number(
                    "plain", "us", "plain_us", result -> result.median(Sample::plainMicros), Numbers::twoDecimals),
            Column.number(
                    "Connie", "us", "connie_us", result -> result.median(Sample::connieMicros), Numbers::twoDecimals),
            Column.number("ratio", "", "time_ratio", result -> result.median(Sample::timeRatio), Overhead::ratio),
            Column.number(
                    "quarter",
                    "below",
                    "time_ratio_q1",
                    result -> result.quantile(0.25, Sample::timeRatio),
                    Numbers::twoDecimals),
            Column.number(
                    "quarter",
                    "above",
                    "time_ratio_q3",
                    result -> result.quantile(0.75, Sample::timeRatio),
                    Numbers::twoDecimals),
            goal("time_goal", result -> result.what().timeGoal()),
            Column.number("plain", "B", "plain_bytes", result -> result.median(Sample::plainBytes), Numbers::whole),
            Column.number("Connie", "B", "connie_bytes", result -> result.median(Sample::connieBytes), Numbers::whole),
            Column.number("ratio", "", "bytes_ratio", result -> result.median(Sample::bytesRatio), Overhead::ratio),
            goal("bytes_goal", result -> result.what().bytesGoal()),
            new Column<>("", "", "met", OverheadResult::isMet, result -> ""),
            Column.text("goals", "", OverheadResult::verdict),
            Column.number("", "", "samples", result -> result.samples().size(), Numbers::whole)));

    private Overhead() {}

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static Column<OverheadResult> goal(String key, Function<OverheadResult, @Nullable Number> goal) {
        return Column.number("goal", "", key, goal, value -> "<" + value);
    }

    /**
     * Measures, prints the table and writes {@code results.jsonl}. Whether or not the goals are met, that is no failure:
     * on a busy machine, one run does not tell.
     *
     * @param quick whether to be done within a minute, with fewer cases and wider quartiles
     * @param directory where the file goes; made if need be
     */
    public static void run(boolean quick, Path directory) throws IOException, RunnerException {
        List<OverheadCase> cases = OverheadCase.all(quick);
        Map<OverheadCase, List<Sample>> samples = new LinkedHashMap<>();
        int passes = quick ? 1 : 3;
        for (int pass = 1; pass <= passes; pass++) {
            for (OverheadCase each : cases) {
                System.out.printf("pass %d of %d: %s%n", pass, passes, each.name());
                samples.computeIfAbsent(each, none -> new ArrayList<>()).addAll(fork(each, quick));
            }
        }
        List<OverheadResult> results = samples.entrySet().stream()
                .map(each -> new OverheadResult(each.getKey(), each.getValue()))
                .toList();
        String machine =
                "JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors";
        System.out.printf("%n%s%n%n%s%n", machine, TABLE.text(results));
        Files.createDirectories(directory);
        List<ObjectNode> lines = new ArrayList<>();
        lines.add(Results.head("overhead", List.of(machine)));
        results.forEach(result -> lines.add(TABLE.json(result)));
        Path file = directory.resolve("results.jsonl");
        Results.writeLines(file, lines);
        System.out.println("Written to " + file);
    }

    private static List<Sample> fork(OverheadCase what, boolean quick) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Overhead.class.getPackageName().replace(".", "\\.") + "\\."
                        + what.benchmark().replace(".", "\\.") + "$")
                .forks(1)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(quick ? 1_500 : 2_500))
                .measurementIterations(quick ? 7 : 10)
                .measurementTime(ITERATION)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        what.parameters().forEach(options::param);
        List<Sample> samples = new ArrayList<>();
        for (RunResult run : new Runner(options.build()).run()) {
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                fork.getIterationResults().forEach(iteration -> samples.add(sample(iteration)));
            }
        }
        return samples;
    }

    private static Sample sample(IterationResult iteration) {
        double operations = sum(iteration, "operations");
        return new Sample(
                sum(iteration, "plainNanos") / operations / 1e3,
                sum(iteration, "connieNanos") / operations / 1e3,
                sum(iteration, "plainBytes") / operations,
                sum(iteration, "connieBytes") / operations);
    }

    private static double sum(IterationResult iteration, String counter) {
        return Objects.requireNonNull(iteration.getSecondaryResults().get(counter), counter)
                .getScore();
    }
}
