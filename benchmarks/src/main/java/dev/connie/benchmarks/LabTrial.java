package dev.connie.benchmarks;

import dev.connie.benchmarks.Measurement.Cost;
import dev.connie.benchmarks.lab.Deployment;
import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import dev.connie.benchmarks.lab.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The contenders side by side in one scenario. */
final class LabTrial implements AutoCloseable {
    private final Deployment deployment;
    private final Settings settings;
    private final boolean countsPackets;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private final List<@Nullable Traffic> traffic = new ArrayList<>();
    private final Phaser running = new Phaser(1);

    private LabTrial(Deployment deployment, Settings settings, boolean countsPackets) {
        this.deployment = deployment;
        this.settings = settings;
        this.countsPackets = countsPackets;
    }

    /** Deploys the scenario, a copy for each contender, and opens them. */
    static LabTrial open(Lab lab, List<ContenderKind> kinds, Scenario scenario, Service service, Settings settings)
            throws IOException {
        Deployment deployment = lab.deploy(scenario, kinds.size(), service, settings.seed());
        var trial = new LabTrial(deployment, settings, lab.countsPackets());
        try {
            for (int i = 0; i < kinds.size(); i++) {
                Contender contender = kinds.get(i).factory().open(site(deployment, i, settings.seed()));
                trial.contenders.add(contender);
                trial.tallies.add(new Tally(kinds.get(i).name(), contender));
            }
            return trial;
        } catch (IOException | RuntimeException e) {
            trial.close();
            throw e;
        }
    }

    Scenario scenario() {
        return deployment.scenario();
    }

    /** Starts all calls, and returns while the last of them run. */
    void start(ExecutorService callers) {
        new Rounds(callers, settings.gap(), settings.seed()).run(tallies, host(scenario()), settings.rounds(), running);
    }

    /** Waits for the last calls, closes the contenders, counts what their addresses saw, and takes the scenario down. */
    @Override
    public void close() throws IOException {
        running.arriveAndAwaitAdvance();
        try (deployment) {
            for (Contender contender : contenders) {
                contender.close();
            }
            Quiet.await(deployment, contenders.size());
            for (int i = 0; i < contenders.size(); i++) {
                traffic.add(countsPackets ? deployment.traffic(i) : null);
            }
        }
    }

    /** What came of it, once closed. */
    ScenarioResult result(Map<String, Cost> costs) {
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < tallies.size(); i++) {
            Tally tally = tallies.get(i);
            measurements.add(tally.measurement(traffic.get(i), costs.get(tally.name())));
        }
        return new ScenarioResult(scenario().name(), scenario().description(), measurements);
    }

    /** What a scenario's host is called in the lab. */
    static String host(Scenario scenario) {
        return scenario.name() + ".lab";
    }

    /** What the contender is told that has this copy of the scenario. */
    static Site site(Deployment deployment, int copy, long seed) {
        Scenario scenario = deployment.scenario();
        List<InetAddress> addresses = deployment.addresses(copy);
        return new Site(
                new RoundRobinNames(addresses, scenario.shuffled(), seed),
                deployment.port(),
                scenario.timeout(),
                deployment.clientTls(),
                addresses.get(best(scenario)));
    }

    /** Which replica someone would pick who knows them all: the fastest that is well, or the first if none is. */
    private static int best(Scenario scenario) {
        List<Replica> replicas = scenario.replicas();
        return IntStream.range(0, replicas.size())
                .filter(i -> replicas.get(i).isWell())
                .boxed()
                .min(Comparator.comparing(i -> replicas.get(i).rtt()))
                .orElse(0);
    }
}
