package dev.connie.benchmarks.sim;

import static java.time.Duration.ofSeconds;

import dev.connie.benchmarks.lab.Replica;
import java.util.ArrayList;
import java.util.List;

/**
 * Half of the servers of a busy host die at once and come back later: what a policy adds to the load then, and whether
 * the load swings. Of {@value #SERVERS} servers, the first {@value #DYING} die.
 */
final class Storm {
    static final int SERVERS = 8;
    static final int DYING = 4;
    static final int SECONDS = 160;
    static final int DEATH_SECOND = 40;
    static final int RECOVERY_SECOND = 80;
    private static final int CALLS_PER_SECOND = 1_000;

    /** The extra attempts that the adaptive policy may make for each call, unless told otherwise. */
    static final double BUDGET = 0.1;

    /** So that half of the servers can just answer what comes if nobody asks twice. */
    private static final int TIGHT_PER_SECOND = 300;

    /** The first seconds are left out: a client that has learned nothing yet is another subject. */
    static final List<Phase> PHASES = List.of(
            new Phase("before", DEATH_SECOND / 2, DEATH_SECOND),
            new Phase("outage, first 5 s", DEATH_SECOND, DEATH_SECOND + 5),
            new Phase("outage, then", DEATH_SECOND + 5, RECOVERY_SECOND),
            new Phase("after, first 5 s", RECOVERY_SECOND, RECOVERY_SECOND + 5),
            new Phase("after, then", RECOVERY_SECOND + 5, SECONDS - 30),
            new Phase("last 30 s", SECONDS - 30, SECONDS));

    private Storm() {}

    /** A time of the storm, from a second on to before another. */
    record Phase(String name, int fromSecond, int toSecond) {
        boolean contains(Outcome outcome) {
            int second = second(outcome.call().nanos());
            return fromSecond <= second && second < toSecond;
        }
    }

    static List<Population> all() {
        Capacity connections = Capacity.perSecond(Capacity.Of.CONNECTIONS, TIGHT_PER_SECOND);
        Capacity syns = Capacity.perSecond(Capacity.Of.SYNS, TIGHT_PER_SECOND);
        String alike = SERVERS + " alike replicas of 20 ms";
        String many = "10,000 clients, a policy each, that call every 10 s in the mean; " + alike;
        String few = "20 processes, a policy each, that call 50 times a second in the mean; " + alike;
        String accepting = few + ", each of which accepts no more than " + TIGHT_PER_SECOND
                + " connections a second and has a backlog of " + Capacity.BACKLOG;
        String answering = few + ", each of which takes no more than " + TIGHT_PER_SECOND
                + " SYNs a second, wanted or not, and answers the later the more come";
        return List.of(
                storm("storm-clients", many, 10_000, Capacity.ENDLESS),
                storm("storm-processes", few, 20, Capacity.ENDLESS),
                storm("storm-tight", accepting, 20, connections),
                storm("storm-tightest", answering, 20, syns));
    }

    private static Population storm(String name, String scene, int clients, Capacity capacity) {
        Replica alive = Replica.live(20).jitter(2);
        var servers = new ArrayList<Server>();
        for (int i = 0; i < SERVERS; i++) {
            Server server = Server.of(i, alive).taking(capacity);
            Server dying = server.then(ofSeconds(DEATH_SECOND), Populations.DEAD);
            servers.add(i < DYING ? dying.then(ofSeconds(RECOVERY_SECOND), alive) : server);
        }
        return new Population(
                name,
                scene + ". In another order each time. From " + DEATH_SECOND + " to " + RECOVERY_SECOND + " s, " + DYING
                        + " of them swallow every packet.",
                List.of(servers),
                true,
                clients,
                Plan.byChance(ofSeconds(SECONDS), CALLS_PER_SECOND, clients),
                List.of(""),
                List.of());
    }

    /** What comes after the end, of calls that began before it, counts to the last second. */
    static int second(long nanos) {
        return (int) Math.min(SECONDS - 1, nanos / 1_000_000_000);
    }
}
