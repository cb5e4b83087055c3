package dev.connie.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The outcome of a whole run.
 *
 * @param benchmark {@code connect} or {@code http}
 * @param started when it began
 * @param environment where it ran: a line each for machine, JVM, lab and settings
 * @param results the scenarios, in the order in which they ran
 */
public record Run(String benchmark, Instant started, List<String> environment, List<ScenarioResult> results) {
    public Run {
        environment = List.copyOf(environment);
        results = List.copyOf(results);
    }

    /** @param network what the lab is made of */
    static Run now(Benchmark benchmark, String network, Settings settings, List<ScenarioResult> results) {
        int processors = Runtime.getRuntime().availableProcessors();
        List<String> environment = List.of(
                "machine: " + property("os.name") + " " + property("os.version") + ", " + property("os.arch") + ", "
                        + processors + " x " + processor(),
                "JVM: " + property("java.vm.name") + " " + property("java.vm.version"),
                "network: " + network,
                "settings: " + settings.rounds() + " rounds, a call every " + DurationText.format(settings.gap())
                        + ", seed " + settings.seed());
        return new Run(benchmark.word(), Instant.now(), environment, results);
    }

    private static String property(String name) {
        return System.getProperty(name);
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("CPU");
        } catch (IOException notLinux) {
            return "CPU";
        }
    }
}
