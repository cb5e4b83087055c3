package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Family;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The catalogue: the scenarios that come with the benchmarks, each a question that the README answers. */
final class Scenarios {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    // The kernel sends a lost SYN again after 1 s: with this timeout the loss is a delay and not a failure.
    private static final Duration PAST_ONE_RETRANSMISSION = Duration.ofSeconds(3);
    private static final boolean SHUFFLED = true;
    private static final boolean IN_ORDER = false;

    private static final Scenario ONE_ADDRESS =
            scenario("one-address", "One live address of 20 ms: nothing to win, so what does a race cost?", wan(20));

    private static final Scenario EIGHT_ALIKE = scenario(
            "eight-alike",
            "8 live addresses, all of 2 ms: what do eight SYNs cost more than one?",
            IN_ORDER,
            Collections.nCopies(8, Replica.live(2)));

    private static final Scenario EIGHT_LIVE = scenario(
            "eight-live",
            "8 live addresses of 10 to 150 ms, in another order each time.",
            SHUFFLED,
            List.of(wan(10), wan(20), wan(35), wan(50), wan(70), wan(90), wan(120), wan(150)));

    private static final Scenario FIRST_OF_4_DEAD = scenario(
            "first-of-4-dead",
            "The first of 4 addresses swallows every packet, the rest are well.",
            dead(),
            wan(20),
            wan(30),
            wan(40));

    private static final Scenario FOUR_OF_8_DEAD = scenario(
            "four-of-8-dead",
            "4 of 8 addresses swallow every packet, in another order each time.",
            SHUFFLED,
            List.of(dead(), wan(20), dead(), wan(30), dead(), wan(40), dead(), wan(50)));

    private static final Scenario IPV6_DEAD = scenario(
            "ipv6-dead",
            "2 IPv6 addresses come first and swallow every packet, 2 IPv4 addresses are well.",
            dead().ipv6(),
            dead().ipv6(),
            wan(20),
            wan(30));

    private static final Scenario IPV6_SLOW = scenario(
            "ipv6-slow",
            "2 IPv6 addresses come first and take 150 and 200 ms, 2 IPv4 addresses take 20 and 30 ms.",
            wan(150).ipv6(),
            wan(200).ipv6(),
            wan(20),
            wan(30));

    private static final Scenario HALF_REFUSE = scenario(
            "half-refuse",
            "4 of 8 addresses refuse, in another order each time.",
            SHUFFLED,
            List.of(
                    wan(15).with(Fault.REFUSES),
                    wan(20),
                    wan(25).with(Fault.REFUSES),
                    wan(30),
                    wan(35).with(Fault.REFUSES),
                    wan(40),
                    wan(45).with(Fault.REFUSES),
                    wan(50)));

    private static final Scenario UNREACHABLE = scenario(
            "unreachable",
            "A router says of the first 2 of 4 addresses that they are unreachable (ICMP).",
            wan(15).with(Fault.UNREACHABLE),
            wan(25).with(Fault.UNREACHABLE),
            wan(20),
            wan(30));

    private static final Scenario SYN_LOSS = new Scenario(
            "syn-loss",
            "4 live addresses, 2 % of the SYNs to them are lost and sent again after 1 s.",
            PAST_ONE_RETRANSMISSION,
            IN_ORDER,
            List.of(wan(20).synLoss(0.02), wan(25).synLoss(0.02), wan(30).synLoss(0.02), wan(35).synLoss(0.02)));

    private static final Scenario ALL_DEAD =
            scenario("all-dead", "4 addresses swallow every packet: the time to fail.", dead(), dead(), dead(), dead());

    private static final Scenario FASTEST_MUTE_IN_TLS = scenario(
            "fastest-mute-in-tls",
            "The fastest of 4 addresses connects and is mute in TLS: here, racing TCP alone loses.",
            SHUFFLED,
            List.of(wan(10).with(Fault.MUTE_IN_TLS), wan(30), wan(40), wan(50)));

    private static final List<Scenario> CONNECT = List.of(
            ONE_ADDRESS,
            EIGHT_ALIKE,
            EIGHT_LIVE,
            FIRST_OF_4_DEAD,
            FOUR_OF_8_DEAD,
            IPV6_DEAD,
            IPV6_SLOW,
            HALF_REFUSE,
            UNREACHABLE,
            SYN_LOSS,
            ALL_DEAD);

    private static final List<Scenario> HTTP = List.of(
            ONE_ADDRESS,
            EIGHT_LIVE,
            FIRST_OF_4_DEAD,
            FOUR_OF_8_DEAD,
            IPV6_DEAD,
            IPV6_SLOW,
            HALF_REFUSE,
            FASTEST_MUTE_IN_TLS);

    private static final List<Scenario> LOOPBACK = List.of(
            scenario("loopback-one-address", "One address on loopback: what does a race cost?", local()),
            scenario("loopback-all-live", "4 live addresses on loopback.", local(), local(), local(), local()),
            scenario(
                    "loopback-first-of-4-dead",
                    "The first of 4 addresses on loopback swallows every packet.",
                    dead(),
                    local(),
                    local(),
                    local()),
            scenario(
                    "loopback-half-refuse",
                    "2 of 4 addresses on loopback refuse, in another order each time.",
                    SHUFFLED,
                    List.of(local().with(Fault.REFUSES), local(), local().with(Fault.REFUSES), local())),
            scenario(
                    "loopback-all-dead",
                    "4 addresses on loopback swallow every packet: the time to fail.",
                    dead(),
                    dead(),
                    dead(),
                    dead()));

    private Scenarios() {}

    /** What the {@code connect} benchmark plays unless told otherwise, in a lab with delays. */
    static List<Scenario> connect() {
        return CONNECT;
    }

    /** What the {@code http} benchmark plays unless told otherwise, in a lab with delays. */
    static List<Scenario> http() {
        return HTTP;
    }

    /** What both benchmarks play where there is only loopback, which can neither delay nor lose a packet. */
    static List<Scenario> loopback() {
        return LOOPBACK;
    }

    /** The whole catalogue, each scenario once. */
    static List<Scenario> all() {
        return Stream.of(CONNECT, HTTP, LOOPBACK)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    static Optional<Scenario> named(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** What the servers speak when the scenario is fetched from: TLS where that is where it goes wrong. */
    static Service httpService(Scenario scenario) {
        boolean needsTls = scenario.replicas().stream().anyMatch(replica -> replica.fault() == Fault.MUTE_IN_TLS);
        return needsTls ? Service.HTTPS : Service.HTTP;
    }

    /** For {@code --list}: of each scenario its name, its description, and its addresses in one line. */
    static String describe(List<Scenario> scenarios) {
        int width = scenarios.stream()
                .mapToInt(scenario -> scenario.name().length())
                .max()
                .orElse(0);
        var text = new StringBuilder();
        for (Scenario scenario : scenarios) {
            text.append(String.format("%-" + width + "s  %s%n", scenario.name(), scenario.description()));
            text.append(String.format("%-" + width + "s  %s%n", "", replicas(scenario)));
        }
        return text.toString();
    }

    /** {@code 2x IPv6 black hole, 20 ms, 30 ms; jitter 1 ms; timeout 1 s}. */
    static String replicas(Scenario scenario) {
        List<Replica> replicas = scenario.replicas();
        List<Duration> jitters = replicas.stream()
                .filter(replica -> !isDead(replica))
                .map(Replica::jitter)
                .distinct()
                .toList();
        boolean alike = jitters.size() <= 1;
        var runs = new ArrayList<String>();
        int next = 0;
        while (next < replicas.size()) {
            int first = next;
            while (next < replicas.size() && replicas.get(next).equals(replicas.get(first))) {
                next++;
            }
            String replica = replica(replicas.get(first), !alike);
            runs.add(next - first == 1 ? replica : next - first + "x " + replica);
        }
        String jitter = alike && !jitters.isEmpty() && !jitters.get(0).isZero() ? "; " + jitter(jitters.get(0)) : "";
        String order = scenario.shuffled() ? "; shuffled" : "";
        return String.join(", ", runs) + jitter + order + "; timeout " + DurationText.format(scenario.timeout());
    }

    private static String replica(Replica replica, boolean withJitter) {
        var words = new ArrayList<String>();
        if (replica.family() == Family.IPV6) {
            words.add("IPv6");
        }
        if (!isDead(replica)) {
            words.add(DurationText.format(replica.rtt()));
            if (withJitter && !replica.jitter().isZero()) {
                words.add(jitter(replica.jitter()));
            }
        }
        if (replica.loss() > 0) {
            words.add("loss " + percent(replica.loss()));
        }
        if (replica.synLoss() > 0) {
            words.add("SYN loss " + percent(replica.synLoss()));
        }
        if (replica.fault() != Fault.NONE) {
            words.add(ScenarioFile.word(replica.fault()).replace('-', ' ').replace("tls", "TLS"));
            if (!replica.faultFrom().isZero()) {
                words.add("from " + DurationText.format(replica.faultFrom()));
            }
            if (replica.faultUntil() != null) {
                words.add("until " + DurationText.format(replica.faultUntil()));
            }
        }
        return String.join(" ", words);
    }

    private static String jitter(Duration jitter) {
        return "jitter " + DurationText.format(jitter);
    }

    // A black hole from beginning to end: no packet learns how far it is.
    private static boolean isDead(Replica replica) {
        return replica.fault() == Fault.BLACK_HOLE && replica.faultFrom().isZero() && replica.faultUntil() == null;
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
    }

    private static Replica wan(double rttMillis) {
        return Replica.live(rttMillis).jitter(1);
    }

    private static Replica local() {
        return Replica.live(0);
    }

    private static Replica dead() {
        return Replica.live(0).with(Fault.BLACK_HOLE);
    }

    private static Scenario scenario(String name, String description, Replica... replicas) {
        return scenario(name, description, IN_ORDER, List.of(replicas));
    }

    private static Scenario scenario(String name, String description, boolean shuffled, List<Replica> replicas) {
        return new Scenario(name, description, TIMEOUT, shuffled, replicas);
    }
}
