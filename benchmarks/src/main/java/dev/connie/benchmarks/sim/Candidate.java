package dev.connie.benchmarks.sim;

import dev.connie.race.RacePolicy;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A policy to simulate.
 *
 * @param name as in the tables and on the command line
 * @param fresh one that has learned nothing yet
 */
record Candidate(String name, Supplier<RacePolicy> fresh) {
    static final String FASTEST = "allAtOnce";
    static final String STANDARD = "rfc8305";

    static List<Candidate> all() {
        return List.of(
                new Candidate(FASTEST, RacePolicy::allAtOnce),
                new Candidate(STANDARD, RacePolicy::rfc8305),
                new Candidate(
                        "rfc8305-100ms", () -> RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofMillis(100))),
                new Candidate("adaptive", RacePolicy::adaptive));
    }
}
