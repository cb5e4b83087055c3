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
 */
record Trial(String policy, List<List<Outcome>> runs) {
    Trial {
        runs = runs.stream().map(List::copyOf).toList();
    }

    Stream<Outcome> outcomes() {
        return runs.stream().flatMap(List::stream);
    }

    Stream<Outcome> outcomes(int part) {
        return outcomes().filter(outcome -> outcome.call().part() == part);
    }

    /** The calls of one part; a handshake that was answered for nothing is one of the traffic. */
    Measurement measurement(int part) {
        List<Long> nanos =
                outcomes(part).filter(Outcome::connected).map(Outcome::nanos).toList();
        List<Long> failedNanos = outcomes(part)
                .filter(outcome -> !outcome.connected())
                .map(Outcome::nanos)
                .toList();
        long syns = outcomes(part).mapToLong(Outcome::syns).sum();
        long discarded = outcomes(part).mapToLong(Outcome::discarded).sum();
        return new Measurement(
                policy, nanos, failedNanos, List.of(), new Traffic(syns, nanos.size() + discarded, 0), null);
    }

    /** The same calls by one who always asks the fastest live address; those for which there was none are missing. */
    Measurement oracle(int part) {
        List<Long> nanos = outcomes(part)
                .map(Outcome::oracleNanos)
                .filter(each -> each >= 0)
                .toList();
        return new Measurement("oracle", nanos, List.of(), List.of(), null, null);
    }
}
