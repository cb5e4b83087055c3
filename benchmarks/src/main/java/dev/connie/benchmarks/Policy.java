package dev.connie.benchmarks;

import dev.connie.race.RacePolicy;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A policy of Connie's that is measured; the one place that says with what settings.
 *
 * @param name as in the tables and on the command line
 * @param fresh one that has learned nothing yet
 */
public record Policy(String name, Supplier<RacePolicy> fresh) {
    public static final Policy ALL_AT_ONCE = new Policy("allAtOnce", RacePolicy::allAtOnce);
    public static final Policy RFC_8305 = new Policy("rfc8305", RacePolicy::rfc8305);
    public static final Policy RFC_8305_100_MS =
            new Policy("rfc8305-100ms", () -> RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofMillis(100)));
    public static final Policy ADAPTIVE = new Policy("adaptive", RacePolicy::adaptive);

    /** Those that the contenders of the lab race by. */
    static final List<Policy> RACED = List.of(ALL_AT_ONCE, ADAPTIVE, RFC_8305);

    /** Those that the simulator compares. */
    public static final List<Policy> SIMULATED = List.of(ALL_AT_ONCE, RFC_8305, RFC_8305_100_MS, ADAPTIVE);
}
