package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Policy;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.race.RacePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A population of one host and a few calls, to see what happens to the millisecond. */
final class Scene implements Observer {
    private final List<Server> servers = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private RacePolicy policy = RacePolicy.allAtOnce();
    private long clockStartNanos;

    /** The servers get the numbers of their paths. */
    static Scene of(Replica... paths) {
        var scene = new Scene();
        Arrays.stream(paths).forEach(path -> scene.servers.add(Server.of(scene.servers.size(), path)));
        return scene;
    }

    static Scene ofServers(Server... servers) {
        var scene = new Scene();
        scene.servers.addAll(List.of(servers));
        return scene;
    }

    Scene policy(RacePolicy other) {
        policy = other;
        return this;
    }

    Scene clockStartsAt(long nanos) {
        clockStartNanos = nanos;
        return this;
    }

    Scene callAt(long millis) {
        calls.add(new Call(calls.size(), millis * 1_000_000, 0, 0, 0));
        return this;
    }

    List<Outcome> run() {
        var population =
                new Population("scene", "", List.of(servers), false, 1, random -> calls, List.of(""), List.of());
        var candidate = new Policy("policy", () -> policy);
        return new Simulation(population, candidate, 1, clockStartNanos, this).run();
    }

    /** Runs one call at 0. */
    Outcome outcome() {
        return callAt(0).run().get(0);
    }

    /** What happened: the millisecond, the event and the server's number, of each call with a mark of its own. */
    List<String> events() {
        callAt(0).run();
        return log;
    }

    List<String> log() {
        return log;
    }

    @Override
    public void on(Event event, long nanos, Call call, Server server) {
        log.add(nanos / 1_000_000 + " " + event + " " + server.number());
    }
}
