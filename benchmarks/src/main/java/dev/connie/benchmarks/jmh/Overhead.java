package dev.connie.benchmarks.jmh;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Report;
import dev.connie.benchmarks.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
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

    /** What one operation took in one iteration, of a plain socket and of Connie. */
    record Sample(double plainMicros, double connieMicros, double plainBytes, double connieBytes) {
        double timeRatio() {
            return connieMicros / plainMicros;
        }

        double bytesRatio() {
            return connieBytes / plainBytes;
        }
    }

    /**
     * What became of one case.
     *
     * @param samples one for each iteration of each fork
     */
    record Result(OverheadCase what, List<Sample> samples) {
        double median(ToDoubleFunction<Sample> figure) {
            return quantile(0.5, figure);
        }

        /** Returns the sample's figure below which this part of the samples lies. */
        double quantile(double part, ToDoubleFunction<Sample> figure) {
            double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
            return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(part * (sorted.length - 1))];
        }

        /** Returns whether every goal that there is was met; true if there is none. */
        boolean isMet() {
            return isWithin(what.timeGoal(), median(Sample::timeRatio))
                    && isWithin(what.bytesGoal(), median(Sample::bytesRatio));
        }

        String verdict() {
            boolean hasGoal = what.timeGoal() != null || what.bytesGoal() != null;
            return hasGoal ? isMet() ? "met" : "missed" : "";
        }

        private static boolean isWithin(@Nullable Double goal, double ratio) {
            return goal == null || ratio <= goal;
        }
    }

    static final Table TABLE = Table.of("""
            case    |       | name          | text
            plain   | us    | plain_us      | 2
            Connie  | us    | connie_us     | 2
            ratio   |       | time_ratio    | 3
            quarter | below | time_ratio_q1 | 2
            quarter | above | time_ratio_q3 | 2
            goal    |       | time_goal     | <
            plain   | B     | plain_bytes   | 0
            Connie  | B     | connie_bytes  | 0
            ratio   |       | bytes_ratio   | 3
            goal    |       | bytes_goal    | <
            goals   |       | goals         | text""");

    private Overhead() {}

    static ObjectNode row(Result result) {
        OverheadCase what = result.what;
        ObjectNode row = Report.line("name", what.name());
        return row.putPOJO("parameters", what.parameters())
                .put("plain_us", result.median(Sample::plainMicros))
                .put("connie_us", result.median(Sample::connieMicros))
                .put("time_ratio", finite(result.median(Sample::timeRatio)))
                .put("time_ratio_q1", finite(result.quantile(0.25, Sample::timeRatio)))
                .put("time_ratio_q3", finite(result.quantile(0.75, Sample::timeRatio)))
                .put("time_goal", what.timeGoal())
                .put("plain_bytes", result.median(Sample::plainBytes))
                .put("connie_bytes", result.median(Sample::connieBytes))
                .put("bytes_ratio", finite(result.median(Sample::bytesRatio)))
                .put("bytes_goal", what.bytesGoal())
                .put("goals", result.verdict())
                .put("samples", result.samples.size());
    }

    /** There is no ratio to nothing allocated. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /**
     * Measures, prints the table and writes the files of a {@link Report}. Whether or not the goals are met, that is no failure:
     * on a busy machine, one run does not tell.
     *
     * @param quick whether to be done within a minute, with fewer cases and wider quartiles
     * @param directory where they go; made if need be
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
        List<Result> results = samples.entrySet().stream()
                .map(each -> new Result(each.getKey(), each.getValue()))
                .toList();
        String machine =
                "JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors";
        var report = new Report("overhead", Report.line("benchmark", "overhead"), List.of(machine));
        report.heading("overhead", machine);
        report.table(TABLE, results.stream().map(Overhead::row).toList());
        System.out.printf("%n%s", report.text());
        report.write(directory);
        System.out.println("Written to " + directory);
    }

    private static List<Sample> fork(OverheadCase what, boolean quick) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + SocketBenchmark.class.getName().replace(".", "\\.") + "\\.")
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
