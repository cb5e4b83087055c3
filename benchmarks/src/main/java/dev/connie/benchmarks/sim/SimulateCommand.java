package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.CommonOptions;
import dev.connie.benchmarks.Policy;
import dev.connie.benchmarks.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of the simulator. */
@Command(
        name = "simulate",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Policies against populations of addresses, in virtual time: no network, no clock.")
public final class SimulateCommand implements Callable<Integer> {
    private static final int QUICK_RUNS = 3;
    private static final int FULL_RUNS = 20;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description =
                    "Run each population so many times (default: " + QUICK_RUNS + "; " + FULL_RUNS + " if --full).")
    private @Nullable Integer runs;

    @Option(
            names = "--populations",
            split = ",",
            paramLabel = "NAME",
            description = "Only these populations and storms, of those of --list.")
    private @Nullable List<String> populations;

    @Option(names = "--policies", split = ",", paramLabel = "NAME", description = "Only these policies.")
    private @Nullable List<String> policies;

    @Override
    public Integer call() throws IOException {
        PrintWriter terminal = options.terminal();
        if (options.list) {
            options.print("Populations", Populations.all(), Population::name, Population::description);
            options.print("Storms", Storm.all(), Population::name, Population::description);
            options.print("Policies", Policy.SIMULATED, Policy::name, policy -> "");
            return 0;
        }
        Integer other = runs;
        int times = other == null ? options.full ? FULL_RUNS : QUICK_RUNS : other;
        if (times < 1) {
            throw options.wrong("runs must be at least 1: " + times);
        }
        List<Population> all = new ArrayList<>(Populations.all());
        all.addAll(Storm.all());
        List<Population> chosen = options.chosen("population", all, Population::name, populations);
        var experiment =
                new Experiment(options.chosen("policy", Policy.SIMULATED, Policy::name, policies), times, options.seed);
        var progress = new Progress(terminal, chosen.size());
        var results = new ArrayList<Experiment.Result>();
        for (Population population : chosen) {
            progress.next(population.name());
            results.add(experiment.in(population));
        }
        SimulationReport.of(experiment, results)
                .publish(terminal, options.out.resolve("simulate"), into -> SimulationPictures.draw(results, into));
        return 0;
    }
}
