package dev.connie.benchmarks.sim;

import dev.connie.Connector;
import dev.connie.benchmarks.Policy;
import dev.connie.benchmarks.sim.EventQueue.Rank;
import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;

/** One run: one policy in one population. Not thread-safe; to be run once. */
final class Simulation {
    /** The library's default bound on the extra attempts of a process. */
    static final int MAX_EXTRA_ATTEMPTS = 1024;

    final Observer observer;
    final EventQueue queue = new EventQueue();
    final Network network;
    final List<Outcome> outcomes = new ArrayList<>();
    private final Population population;
    private final Policy policy;
    private final long seed;
    private final long clockStartNanos;
    private final List<Call> calls;
    private final Map<Integer, Client> clients = new HashMap<>();
    private final Map<InetSocketAddress, Server> servers = new HashMap<>();
    private long attempts;

    /** A process that makes calls: one policy for all of them, and one bound on extra attempts, as in the library. */
    static final class Client {
        final RacePolicy policy;
        int extraAttemptsLeft = MAX_EXTRA_ATTEMPTS;

        Client(RacePolicy policy) {
            this.policy = policy;
        }
    }

    /**
     * A run.
     *
     * @param seed decides all that is drawn
     * @param clockStartNanos what the clients' clock shows when the run begins; it may wrap
     */
    Simulation(Population population, Policy policy, long seed, long clockStartNanos, Observer observer) {
        this.population = population;
        this.policy = policy;
        this.observer = observer;
        this.network = new Network(seed);
        this.seed = seed;
        this.clockStartNanos = clockStartNanos;
        this.calls = population.plan().calls(new SplittableRandom(seed));
        population.hosts().forEach(host -> host.forEach(server -> servers.put(server.address(), server)));
    }

    /** Returns what became of every call, in the order in which they began. */
    List<Outcome> run() {
        begin(0);
        queue.run();
        outcomes.sort(Comparator.comparingInt(outcome -> outcome.call().number()));
        return List.copyOf(outcomes);
    }

    private void begin(int index) {
        if (index < calls.size()) {
            Call call = calls.get(index);
            queue.schedule(call.nanos(), Rank.CALL, call.number(), () -> {
                race(call);
                begin(index + 1);
            });
        }
    }

    private void race(Call call) {
        Client client = clients.computeIfAbsent(
                call.client(), number -> new Client(policy.fresh().get()));
        var race = new Race(
                client.policy,
                resolve(call),
                Population.TIMEOUT,
                Connector.DEFAULT_MAX_ATTEMPTS_IN_FLIGHT,
                clockNanos());
        new SimulatedRace(this, client, call, race).proceed();
    }

    private List<InetSocketAddress> resolve(Call call) {
        var addresses = new ArrayList<InetSocketAddress>();
        population.hosts().get(call.host()).forEach(server -> addresses.add(server.address()));
        if (population.shuffled()) {
            // By the call alone, so that every policy is told the same. Mixed, because Random begins alike with seeds
            // that are alike.
            long mixed = new SplittableRandom(seed + call.number()).nextLong();
            Collections.shuffle(addresses, new Random(mixed));
        }
        return addresses;
    }

    /** What the clients' clock shows. */
    long clockNanos() {
        return clockStartNanos + queue.nowNanos();
    }

    long nextAttempt() {
        return attempts++;
    }

    Server server(InetSocketAddress address) {
        return Objects.requireNonNull(servers.get(address), address::toString);
    }

    long oracleNanos(Call call) {
        return network.oracleNanos(population.hosts().get(call.host()), call, Population.TIMEOUT.toNanos());
    }
}
