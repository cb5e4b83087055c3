package dev.connie.benchmarks.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.connie.benchmarks.Scenarios;
import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.sim.Watch.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The populations that come with the simulator. Where nothing else is said, one process calls 10 times a second for
 * 200 s, so about 2,000 times, and jitter is a tenth of the RTT. Those in which nothing changes are scenarios, of
 * {@code populations.json}, whose jitter is a mean here.
 */
final class Populations {
    /** How long those last that are called by chance. */
    static final int SECONDS = 200;

    private static final int CHANGE_SECONDS = 60;
    private static final int BACK_SECONDS = 120;
    private static final int SWAP_SECONDS = 50;
    private static final List<String> TWO_PARTS = List.of("1st", "2nd-to-25th");
    private static final List<String> THREE_PARTS = List.of("1st", "2nd", "3rd");

    /** A black hole. */
    static final Replica DEAD = Replica.live(0).with(Fault.BLACK_HOLE);

    private Populations() {}

    static List<Population> all() {
        var all = new ArrayList<Population>();
        for (Scenario scenario : Scenarios.load("populations.json")) {
            var servers = new ArrayList<Server>();
            for (Replica replica : scenario.replicas()) {
                servers.add(Server.of(servers.size(), replica));
            }
            all.add(ofOneHost(scenario.name(), scenario.description(), scenario.shuffled(), servers, List.of()));
        }
        all.add(coldStart(
                "cold-start",
                "700 hosts, each of 4 addresses of 10 to 150 ms, drawn once per host. Each is called 3 times, 5 s apart"
                        + " in the mean; a new host every 100 ms. In another order each time.",
                false));
        all.add(coldStart(
                "cold-start-dead", "As cold-start, but one address of each host swallows every packet.", true));
        all.add(twentyFive());
        all.add(changing(
                "degrades",
                "The best of 4 replicas takes 10 ms, from 60 s on 200 ms, from 120 s on 10 ms again; the others take 30,"
                        + " 40 and 50 ms. In another order each time.",
                path(200)));
        all.add(changing(
                "dies",
                "The best of 4 replicas takes 10 ms and swallows every packet from 60 to 120 s; the others take 30, 40"
                        + " and 50 ms. In another order each time.",
                DEAD));
        all.add(swap());
        return all;
    }

    private static Replica path(double rttMillis) {
        return Replica.live(rttMillis).jitter(rttMillis / 10);
    }

    private static Population ofOneHost(
            String name, String description, boolean shuffled, List<Server> servers, List<Watch> watches) {
        Plan plan = Plan.byChance(ofSeconds(SECONDS), 10, 1);
        return new Population(name, description, List.of(servers), shuffled, 1, plan, List.of(""), watches);
    }

    private static Population changing(String name, String description, Replica changed) {
        Server best =
                Server.of(0, path(10)).then(ofSeconds(CHANGE_SECONDS), changed).then(ofSeconds(BACK_SECONDS), path(10));
        List<Server> servers = List.of(best, Server.of(1, path(30)), Server.of(2, path(40)), Server.of(3, path(50)));
        List<Watch> watches = List.of(
                watch(name, 0, CHANGE_SECONDS, BACK_SECONDS, Wanted.AVOIDED),
                watch("recovers", 0, BACK_SECONDS, SECONDS, Wanted.USED));
        return ofOneHost(name, description, true, servers, watches);
    }

    private static Population swap() {
        var watches = new ArrayList<Watch>();
        Server one = Server.of(0, path(10));
        Server other = Server.of(1, path(50));
        for (int seconds = SWAP_SECONDS; seconds < SECONDS; seconds += SWAP_SECONDS) {
            boolean back = seconds / SWAP_SECONDS % 2 == 0;
            one = one.then(ofSeconds(seconds), path(back ? 10 : 50));
            other = other.then(ofSeconds(seconds), path(back ? 50 : 10));
            watches.add(watch("swap", back ? 0 : 1, seconds, seconds + SWAP_SECONDS, Wanted.USED));
        }
        String description = "2 replicas of 10 and 50 ms that swap places every 50 s. In another order each time.";
        return ofOneHost("swap", description, true, List.of(one, other), watches);
    }

    private static Watch watch(String what, int server, int fromSeconds, int untilSeconds, Wanted wanted) {
        return new Watch(
                what,
                server,
                ofSeconds(fromSeconds).toNanos(),
                ofSeconds(untilSeconds).toNanos(),
                wanted);
    }

    private static Population twentyFive() {
        var hosts = new ArrayList<List<Server>>();
        for (int first = 0; first < 4 * 80; first += 4) {
            hosts.add(List.of(
                    Server.of(first, DEAD),
                    Server.of(first + 1, path(20)),
                    Server.of(first + 2, path(25)),
                    Server.of(first + 3, path(30))));
        }
        String description = "80 hosts as in first-of-4-dead, each called 25 times, a second apart in the mean.";
        Plan plan = Plan.acquaintances(80, ofSeconds(2), 25, ofSeconds(1), 2);
        return new Population("25-times", description, hosts, false, 1, plan, TWO_PARTS, List.of());
    }

    private static Population coldStart(String name, String description, boolean oneDead) {
        int count = 700;
        int addresses = 4;
        var random = new SplittableRandom(count);
        var hosts = new ArrayList<List<Server>>();
        for (int host = 0; host < count; host++) {
            var servers = new ArrayList<Server>();
            for (int i = 0; i < addresses; i++) {
                Replica live = path(random.nextDouble(10, 150));
                servers.add(Server.of(host * addresses + i, oneDead && i == 0 ? DEAD : live));
            }
            hosts.add(servers);
        }
        Plan threeTimes = Plan.acquaintances(count, ofMillis(100), 3, ofSeconds(5), 3);
        return new Population(name, description, hosts, true, 1, threeTimes, THREE_PARTS, List.of());
    }
}
