package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.Namespace;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Replica.Family;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import dev.connie.benchmarks.lab.Traffic;
import dev.connie.benchmarks.lab.TunLab;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Has a plain socket connect to single addresses of the lab, and says whether each did what was asked of it. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = "Checks that the lab does what it says: round trips, faults and counts.")
final class LabCommand implements Callable<Integer> {
    private static final int CALLS = 25;
    private static final double TOLERANCE_MILLIS = 2;
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final Table TABLE = Table.of("""
            address     |       | contender     | text
            asked       | ms    | asked_ms      | 0
            p50         | ms    | p50_ms        | ms
            p99         | ms    | p99_ms        | ms
            failed      |       | failed        | 0
            SYNs        | /call | syns_per_call | 2
            as it should|       | ok            | text""");

    // Set by picocli before it parses.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** What is done in a lab. */
    interface Deed {
        /** Returns the exit code. */
        int in(Lab lab) throws IOException;
    }

    /**
     * Does something in the WAN lab: here in the JVM that was started in its network, elsewhere by starting that.
     *
     * @param arguments those that this program was started with
     * @return the exit code; empty if there can be no such lab, which the user is told, and why
     */
    static Optional<Integer> inWanLab(PrintWriter terminal, List<String> arguments, Deed deed)
            throws IOException, InterruptedException {
        if (Namespace.isInside()) {
            try (Lab lab = TunLab.open()) {
                return Optional.of(deed.in(lab));
            }
        }
        Optional<String> whyNot = Namespace.whyNot();
        whyNot.ifPresent(terminal::println);
        return whyNot.isPresent() ? Optional.empty() : Optional.of(Namespace.restart(Main.class, arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return inWanLab(spec.commandLine().getOut(), List.of("lab"), this::measure)
                .orElse(1);
    }

    private int measure(Lab lab) throws IOException {
        PrintWriter terminal = spec.commandLine().getOut();
        List<Scenario> scenarios = scenarios().stream()
                .filter(scenario -> lab.whyNot(scenario).isEmpty())
                .toList();
        var socket = ConnectContenders.all(true).stream()
                .filter(kind -> kind.name().equals("Socket first address"))
                .toList();
        var settings = new Settings(CALLS, Duration.ofMillis(10), 1);
        var benchmark = new LabBenchmark(lab, socket, scenario -> Service.SINK, settings);
        List<ScenarioResult> results = benchmark.run(scenarios, new Progress(terminal, scenarios.size()));
        List<ObjectNode> rows = IntStream.range(0, scenarios.size())
                .mapToObj(i -> row(scenarios.get(i).replicas().get(0), results.get(i)))
                .toList();
        terminal.println();
        terminal.println(TABLE.text(rows));
        return rows.stream().allMatch(row -> row.get("ok").asText().equals("yes")) ? 0 : 1;
    }

    private static List<Scenario> scenarios() {
        var all = new ArrayList<Scenario>();
        for (Family family : Family.values()) {
            for (int rtt : new int[] {5, 20, 100}) {
                all.add(scenario(family, rtt, Fault.NONE));
            }
            for (Fault fault : List.of(Fault.REFUSES, Fault.UNREACHABLE, Fault.BLACK_HOLE)) {
                all.add(scenario(family, 20, fault));
            }
        }
        return all;
    }

    private static Scenario scenario(Family family, int rttMillis, Fault fault) {
        Replica live = Replica.live(rttMillis).with(fault);
        Replica replica = family == Family.IPV6 ? live.ipv6() : live;
        String name = family.word().toLowerCase(Locale.ROOT) + "-" + rttMillis + "-ms-" + fault.word();
        return new Scenario(name, "one address", TIMEOUT, false, List.of(replica));
    }

    private static ObjectNode row(Replica replica, ScenarioResult result) {
        Measurement measured = result.measurements().get(0);
        ObjectNode row = Report.line("contender", result.name());
        measured.addTo(row);
        double asked = (replica.isDead() ? TIMEOUT : replica.rtt()).toNanos() / 1e6;
        double median = row.path("p50_ms").asDouble();
        Double syns = measured.perCall(Traffic::syns);
        boolean ok = median >= asked
                && median <= asked + TOLERANCE_MILLIS
                && measured.failedNanos().size() == (replica.isWell() ? 0 : CALLS)
                && syns != null
                && syns == 1;
        return row.put("asked_ms", asked).put("syns_per_call", syns).put("ok", ok ? "yes" : "NO");
    }
}
