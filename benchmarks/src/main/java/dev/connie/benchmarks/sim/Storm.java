package dev.connie.benchmarks.sim;

import static java.time.Duration.ofSeconds;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Half of the servers of a busy host die at once and come back later: what a policy adds to the load then, and whether
 * the load swings.
 *
 * @param population {@value #SERVERS} servers, of which the first {@value #DYING} die
 */
record Storm(Population population) {
    static final int SERVERS = 8;
    static final int DYING = 4;
    static final int SECONDS = 160;
    static final int DEATH_SECOND = 40;
    static final int RECOVERY_SECOND = 80;

    static final int CALLS_PER_SECOND = 1_000;

    /** The extra attempts that the adaptive policy may make for each call, unless told otherwise. */
    static final double BUDGET = 0.1;

    /** So that half of the servers can just answer what comes if nobody asks twice. */
    static final int TIGHT_PER_SECOND = 300;

    /** What the policies did in a storm. */
    record Result(Storm storm, List<OfPolicy> policies) {}

    /** What one policy did. */
    record OfPolicy(Trial trial, StormLoad load) {}

    /** A time of the storm, from a second on to before another. */
    record Phase(String name, int fromSecond, int toSecond) {
        boolean contains(Outcome outcome) {
            int second = second(outcome.call().nanos());
            return fromSecond <= second && second < toSecond;
        }
    }

    static List<Storm> all() {
        Path alive = Path.accepts(20, 2);
        List<Server> ample =
                IntStream.range(0, SERVERS).mapToObj(i -> Server.ipv4(i, alive)).toList();
        String alike = SERVERS + " alike replicas of 20 ms";
        String many = "10,000 clients, a policy each, that call every 10 s in the mean; ";
        String few = "20 processes, a policy each, that call 50 times a second in the mean; ";
        return List.of(
                storm("storm-clients", many + alike + ".", 10_000, ample),
                storm("storm-processes", few + alike + ".", 20, ample),
                storm(
                        "storm-tight",
                        few + alike + ", each of which accepts no more than " + TIGHT_PER_SECOND
                                + " connections a second and has a backlog of " + Capacity.BACKLOG + ".",
                        20,
                        taking(Capacity.Of.CONNECTIONS, ample)),
                storm(
                        "storm-tightest",
                        few + alike + ", each of which takes no more than " + TIGHT_PER_SECOND
                                + " SYNs a second, wanted or not, and answers the later the more come.",
                        20,
                        taking(Capacity.Of.SYNS, ample)));
    }

    private static List<Server> taking(Capacity.Of what, List<Server> servers) {
        return servers.stream()
                .map(server -> server.taking(Capacity.perSecond(what, TIGHT_PER_SECOND)))
                .toList();
    }

    private static Storm storm(String name, String scene, int clients, List<Server> alive) {
        Path path = alive.get(0).at(0);
        List<Server> servers = alive.stream()
                .map(server -> server.number() >= DYING
                        ? server
                        : server.then(ofSeconds(DEATH_SECOND), Path.drops()).then(ofSeconds(RECOVERY_SECOND), path))
                .toList();
        return new Storm(new Population(
                name,
                scene + " In another order each time. From " + DEATH_SECOND + " to " + RECOVERY_SECOND + " s, " + DYING
                        + " of them swallow every packet.",
                List.of(servers),
                true,
                clients,
                Plan.byChance(ofSeconds(SECONDS), CALLS_PER_SECOND, clients),
                List.of(""),
                List.of()));
    }

    /** The first seconds are left out: a client that has learned nothing yet is another subject. */
    static List<Phase> phases() {
        return List.of(
                new Phase("before", DEATH_SECOND / 2, DEATH_SECOND),
                new Phase("outage, first 5 s", DEATH_SECOND, DEATH_SECOND + 5),
                new Phase("outage, then", DEATH_SECOND + 5, RECOVERY_SECOND),
                new Phase("after, first 5 s", RECOVERY_SECOND, RECOVERY_SECOND + 5),
                new Phase("after, then", RECOVERY_SECOND + 5, SECONDS - 30),
                new Phase("last 30 s", SECONDS - 30, SECONDS));
    }

    /** What comes after the end, of calls that began before it, counts to the last second. */
    static int second(long nanos) {
        return (int) Math.min(SECONDS - 1, nanos / 1_000_000_000);
    }
}
