package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.LoopbackLab;
import dev.connie.benchmarks.lab.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one benchmark, or both, as the options say. */
@Command(sortOptions = false, mixinStandardHelpOptions = true)
final class BenchmarkCommand implements Callable<Integer> {
    private final List<Benchmark> benchmarks;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, of the list or the file.")
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

    @Option(
            names = "--gap",
            paramLabel = "TIME",
            description =
                    "From one call to the next, such as \"10 ms\"; 5 times that with TLS. More, if the machine is busy.")
    private @Nullable String gap;

    @Option(names = "--loopback", description = "The lab on loopback, even where a network of its own is to be had.")
    private boolean loopback;

    @Option(names = "--json", description = "With --list: the scenarios as JSON, to make your own from.")
    private boolean json;

    BenchmarkCommand(List<Benchmark> benchmarks) {
        this.benchmarks = benchmarks;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter terminal = options.terminal();
        List<String> known = benchmarks.stream()
                .flatMap(benchmark -> benchmark.contenders(true).stream())
                .map(Contender.Kind::name)
                .toList();
        options.requireKnown("contender", known, contenders);
        if (options.list) {
            benchmarks.forEach(this::list);
            return 0;
        }
        // What is wrong is better told before the JVM starts again.
        scenarios(Scenarios.all());
        benchmarks.forEach(this::settings);
        List<String> realHosts = hosts;
        if (realHosts != null) {
            measure(options.parsed(() -> realHosts.stream().map(RealHost::parse).toList()), terminal);
            return 0;
        }
        if (!loopback) {
            var exitCode = LabCommand.inWanLab(terminal, options.arguments(), lab -> runIn(lab, terminal));
            if (exitCode.isPresent()) {
                return exitCode.get();
            }
            terminal.println(
                    "Going on with the scenarios that loopback can play: no delays, no loss, no counts of SYNs.");
        }
        try (Lab lab = new LoopbackLab()) {
            return runIn(lab, terminal);
        }
    }

    private void list(Benchmark benchmark) {
        List<Scenario> all = new ArrayList<>(benchmark.scenarios());
        all.addAll(Scenarios.loopback());
        if (json) {
            options.terminal().println(Scenarios.write(all));
            return;
        }
        options.print("Scenarios of " + benchmark.word(), all, Scenario::name, Scenario::description);
        options.print(
                "Contenders of " + benchmark.word(), benchmark.contenders(true), Contender.Kind::name, kind -> "");
    }

    private void measure(List<RealHost> real, PrintWriter terminal) throws IOException {
        // Else the JVM looks a name up once in 30 s, and the look-up is no part of what is measured.
        Security.setProperty("networkaddress.cache.ttl", "0");
        for (Benchmark benchmark : benchmarks) {
            var progress = new Progress(terminal, real.size());
            List<ScenarioResult> results = new ArrayList<>();
            for (RealHost host : real) {
                progress.next(host + ": " + host.description());
                results.add(host.measure(
                        chosenContenders(benchmark, false), settings(benchmark), benchmark == Benchmark.HTTP));
            }
            report(benchmark, "the real one", results, terminal);
        }
    }

    private int runIn(Lab lab, PrintWriter terminal) throws IOException {
        for (Benchmark benchmark : benchmarks) {
            List<Scenario> playable = new ArrayList<>();
            for (Scenario scenario :
                    scenarios(lab instanceof LoopbackLab ? Scenarios.loopback() : benchmark.scenarios())) {
                lab.whyNot(scenario)
                        .ifPresentOrElse(
                                reason -> terminal.println("Left out: " + scenario.name() + ". " + reason),
                                () -> playable.add(scenario));
            }
            Settings settings = settings(benchmark);
            List<Contender.Kind> kinds = chosenContenders(benchmark, true);
            terminal.println(benchmark.word() + ": " + Numbers.counted(playable.size(), "scenario") + ", "
                    + Numbers.counted(kinds.size(), "contender") + ", " + Numbers.counted(settings.rounds(), "round")
                    + ", in " + lab.describe());
            var inLab = new LabBenchmark(lab, kinds, benchmark::service, settings);
            var progress = new Progress(terminal, playable.size());
            report(benchmark, lab.describe(), inLab.run(playable, progress), terminal);
        }
        return 0;
    }

    private void report(Benchmark benchmark, String network, List<ScenarioResult> results, PrintWriter terminal)
            throws IOException {
        Run run = Run.now(benchmark, network, settings(benchmark), results);
        run.report().publish(terminal, options.out.resolve(benchmark.word()), into -> RunPictures.draw(run, into));
        terminal.println();
    }

    private Settings settings(Benchmark benchmark) {
        int usual = options.full ? benchmark.fullRounds() : benchmark.quickRounds();
        Integer chosen = rounds;
        String pace = gap;
        return options.parsed(() -> new Settings(
                chosen == null ? usual : chosen,
                pace == null ? benchmark.gap() : DurationText.parse(pace),
                options.seed));
    }

    private List<Contender.Kind> chosenContenders(Benchmark benchmark, boolean withOracle) {
        return benchmark.contenders(withOracle).stream()
                .filter(kind -> contenders == null || contenders.contains(kind.name()))
                .toList();
    }

    /** Returns the scenarios that the user chose, from the file or from what is known; those given if none were chosen. */
    private List<Scenario> scenarios(List<Scenario> unlessChosen) {
        List<String> names = scenarios;
        if (scenarioFile == null && names == null) {
            return unlessChosen;
        }
        try {
            List<Scenario> known = scenarioFile == null ? Scenarios.all() : Scenarios.read(scenarioFile);
            return options.chosen("scenario", known, Scenario::name, names);
        } catch (IOException e) {
            throw options.wrong(e.getMessage());
        }
    }
}
