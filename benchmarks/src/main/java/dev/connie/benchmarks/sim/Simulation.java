package dev.connie.benchmarks.sim;

import dev.connie.Connector;
import dev.connie.benchmarks.sim.EventQueue.Rank;
import dev.connie.race.Race;
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
    private final Population population;
    private final Candidate candidate;
    private final Observer observer;
    private final EventQueue queue = new EventQueue();
    private final Network network;
    private final long seed;
    private final long clockStartNanos;
    private final List<Call> calls;
    private final Map<Integer, Client> clients = new HashMap<>();
    private final Map<InetSocketAddress, Server> servers = new HashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long attempts;

    /**
     * A run.
     *
     * @param seed decides all that is drawn
     * @param clockStartNanos what the clients' clock shows when the run begins; it may wrap
     */
    Simulation(
            Population population,
            Candidate candidate,
            Retransmission retransmission,
            long seed,
            long clockStartNanos,
            Observer observer) {
        this.population = population;
        this.candidate = candidate;
        this.observer = observer;
        this.network = new Network(seed, retransmission);
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
        if (index == calls.size()) {
            return;
        }
        Call call = calls.get(index);
        queue.schedule(call.nanos(), Rank.CALL, call.number(), () -> {
            race(call);
            begin(index + 1);
        });
    }

    private void race(Call call) {
        Client client = clients.computeIfAbsent(
                call.client(), number -> new Client(candidate.fresh().get()));
        var race = new Race(
                client.policy(),
                resolve(call),
                Population.TIMEOUT,
                Connector.DEFAULT_MAX_ATTEMPTS_IN_FLIGHT,
                clockNanos());
        new SimulatedRace(this, client, call, race).proceed();
    }

    private List<InetSocketAddress> resolve(Call call) {
        var addresses = new ArrayList<InetSocketAddress>();
        for (Server server : population.hosts().get(call.host())) {
            addresses.add(server.address());
        }
        if (population.shuffled()) {
            // By the call alone, so that every policy is told the same. Mixed, because Random begins alike with seeds
            // that
            // are alike.
            long mixed = new SplittableRandom(seed + call.number()).nextLong();
            Collections.shuffle(addresses, new Random(mixed));
        }
        return addresses;
    }

    EventQueue queue() {
        return queue;
    }

    Network network() {
        return network;
    }

    Observer observer() {
        return observer;
    }

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

    void ended(Outcome outcome) {
        outcomes.add(outcome);
    }
}
