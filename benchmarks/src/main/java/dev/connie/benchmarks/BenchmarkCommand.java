package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.LoopbackLab;
import dev.connie.benchmarks.lab.Namespace;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.TunLab;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one benchmark, or both, as the options say. */
@Command(sortOptions = false, mixinStandardHelpOptions = true)
final class BenchmarkCommand implements Callable<Integer> {
    private final List<Benchmark> benchmarks;

    // Set by picocli before it parses.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--full",
            description = "Measure for up to ten minutes, and cost in every scenario; without it, for less than one.")
    private boolean full;

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "NAME",
            description = "Only these scenarios, of those of --list or of the file.")
    private @Nullable List<String> scenarios;

    @Option(
            names = "--scenario-file",
            paramLabel = "FILE",
            description = "Scenarios of your own, as JSON; --list --json prints the form.")
    private @Nullable Path scenarioFile;

    @Option(
            names = "--hosts",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Real hosts instead of the lab. Packets are sent to them.")
    private @Nullable List<String> hosts;

    @Option(names = "--contenders", split = ",", paramLabel = "NAME", description = "Only these contenders.")
    private @Nullable List<String> contenders;

    @Option(names = "--rounds", paramLabel = "N", description = "How many times each contender calls in each scenario.")
    private @Nullable Integer rounds;

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where tables, samples and pictures go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("benchmark-results");

    @Option(names = "--loopback", description = "The lab on loopback, even where a network of its own is to be had.")
    private boolean loopback;

    @Option(names = "--list", description = "List the scenarios and the contenders, and do nothing else.")
    private boolean list;

    @Option(names = "--json", description = "With --list: the scenarios as JSON, to make your own from.")
    private boolean json;

    BenchmarkCommand(List<Benchmark> benchmarks) {
        this.benchmarks = benchmarks;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter terminal = spec.commandLine().getOut();
        requireKnownContenders();
        if (list) {
            list(terminal);
            return 0;
        }
        List<String> realHosts = hosts;
        if (realHosts != null) {
            List<RealHost> real =
                    parsed(() -> realHosts.stream().map(RealHost::parse).toList());
            // Else the JVM looks a name up once in 30 s, and the look-up is no part of what is measured.
            Security.setProperty("networkaddress.cache.ttl", "0");
            for (Benchmark benchmark : benchmarks) {
                Settings settings = settings(benchmark);
                var progress = new Progress(terminal, real.size());
                List<ScenarioResult> results = new HostBenchmark(chosen(benchmark.contenders(false)), settings)
                        .run(real, benchmark == Benchmark.HTTP, progress);
                report(benchmark, "the real one", settings, results, terminal);
            }
            return 0;
        }
        for (Benchmark benchmark : benchmarks) {
            // What is wrong is better told before the JVM starts again.
            scenarios(Scenarios.all());
            settings(benchmark);
        }
        if (Namespace.isInside()) {
            try (Lab lab = TunLab.open()) {
                runIn(lab, false, terminal);
            }
            return 0;
        }
        if (!loopback) {
            Optional<String> whyNot = Namespace.whyNot();
            if (whyNot.isEmpty()) {
                return Namespace.restart(
                        Main.class,
                        spec.commandLine().getParent().getParseResult().originalArgs());
            }
            terminal.println(whyNot.get());
            terminal.println(
                    "Going on with the scenarios that loopback can play: no delays, no loss, no counts of SYNs.");
        }
        try (Lab lab = LoopbackLab.open()) {
            runIn(lab, true, terminal);
        }
        return 0;
    }

    private void list(PrintWriter terminal) {
        for (Benchmark benchmark : benchmarks) {
            List<Scenario> all = new ArrayList<>(benchmark.scenarios());
            all.addAll(Scenarios.loopback());
            if (json) {
                terminal.println(ScenarioTemplate.write(all));
                continue;
            }
            terminal.println("Scenarios of " + benchmark.word() + ":");
            terminal.println(Scenarios.describe(all));
            terminal.println("Contenders of " + benchmark.word() + ":");
            benchmark.contenders(true).forEach(kind -> terminal.println("  " + kind.name()));
        }
    }

    private void runIn(Lab lab, boolean onLoopback, PrintWriter terminal) throws IOException {
        for (Benchmark benchmark : benchmarks) {
            Settings settings = settings(benchmark);
            List<Scenario> playable = new ArrayList<>();
            for (Scenario scenario : scenarios(onLoopback ? Scenarios.loopback() : benchmark.scenarios())) {
                Optional<String> whyNot = lab.whyNot(scenario);
                whyNot.ifPresent(reason -> terminal.println("Left out: " + scenario.name() + ". " + reason));
                if (whyNot.isEmpty()) {
                    playable.add(scenario);
                }
            }
            List<ContenderKind> kinds = chosen(benchmark.contenders(true));
            terminal.println(benchmark.word() + ": " + Numbers.counted(playable.size(), "scenario") + ", "
                    + Numbers.counted(kinds.size(), "contender") + ", " + Numbers.counted(settings.rounds(), "round")
                    + ", in " + lab.describe());
            var inLab = new LabBenchmark(lab, kinds, benchmark::service, settings);
            List<ScenarioResult> results = inLab.run(playable, new Progress(terminal, inLab.steps(playable)));
            report(benchmark, lab.describe(), settings, results, terminal);
        }
    }

    private void report(
            Benchmark benchmark, String network, Settings settings, List<ScenarioResult> results, PrintWriter terminal)
            throws IOException {
        Run run = new Run(benchmark.word(), Instant.now(), Environment.describe(network, settings), results);
        terminal.println();
        for (ScenarioResult result : results) {
            terminal.println(Tables.text(result));
        }
        Path directory = out.resolve(benchmark.word());
        Results.write(run, directory);
        List<Path> pictures = Charts.draw(run, directory, terminal::println);
        terminal.println("Tables, samples and " + pictures.size() + " pictures: " + directory.toAbsolutePath());
        terminal.println();
    }

    private Settings settings(Benchmark benchmark) {
        Settings settings = benchmark.settings(full, seed);
        Integer other = rounds;
        return other == null
                ? settings
                : parsed(() -> new Settings(other, settings.gap(), seed, settings.costEverywhere()));
    }

    /** Returns the scenarios that the user chose, from the file or from what is known; those given if none were chosen. */
    private List<Scenario> scenarios(List<Scenario> unlessChosen) throws IOException {
        List<Scenario> known = Scenarios.all();
        List<Scenario> given = unlessChosen;
        if (scenarioFile != null) {
            try {
                known = ScenarioFile.read(scenarioFile);
            } catch (IOException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage());
            }
            given = known;
        }
        if (scenarios == null) {
            return given;
        }
        List<Scenario> result = new ArrayList<>();
        for (String name : scenarios) {
            result.add(known.stream()
                    .filter(scenario -> scenario.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(), "no scenario is called " + name + "; --list tells the names")));
        }
        return result;
    }

    private void requireKnownContenders() {
        if (contenders == null) {
            return;
        }
        for (String name : contenders) {
            boolean known = benchmarks.stream()
                    .flatMap(benchmark -> benchmark.contenders(true).stream())
                    .anyMatch(kind -> kind.name().equals(name));
            if (!known) {
                throw new ParameterException(
                        spec.commandLine(), "no contender is called " + name + "; --list tells the names");
            }
        }
    }

    private List<ContenderKind> chosen(List<ContenderKind> kinds) {
        List<String> names = contenders;
        return names == null
                ? kinds
                : kinds.stream().filter(kind -> names.contains(kind.name())).toList();
    }

    private <T> T parsed(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
