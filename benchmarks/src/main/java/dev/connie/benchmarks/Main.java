package dev.connie.benchmarks;

import dev.connie.benchmarks.jmh.Overhead;
import dev.connie.benchmarks.sim.SimulateCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the benchmarks. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "What racing the addresses of a host buys, and what it costs.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main())
                .addSubcommand("connect", benchmark("Time to connect.", Benchmark.CONNECT))
                .addSubcommand("http", benchmark("Time to fetch over a new connection.", Benchmark.HTTP))
                .addSubcommand("both", benchmark("Both of them.", Benchmark.CONNECT, Benchmark.HTTP))
                .addSubcommand("simulate", new SimulateCommand())
                .addSubcommand("lab", new LabCommand())
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    if (failure instanceof IOException) {
                        failed.getErr().println(failure.getMessage());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    throw failure;
                });
        // JMH's options are JMH's.
        Objects.requireNonNull(commandLine.getSubcommands().get("jmh")).setUnmatchedOptionsArePositionalParams(true);
        return commandLine;
    }

    private static CommandLine benchmark(String description, Benchmark... benchmarks) {
        var command = new CommandLine(new BenchmarkCommand(List.of(benchmarks)));
        command.getCommandSpec().usageMessage().description(description);
        return command;
    }

    @Command(
            name = "overhead",
            mixinStandardHelpOptions = true,
            description = "What one connect and one socket cost on loopback, by JMH, as ratios.")
    int overhead(
            @Option(names = "--full", description = "About five minutes instead of one.") boolean full,
            @Option(
                            names = "--out",
                            paramLabel = "DIR",
                            defaultValue = "benchmark-results",
                            description = "Where the table goes (default: ${DEFAULT-VALUE}).")
                    Path out)
            throws IOException, RunnerException {
        Overhead.run(!full, out.resolve("overhead"));
        return 0;
    }

    @Command(name = "jmh", description = "Single JMH benchmarks: takes what JMH takes.")
    int jmh(
            @Parameters(paramLabel = "ARG", description = "Such as: SocketBenchmark -p what=CONNECT -prof gc")
                    List<String> args)
            throws IOException {
        org.openjdk.jmh.Main.main(args.toArray(String[]::new));
        return 0;
    }
}
