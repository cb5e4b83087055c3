package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Policy;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What the policies did in one population. */
record PopulationResult(Population population, List<Trial> trials) {
    /** Below that share of the standard policy's mean there is nothing to gain, and a ratio would be one of noise. */
    private static final double LEAST_ROOM = 0.01;

    PopulationResult {
        trials = List.copyOf(trials);
    }

    /** The name of a part: that of the population if it has only one. */
    String name(int part) {
        String name = population.parts().get(part);
        return name.isEmpty() ? population.name() : population.name() + "-" + name;
    }

    /** One for each part: the policies in their order, then the oracle. */
    List<ScenarioResult> scenarios() {
        return IntStream.range(0, population.parts().size())
                .mapToObj(part -> new ScenarioResult(name(part), population.description(), measurements(part)))
                .toList();
    }

    private List<Measurement> measurements(int part) {
        var all = new ArrayList<Measurement>();
        trials.forEach(trial -> all.add(trial.measurement(part)));
        all.add(trials.get(0).oracle(part));
        return all;
    }

    /**
     * Returns how much of what all at once gains over RFC 8305, in the mean time to connect, a policy gains: 1 is all of
     * it, below 0 is slower than RFC 8305. NaN where the two are alike, or one of them was not run.
     */
    static double gain(ScenarioResult result, Summary policy) {
        double standard = mean(result, Policy.RFC_8305.name());
        double fastest = mean(result, Policy.ALL_AT_ONCE.name());
        var times = policy.times();
        return times == null || times.ofFailures() || Math.abs(standard - fastest) < LEAST_ROOM * standard
                ? Double.NaN
                : (standard - times.mean()) / (standard - fastest);
    }

    private static double mean(ScenarioResult result, String policy) {
        return result.summaries().stream()
                .filter(summary -> summary.contender().equals(policy))
                .map(Summary::times)
                .filter(times -> times != null && !times.ofFailures())
                .mapToDouble(times -> times.mean())
                .findFirst()
                .orElse(Double.NaN);
    }
}
