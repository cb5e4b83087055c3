package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * Every policy in a population, several times over.
 *
 * @param runs how often, each with another luck
 */
record Experiment(List<Policy> policies, int runs, long seed, Retransmission retransmission) {
    PopulationResult in(Population population) {
        var trials = new ArrayList<Trial>();
        for (Policy policy : policies) {
            var all = new ArrayList<List<Outcome>>();
            for (int run = 0; run < runs; run++) {
                all.add(simulation(population, policy, run, Observer.NONE).run());
            }
            trials.add(new Trial(policy.name(), all));
        }
        return new PopulationResult(population, trials);
    }

    /** Once for each policy: there are so many calls that luck does not matter. */
    Storm.Result in(Storm storm) {
        var results = new ArrayList<Storm.OfPolicy>();
        for (Policy policy : policies) {
            var load = new StormLoad();
            List<Outcome> outcomes =
                    simulation(storm.population(), policy, 0, load).run();
            outcomes.forEach(load::count);
            results.add(new Storm.OfPolicy(new Trial(policy.name(), List.of(outcomes)), load));
        }
        return new Storm.Result(storm, results);
    }

    private Simulation simulation(Population population, Policy policy, int run, Observer observer) {
        return new Simulation(population, policy, retransmission, seed * 1_000_003 + run, 0, observer);
    }
}
