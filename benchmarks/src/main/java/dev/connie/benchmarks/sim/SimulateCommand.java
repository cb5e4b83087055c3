package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Charts;
import dev.connie.benchmarks.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the simulator. */
@Command(
        name = "simulate",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Policies against populations of addresses, in virtual time: no network, no clock.")
public final class SimulateCommand implements Callable<Integer> {
    private static final int QUICK_RUNS = 3;
    private static final int FULL_RUNS = 20;

    // Set by picocli before it parses.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--full",
            description = "Run each population " + FULL_RUNS + " times; without it, " + QUICK_RUNS + " times.")
    private boolean full;

    @Option(names = "--runs", paramLabel = "N", description = "Run each population so many times.")
    private @Nullable Integer runs;

    @Option(
            names = "--populations",
            split = ",",
            paramLabel = "NAME",
            description = "Only these populations and storms, of those of --list.")
    private @Nullable List<String> populations;

    @Option(names = "--policies", split = ",", paramLabel = "NAME", description = "Only these policies.")
    private @Nullable List<String> policies;

    @Option(
            names = "--linear-retransmission",
            description = "Send a SYN again after 1, 2, 3, 4 s, as Linux does since 6.5, and not after 1, 3, 7 s.")
    private boolean linear;

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where tables and pictures go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("benchmark-results");

    @Option(names = "--list", description = "List the populations and the policies, and do nothing else.")
    private boolean list;

    @Override
    public Integer call() throws IOException {
        PrintWriter terminal = spec.commandLine().getOut();
        if (list) {
            list(terminal);
            return 0;
        }
        Integer other = runs;
        int times = other == null ? full ? FULL_RUNS : QUICK_RUNS : other;
        if (times < 1) {
            throw new ParameterException(spec.commandLine(), "runs must be at least 1: " + times);
        }
        List<String> known = new ArrayList<>();
        Populations.all().forEach(population -> known.add(population.name()));
        Storm.all().forEach(storm -> known.add(storm.population().name()));
        requireKnown(populations, known, "population");
        requireKnown(policies, Candidate.all().stream().map(Candidate::name).toList(), "policy");
        var experiment = new Experiment(
                chosen(Candidate.all(), Candidate::name, policies),
                times,
                seed,
                linear ? Retransmission.LINEAR : Retransmission.DOUBLING);
        run(experiment, terminal);
        return 0;
    }

    private void run(Experiment experiment, PrintWriter terminal) throws IOException {
        List<Population> calm = chosen(Populations.all(), Population::name, populations);
        List<Storm> storms = chosen(Storm.all(), storm -> storm.population().name(), populations);
        var progress = new Progress(terminal, calm.size() + storms.size());
        var results = new ArrayList<PopulationResult>();
        for (Population population : calm) {
            progress.next(population.name());
            results.add(experiment.in(population));
        }
        var stormResults = new ArrayList<StormResult>();
        for (Storm storm : storms) {
            progress.next(storm.population().name());
            stormResults.add(experiment.in(storm));
        }
        terminal.println();
        results.forEach(result -> terminal.println(SimulationTables.text(result)));
        stormResults.forEach(result -> terminal.println(SimulationTables.text(result)));
        Path directory = out.resolve("simulate");
        SimulationFiles.write(experiment, results, stormResults, directory);
        int pictures = 0;
        if (Charts.canDraw(terminal::println)) {
            pictures = SimulationFiles.draw(results, stormResults, directory).size();
        }
        terminal.println("Tables and " + pictures + " pictures: " + directory.toAbsolutePath());
    }

    private static void list(PrintWriter terminal) {
        terminal.println("Populations:");
        Populations.all().forEach(population -> describe(terminal, population));
        terminal.println("Storms:");
        Storm.all().forEach(storm -> describe(terminal, storm.population()));
        terminal.println("Policies:");
        Candidate.all().forEach(candidate -> terminal.println("  " + candidate.name()));
    }

    private static void describe(PrintWriter terminal, Population population) {
        terminal.println("  " + population.name());
        terminal.println("      " + population.description());
    }

    private void requireKnown(@Nullable List<String> names, List<String> known, String what) {
        for (String name : names == null ? List.<String>of() : names) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "no " + what + " is called " + name + "; --list tells the names");
            }
        }
    }

    private static <T> List<T> chosen(List<T> all, Function<T, String> name, @Nullable List<String> names) {
        return names == null
                ? all
                : all.stream().filter(each -> names.contains(name.apply(each))).toList();
    }
}
