package dev.connie.benchmarks.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Every policy in a population, several times over.
 *
 * @param runs how often, each with another luck
 */
record Experiment(List<Candidate> candidates, int runs, long seed, Retransmission retransmission) {
    Experiment {
        candidates = List.copyOf(candidates);
    }

    PopulationResult in(Population population) {
        return new PopulationResult(
                population,
                candidates.stream()
                        .map(candidate -> trial(population, candidate))
                        .toList());
    }

    private Trial trial(Population population, Candidate candidate) {
        var all = new ArrayList<List<Outcome>>();
        for (int run = 0; run < runs; run++) {
            all.add(simulation(population, candidate, run, Observer.NONE).run());
        }
        return new Trial(candidate.name(), all);
    }

    /** Once for each policy: there are so many calls that luck does not matter. */
    StormResult in(Storm storm) {
        return new StormResult(
                storm,
                candidates.stream().map(candidate -> ofPolicy(storm, candidate)).toList());
    }

    private StormResult.OfPolicy ofPolicy(Storm storm, Candidate candidate) {
        var load = new StormLoad();
        List<Outcome> outcomes =
                simulation(storm.population(), candidate, 0, load).run();
        outcomes.forEach(load::count);
        return new StormResult.OfPolicy(new Trial(candidate.name(), List.of(outcomes)), load);
    }

    private Simulation simulation(Population population, Candidate candidate, int run, Observer observer) {
        return new Simulation(population, candidate, retransmission, seed * 1_000_003 + run, 0, observer);
    }
}
