package dev.connie.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Where a run took place. */
final class Environment {
    private Environment() {}

    /** Lines for a report. */
    static List<String> describe(String network, Settings settings) {
        return List.of(
                "machine: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " x " + processor()
                        + String.format(
                                Locale.ROOT,
                                ", load %.1f",
                                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
                "JVM: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                "network: " + network,
                "settings: " + settings.rounds() + " rounds, a call every " + DurationText.format(settings.gap())
                        + ", seed " + settings.seed());
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
