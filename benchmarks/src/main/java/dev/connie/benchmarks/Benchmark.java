package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** The two benchmarks, each with the scenarios that it plays unless told otherwise. */
enum Benchmark {
    /** Opens a connection and closes it. */
    CONNECT(
            150,
            1_000,
            Duration.ofMillis(2),
            ConnectContenders::all,
            "one-address eight-alike eight-live first-of-4-dead four-of-8-dead ipv6-dead ipv6-slow half-refuse"
                    + " unreachable syn-loss all-dead"),
    /** Fetches a short text over a new connection. */
    HTTP(
            50,
            400,
            Duration.ofMillis(4),
            HttpContenders::all,
            "one-address eight-live first-of-4-dead four-of-8-dead ipv6-dead ipv6-slow half-refuse"
                    + " fastest-mute-in-tls https-one-address https-four-addresses");

    private final int quickRounds;
    private final int fullRounds;
    private final Duration gap;
    private final Function<Boolean, List<Contender.Kind>> contenders;
    private final String scenarios;

    Benchmark(
            int quickRounds,
            int fullRounds,
            Duration gap,
            Function<Boolean, List<Contender.Kind>> contenders,
            String scenarios) {
        this.quickRounds = quickRounds;
        this.fullRounds = fullRounds;
        this.gap = gap;
        this.contenders = contenders;
        this.scenarios = scenarios;
    }

    /** What it is called on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<Contender.Kind> contenders(boolean withOracle) {
        return contenders.apply(withOracle);
    }

    /** What it plays in a lab with delays. */
    List<Scenario> scenarios() {
        return Stream.of(scenarios.split(" ")).map(Scenarios::named).toList();
    }

    /** What the servers speak: TLS where that is where it goes wrong, and where the scenario's name says so. */
    Service service(Scenario scenario) {
        boolean needsTls = scenario.name().startsWith("https-")
                || scenario.replicas().stream().anyMatch(replica -> replica.fault() == Fault.MUTE_IN_TLS);
        return this == CONNECT ? Service.SINK : needsTls ? Service.HTTPS : Service.HTTP;
    }

    Settings settings(boolean full, long seed) {
        return new Settings(full ? fullRounds : quickRounds, gap, seed);
    }
}
