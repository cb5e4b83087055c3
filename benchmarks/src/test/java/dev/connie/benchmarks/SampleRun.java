package dev.connie.benchmarks;

import dev.connie.benchmarks.Measurement.Failure;
import dev.connie.benchmarks.lab.Traffic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Runs made up to draw from: their shapes are those that real clients have, their figures are not theirs. */
final class SampleRun {
    private static final int CALLS = 200;

    private final Random random = new Random(2012);

    private SampleRun() {}

    /** A {@code connect} run, of figures as different as they come. */
    static Run connect() {
        return new SampleRun().makeConnect();
    }

    /** An {@code http} run, each client without Connie and with it. */
    static Run http() {
        return new SampleRun().makeHttp();
    }

    private Run makeConnect() {
        var results = List.of(
                new ScenarioResult(
                        "eight-live",
                        "8 live addresses of 10 to 150 ms, in another order each time.",
                        List.of(
                                measured("Connie allAtOnce", times(1, 10, 1), 8, 1),
                                measured("Connie rfc8305", times(1, 10, 140), 1.1, 1),
                                measured("Socket first address", times(1, 10, 140), 1, 1),
                                measured("Socket one after another", times(1, 10, 140), 1, 1),
                                measured("Socket random (cached DNS)", times(1, 10, 140), 1, 1),
                                measured("oracle", times(1, 10, 1), 1, 1))),
                new ScenarioResult(
                        "four-of-8-dead",
                        "4 of 8 addresses swallow every packet, in another order each time.",
                        List.of(
                                measured("Connie allAtOnce", times(1, 20, 1), 8, 1),
                                measured("Connie rfc8305", stalls(250, 0.5), 1.9, 1),
                                half("Socket first address"),
                                measured("Socket one after another", stalls(1_001, 0.5), 1.7, 1),
                                half("Socket random (cached DNS)"),
                                measured("oracle", times(1, 20, 1), 1, 1))),
                new ScenarioResult(
                        "all-dead",
                        "4 addresses swallow every packet: the time to fail.",
                        List.of(
                                failed("Connie allAtOnce", 1_001, 8),
                                failed("Connie rfc8305", 1_001, 7),
                                failed("Socket first address", 1_001, 2),
                                failed("Socket one after another", 4_004, 8),
                                failed("Socket random (cached DNS)", 1_001, 2),
                                failed("oracle", 1_001, 2))));
        return run("connect", results);
    }

    private Run makeHttp() {
        var scenarios = List.of("eight-live", "first-of-4-dead", "four-of-8-dead", "ipv6-dead", "fastest-mute-in-tls");
        var results = new ArrayList<ScenarioResult>();
        for (String scenario : scenarios) {
            var measurements = new ArrayList<Measurement>();
            for (String client : List.of("OkHttp", "HttpClient", "HttpClient async", "java.net.http")) {
                measurements.add(stock(scenario, client));
                if (!client.equals("java.net.http")) {
                    measurements.add(racing(scenario, client + " + Connie"));
                }
                if (client.equals("OkHttp")) {
                    measurements.add(racing(scenario, client + " + Connie rfc8305"));
                }
            }
            results.add(new ScenarioResult(scenario, Scenarios.named(scenario).description(), measurements));
        }
        return run("http", results);
    }

    private Measurement stock(String scenario, String client) {
        return switch (scenario) {
            case "eight-live" -> measured(client, times(2, 20, 280), 1, 1);
            case "fastest-mute-in-tls" -> measured(client, stalls(1_001, 0.25), 1.2, 1.2);
            default ->
                client.equals("java.net.http")
                        ? half(client)
                        : measured(client, stalls(1_001, scenario.startsWith("four") ? 0.5 : 1), 1.7, 1);
        };
    }

    private Measurement racing(String scenario, String client) {
        return scenario.equals("fastest-mute-in-tls")
                ? failed(client, 1_002, 4)
                : measured(client, times(2, 20, 4), scenario.startsWith("f") ? 4 : 8, 1);
    }

    private static Run run(String benchmark, List<ScenarioResult> results) {
        return new Run(
                benchmark,
                Instant.parse("2024-05-06T07:08:09Z"),
                List.of("machine: 2 cores, Linux 6.1", "JVM: 17.0.15", "lab: none, these figures are made up"),
                results);
    }

    private List<Long> times(int trips, double leastMillis, double spreadMillis) {
        var nanos = new ArrayList<Long>();
        for (int i = 0; i < CALLS; i++) {
            double millis = leastMillis + random.nextDouble() * spreadMillis + Math.abs(random.nextGaussian()) * trips;
            nanos.add((long) (millis * 1e6));
        }
        return nanos;
    }

    private List<Long> stalls(double stallMillis, double share) {
        var nanos = new ArrayList<Long>();
        for (long each : times(1, 20, 30)) {
            double millis = each / 1e6;
            double left = share;
            while (random.nextDouble() < left) {
                millis += stallMillis;
                left /= 2;
            }
            nanos.add((long) (millis * 1e6));
        }
        return nanos;
    }

    private Measurement half(String contender) {
        List<Long> all = times(1, 20, 30);
        return new Measurement(
                contender,
                all.subList(0, CALLS / 2),
                all.subList(CALLS / 2, CALLS).stream()
                        .map(each -> each + 981_000_000)
                        .toList(),
                List.of(new Failure("connect timed out", CALLS / 2)),
                new Traffic(CALLS * 3 / 2, CALLS / 2, 0));
    }

    private Measurement failed(String contender, double millis, double syns) {
        return new Measurement(
                contender,
                List.of(),
                times(1, millis, 2),
                List.of(new Failure("connect timed out", CALLS)),
                new Traffic((long) (syns * CALLS), 0, 0));
    }

    private static Measurement measured(String contender, List<Long> nanos, double syns, double handshakes) {
        long accepted = Math.round(handshakes * CALLS);
        return new Measurement(
                contender, nanos, List.of(), List.of(), new Traffic(Math.round(syns * CALLS), accepted, 0));
    }

    /** One contender of a scenario that is given in milliseconds. */
    static Measurement ofMillis(
            String contender, List<Integer> succeeded, List<Integer> failed, @Nullable Traffic traffic) {
        return new Measurement(
                contender,
                succeeded.stream().map(each -> each * 1_000_000L).toList(),
                failed.stream().map(each -> each * 1_000_000L).toList(),
                failed.isEmpty() ? List.of() : List.of(new Failure("Connect timed out", failed.size())),
                traffic);
    }
}
