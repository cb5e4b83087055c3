package dev.connie.benchmarks;

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
}
