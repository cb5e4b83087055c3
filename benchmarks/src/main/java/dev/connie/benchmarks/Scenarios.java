package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Replica.Family;
import dev.connie.benchmarks.lab.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The catalogue, {@code scenarios.json}: the scenarios that come with the benchmarks, in the form of a user's own. */
public final class Scenarios {
    private static final List<Scenario> ALL = load("scenarios.json");

    private Scenarios() {}

    /** Reads what comes with the benchmarks. */
    public static List<Scenario> load(String file) {
        try (InputStream in = Objects.requireNonNull(Scenarios.class.getResourceAsStream(file), file)) {
            return ScenarioFile.parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole catalogue, each scenario once. */
    static List<Scenario> all() {
        return ALL;
    }

    static Scenario named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    /** What both benchmarks play where there is only loopback, which can neither delay nor lose a packet. */
    static List<Scenario> loopback() {
        return ALL.stream()
                .filter(scenario -> scenario.name().startsWith("loopback-"))
                .toList();
    }

    /** For {@code --list}: of each scenario its name, its description, and its addresses in one line. */
    static String describe(List<Scenario> scenarios) {
        int width = scenarios.stream()
                .mapToInt(scenario -> scenario.name().length())
                .max()
                .orElse(0);
        String form = "%-" + width + "s  %s%n";
        var text = new StringBuilder();
        for (Scenario scenario : scenarios) {
            text.append(String.format(form, scenario.name(), scenario.description()));
            text.append(String.format(form, "", replicas(scenario)));
        }
        return text.toString();
    }

    /** {@code 2x IPv6 black hole, 20 ms, 30 ms; jitter 1 ms; timeout 1 s}. */
    static String replicas(Scenario scenario) {
        List<Replica> replicas = scenario.replicas();
        List<Duration> jitters = replicas.stream()
                .filter(replica -> !replica.isDead())
                .map(Replica::jitter)
                .distinct()
                .toList();
        boolean alike = jitters.size() <= 1;
        var runs = new ArrayList<String>();
        for (int first = 0, next = 0; next < replicas.size(); first = next) {
            while (next < replicas.size() && replicas.get(next).equals(replicas.get(first))) {
                next++;
            }
            String replica = replica(replicas.get(first), !alike);
            runs.add(next - first == 1 ? replica : next - first + "x " + replica);
        }
        String jitter = alike && !jitters.isEmpty() ? unlessZero("; jitter ", jitters.get(0)) : "";
        String order = scenario.shuffled() ? "; shuffled" : "";
        return String.join(", ", runs) + jitter + order + "; timeout " + DurationText.format(scenario.timeout());
    }

    private static String replica(Replica replica, boolean withJitter) {
        var text = new StringBuilder(replica.family() == Family.IPV6 ? " IPv6" : "");
        if (!replica.isDead()) {
            text.append(' ').append(DurationText.format(replica.rtt()));
            text.append(withJitter ? unlessZero(" jitter ", replica.jitter()) : "");
        }
        text.append(percent(" loss ", replica.loss())).append(percent(" SYN loss ", replica.synLoss()));
        if (replica.fault() != Fault.NONE) {
            text.append(' ').append(replica.fault().word().replace('-', ' ').replace("tls", "TLS"));
            text.append(unlessZero(" from ", replica.faultFrom()));
            text.append(replica.faultUntil() == null ? "" : unlessZero(" until ", replica.faultUntil()));
        }
        return text.substring(1);
    }

    private static String unlessZero(String what, Duration duration) {
        return duration.isZero() ? "" : what + DurationText.format(duration);
    }

    private static String percent(String what, double share) {
        return share == 0
                ? ""
                : what
                        + BigDecimal.valueOf(share)
                                .movePointRight(2)
                                .stripTrailingZeros()
                                .toPlainString() + " %";
    }
}
