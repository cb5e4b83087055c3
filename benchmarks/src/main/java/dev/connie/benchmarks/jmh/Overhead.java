package dev.connie.benchmarks.jmh;

import dev.connie.benchmarks.jmh.OverheadResult.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private Overhead() {}

    /** Runs alone: {@code [--quick] [DIRECTORY]}. */
    public static void main(String[] args) throws IOException, RunnerException {
        List<String> arguments = new ArrayList<>(List.of(args));
        boolean quick = arguments.remove("--quick");
        Path directory = Path.of(arguments.isEmpty() ? "target/overhead" : arguments.get(0));
        System.exit(run(new OverheadOptions(quick, directory)));
    }

    /**
     * Measures, prints the table and writes {@code overhead.csv}.
     *
     * @return 0, whether or not the goals were met: on a busy machine, one run does not tell
     */
    public static int run(OverheadOptions options) throws IOException, RunnerException {
        List<OverheadCase> cases = OverheadCase.all(options.quick());
        Map<OverheadCase, List<Sample>> samples = new LinkedHashMap<>();
        int passes = options.quick() ? 1 : 3;
        for (int pass = 1; pass <= passes; pass++) {
            for (OverheadCase each : cases) {
                System.out.printf("pass %d of %d: %s%n", pass, passes, each.name());
                samples.computeIfAbsent(each, none -> new ArrayList<>()).addAll(fork(each, options.quick()));
            }
        }
        List<OverheadResult> results = samples.entrySet().stream()
                .map(each -> new OverheadResult(each.getKey(), each.getValue()))
                .toList();
        System.out.printf(
                "%nJDK %s, %d processors%n%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors());
        System.out.println(OverheadTable.text(results));
        Files.createDirectories(options.directory());
        Path csv = options.directory().resolve("overhead.csv");
        Files.writeString(csv, OverheadTable.csv(results));
        System.out.println("Written to " + csv);
        return 0;
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
