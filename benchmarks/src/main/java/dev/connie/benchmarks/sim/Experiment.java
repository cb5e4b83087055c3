package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Measurement.Times;
import dev.connie.benchmarks.Policy;
import dev.connie.benchmarks.ScenarioResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every policy in a population, several times over; in a storm once, where there are so many calls that luck does not
 * matter.
 *
 * @param runs how often, each with another luck
 */
record Experiment(List<Policy> policies, int runs, long seed) {
    /** Below that share of the standard policy's mean there is nothing to gain, and a ratio would be one of noise. */
    private static final double LEAST_ROOM = 0.01;

    /** What the policies did in one population. */
    record Result(Population population, List<Trial> trials) {
        /** One for each part: the policies in their order, then the oracle. */
        List<ScenarioResult> scenarios() {
            return IntStream.range(0, population.parts().size())
                    .mapToObj(part -> {
                        var measurements = new ArrayList<Measurement>();
                        trials.forEach(trial -> measurements.add(trial.measurement(part)));
                        measurements.add(trials.get(0).oracle(part));
                        String name = population.parts().get(part);
                        String whole = population.name() + (name.isEmpty() ? "" : "-" + name);
                        return new ScenarioResult(whole, population.description(), measurements);
                    })
                    .toList();
        }
    }

    Result in(Population population) {
        var trials = new ArrayList<Trial>();
        for (Policy policy : policies) {
            var load = new StormLoad();
            var all = new ArrayList<List<Outcome>>();
            for (int run = 0; run < (population.isStorm() ? 1 : runs); run++) {
                var observer = population.isStorm() ? load : Observer.NONE;
                long luck = seed * 1_000_003 + run;
                all.add(new Simulation(population, policy, luck, 0, observer).run());
            }
            if (population.isStorm()) {
                all.get(0).forEach(load::count);
            }
            trials.add(new Trial(policy.name(), all, load));
        }
        return new Result(population, trials);
    }

    /**
     * Returns how much of what all at once gains over RFC 8305, in the mean time to connect, a policy gains: 1 is all of
     * it, below 0 is slower than RFC 8305. Null where the two are alike, or one of them was not run.
     */
    static @Nullable Double gain(ScenarioResult result, String policy) {
        double standard = mean(result, Policy.RFC_8305.name());
        double room = standard - mean(result, Policy.ALL_AT_ONCE.name());
        double gained = standard - mean(result, policy);
        return Math.abs(room) >= LEAST_ROOM * standard && !Double.isNaN(gained) ? (Double) (gained / room) : null;
    }

    private static double mean(ScenarioResult result, String policy) {
        return result.measurements().stream()
                .filter(measured -> measured.contender().equals(policy))
                .map(Measurement::times)
                .filter(times -> times != null && !times.ofFailures())
                .mapToDouble(Times::mean)
                .findFirst()
                .orElse(Double.NaN);
    }
}
