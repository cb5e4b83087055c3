package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A benchmark, with the scenarios that it plays in a lab with delays unless told otherwise.
 *
 * @param word what it is called on the command line
 * @param contenders all of them, with or without the oracle
 */
record Benchmark(
        String word,
        int quickRounds,
        int fullRounds,
        Duration gap,
        Function<Boolean, List<Contender.Kind>> contenders,
        List<Scenario> scenarios) {
    /** Opens a connection and closes it. */
    static final Benchmark CONNECT = new Benchmark(
            "connect",
            150,
            1_000,
            Duration.ofMillis(2),
            ConnectContenders::all,
            named("one-address eight-alike eight-live first-of-4-dead four-of-8-dead ipv6-dead ipv6-slow half-refuse"
                    + " unreachable syn-loss all-dead"));

    /** Fetches a short text over a new connection. */
    static final Benchmark HTTP = new Benchmark(
            "http",
            50,
            400,
            Duration.ofMillis(4),
            HttpContenders::all,
            named("one-address eight-live first-of-4-dead four-of-8-dead ipv6-dead ipv6-slow half-refuse"
                    + " fastest-mute-in-tls https-one-address https-four-addresses"));

    private static List<Scenario> named(String names) {
        return Stream.of(names.split(" ")).map(Scenarios::named).toList();
    }

    List<Contender.Kind> contenders(boolean withOracle) {
        return contenders.apply(withOracle);
    }

    /** What the servers speak: TLS where that is where it goes wrong, and where the scenario's name says so. */
    Service service(Scenario scenario) {
        boolean needsTls = scenario.name().startsWith("https-")
                || scenario.replicas().stream().anyMatch(replica -> replica.fault() == Fault.MUTE_IN_TLS);
        return this == CONNECT ? Service.SINK : needsTls ? Service.HTTPS : Service.HTTP;
    }
}
