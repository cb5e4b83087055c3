package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.lab.Traffic;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one policy did in one population.
 *
 * @param policy its name
 * @param runs the outcomes of each run, in the order in which the calls began
 * @param load what that was for the servers of a {@link Storm}; of other populations nothing
 */
record Trial(String policy, List<List<Outcome>> runs, StormLoad load) {
    Trial {
        runs = runs.stream().map(List::copyOf).toList();
    }

    Stream<Outcome> outcomes() {
        return runs.stream().flatMap(List::stream);
    }

    private Stream<Outcome> outcomes(int part) {
        return outcomes().filter(outcome -> outcome.call().part() == part);
    }

    Measurement measurement(int part) {
        return measurement(outcomes(part).toList());
    }

    /** A handshake that was answered for nothing is one of the traffic. */
    Measurement measurement(List<Outcome> outcomes) {
        List<Long> nanos = nanos(outcomes, true);
        long syns = outcomes.stream().mapToLong(Outcome::syns).sum();
        long discarded = outcomes.stream().mapToLong(Outcome::discarded).sum();
        var traffic = new Traffic(syns, nanos.size() + discarded, 0);
        return new Measurement(policy, nanos, nanos(outcomes, false), List.of(), traffic);
    }

    private static List<Long> nanos(List<Outcome> outcomes, boolean connected) {
        return outcomes.stream()
                .filter(outcome -> outcome.connected() == connected)
                .map(Outcome::nanos)
                .toList();
    }

    /** The same calls by one who always asks the fastest live address; those for which there was none are missing. */
    Measurement oracle(int part) {
        List<Long> nanos = outcomes(part)
                .map(Outcome::oracleNanos)
                .filter(each -> each >= 0)
                .toList();
        return new Measurement("oracle", nanos, List.of(), List.of(), null);
    }
}
