package dev.connie.benchmarks.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.connie.benchmarks.sim.Watch.Wanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The populations that come with the simulator. Where nothing else is said, one process calls 10 times a second for
 * 200 s, so about 2,000 times, and jitter is a tenth of the RTT.
 */
final class Populations {
    private static final Duration DURATION = ofSeconds(200);
    private static final double CALLS_PER_SECOND = 10;
    private static final long SECOND = 1_000_000_000;
    private static final int CHANGE_SECONDS = 60;
    private static final int BACK_SECONDS = 120;

    private Populations() {}

    static List<Population> all() {
        return List.of(
                steady(
                        "identical",
                        "4 alike replicas of 20 ms, in another order each time.",
                        true,
                        wan(20, 20, 20, 20)),
                steady(
                        "uneven",
                        "8 replicas of 10 to 150 ms, in another order each time.",
                        true,
                        wan(10, 30, 50, 70, 90, 110, 130, 150)),
                steady(
                        "first-of-4-dead",
                        "The first of 4 addresses swallows every packet; the others take 20, 25 and 30 ms.",
                        false,
                        servers(Path.drops(), path(20), path(25), path(30))),
                steady(
                        "one-of-4-dead",
                        "One of 4 addresses swallows every packet, in another order each time; the others take 20, 25 "
                                + "and 30 ms.",
                        true,
                        servers(Path.drops(), path(20), path(25), path(30))),
                steady(
                        "ipv6-broken",
                        "2 IPv6 addresses that swallow every packet come before 2 IPv4 addresses of 20 and 30 ms.",
                        false,
                        dualStack(Path.drops(), Path.drops(), path(20), path(30))),
                steady(
                        "ipv6-slow",
                        "2 IPv6 addresses of 150 ms come before 2 IPv4 addresses of 20 and 30 ms.",
                        false,
                        dualStack(path(150), path(150), path(20), path(30))),
                steady(
                        "loss-1",
                        "4 alike replicas of 20 ms that lose 1 % of the SYNs.",
                        true,
                        losing(0.01, wan(20, 20, 20, 20))),
                steady(
                        "loss-2",
                        "4 alike replicas of 20 ms that lose 2 % of the SYNs.",
                        true,
                        losing(0.02, wan(20, 20, 20, 20))),
                steady(
                        "many",
                        "64 addresses of 10 to 150 ms, in another order each time.",
                        true,
                        wan(IntStream.range(0, 64)
                                .mapToDouble(i -> 10 + i * 140 / 63.0)
                                .toArray())),
                coldStart(),
                coldStartWithDead(),
                twentyFive(),
                changing(
                        "degrades",
                        "The best of 4 replicas takes 10 ms, from 60 s on 200 ms, from 120 s on 10 ms again; the others "
                                + "take 30, 40 and 50 ms. In another order each time.",
                        path(200)),
                changing(
                        "dies",
                        "The best of 4 replicas takes 10 ms and swallows every packet from 60 to 120 s; the others take "
                                + "30, 40 and 50 ms. In another order each time.",
                        Path.drops()),
                swap());
    }

    private static Population steady(String name, String description, boolean shuffled, List<Server> servers) {
        return ofOneHost(name, description, shuffled, servers, List.of());
    }

    private static Population ofOneHost(
            String name, String description, boolean shuffled, List<Server> servers, List<Watch> watches) {
        return new Population(
                name,
                description,
                List.of(servers),
                shuffled,
                1,
                Plan.byChance(DURATION, CALLS_PER_SECOND, 1),
                List.of(""),
                watches);
    }

    private static Population changing(String name, String description, Path changed) {
        List<Server> servers = new ArrayList<>(wan(10, 30, 40, 50));
        servers.set(0, servers.get(0).then(ofSeconds(CHANGE_SECONDS), changed).then(ofSeconds(BACK_SECONDS), path(10)));
        return ofOneHost(
                name,
                description,
                true,
                servers,
                List.of(
                        watch(name, 0, CHANGE_SECONDS, BACK_SECONDS, Wanted.AVOIDED),
                        watch("recovers", 0, BACK_SECONDS, (int) DURATION.toSeconds(), Wanted.USED)));
    }

    private static Population swap() {
        var watches = new ArrayList<Watch>();
        Server one = Server.ipv4(0, path(10));
        Server other = Server.ipv4(1, path(50));
        int every = 50;
        for (int swap = 1; swap * every < DURATION.toSeconds(); swap++) {
            boolean back = swap % 2 == 0;
            one = one.then(ofSeconds(swap * every), path(back ? 10 : 50));
            other = other.then(ofSeconds(swap * every), path(back ? 50 : 10));
            watches.add(watch("swap", back ? 0 : 1, swap * every, (swap + 1) * every, Wanted.USED));
        }
        return ofOneHost(
                "swap",
                "2 replicas of 10 and 50 ms that swap places every 50 s. In another order each time.",
                true,
                List.of(one, other),
                watches);
    }

    private static Watch watch(String what, int server, int fromSeconds, int untilSeconds, Wanted wanted) {
        return new Watch(what, server, fromSeconds * SECOND, untilSeconds * SECOND, wanted);
    }

    private static Population coldStart() {
        return acquaintances(
                "cold-start",
                "700 hosts, each of 4 addresses of 10 to 150 ms, drawn once per host. Each is called 3 times, 5 s apart "
                        + "in the mean; a new host every 100 ms. In another order each time.",
                hosts(700, false),
                true,
                Plan.acquaintances(700, ofMillis(100), 3, ofSeconds(5), 3),
                List.of("1st", "2nd", "3rd"));
    }

    private static Population coldStartWithDead() {
        return acquaintances(
                "cold-start-dead",
                "As cold-start, but one address of each host swallows every packet.",
                hosts(700, true),
                true,
                Plan.acquaintances(700, ofMillis(100), 3, ofSeconds(5), 3),
                List.of("1st", "2nd", "3rd"));
    }

    private static Population twentyFive() {
        var all = new ArrayList<List<Server>>();
        for (int host = 0; host < 80; host++) {
            int first = 4 * host;
            all.add(List.of(
                    Server.ipv4(first, Path.drops()),
                    Server.ipv4(first + 1, path(20)),
                    Server.ipv4(first + 2, path(25)),
                    Server.ipv4(first + 3, path(30))));
        }
        return acquaintances(
                "25-times",
                "80 hosts as in first-of-4-dead, each called 25 times, a second apart in the mean.",
                all,
                false,
                Plan.acquaintances(80, ofSeconds(2), 25, ofSeconds(1), 2),
                List.of("1st", "2nd-to-25th"));
    }

    private static List<List<Server>> hosts(int count, boolean oneDead) {
        int addresses = 4;
        var random = new SplittableRandom(count);
        var all = new ArrayList<List<Server>>();
        for (int host = 0; host < count; host++) {
            var servers = new ArrayList<Server>();
            for (int i = 0; i < addresses; i++) {
                Path live = path(random.nextDouble(10, 150));
                servers.add(Server.ipv4(host * addresses + i, oneDead && i == 0 ? Path.drops() : live));
            }
            all.add(servers);
        }
        return all;
    }

    private static Population acquaintances(
            String name,
            String description,
            List<List<Server>> hosts,
            boolean shuffled,
            Plan plan,
            List<String> parts) {
        return new Population(name, description, hosts, shuffled, 1, plan, parts, List.of());
    }

    private static List<Server> wan(double... rttMillis) {
        return servers(Arrays.stream(rttMillis).mapToObj(Populations::path).toArray(Path[]::new));
    }

    private static Path path(double rttMillis) {
        return Path.accepts(rttMillis, rttMillis / 10);
    }

    private static List<Server> losing(double share, List<Server> servers) {
        return servers(
                servers.stream().map(server -> server.at(0).losing(share)).toArray(Path[]::new));
    }

    private static List<Server> servers(Path... paths) {
        return IntStream.range(0, paths.length)
                .mapToObj(i -> Server.ipv4(i, paths[i]))
                .toList();
    }

    private static List<Server> dualStack(Path... paths) {
        return IntStream.range(0, paths.length)
                .mapToObj(i -> i < paths.length / 2 ? Server.ipv6(i, paths[i]) : Server.ipv4(i, paths[i]))
                .toList();
    }
}
