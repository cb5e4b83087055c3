package dev.connie.benchmarks;

import java.util.List;

/** One scenario, or one real host, and what each contender did there. */
public record ScenarioResult(String name, String description, List<Measurement> measurements) {
    public ScenarioResult {
        measurements = List.copyOf(measurements);
    }
}
