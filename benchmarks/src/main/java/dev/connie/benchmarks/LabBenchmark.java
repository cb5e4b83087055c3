package dev.connie.benchmarks;

import dev.connie.benchmarks.Measurement.Cost;
import dev.connie.benchmarks.lab.Deployment;
import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/** Runs contenders through scenarios in a lab. */
final class LabBenchmark {
    private static final int WARM_UP_ROUNDS = 60;
    private static final int TLS_SLOWER = 5;

    private final Lab lab;
    private final List<ContenderKind> kinds;
    private final Function<Scenario, Service> service;
    private final Settings settings;

    /** @param service what the servers of a scenario speak */
    LabBenchmark(Lab lab, List<ContenderKind> kinds, Function<Scenario, Service> service, Settings settings) {
        this.lab = lab;
        this.kinds = kinds;
        this.service = service;
        this.settings = settings;
    }

    /**
     * First measures what calls cost, scenario by scenario and contender by contender; then how long they take. There a
     * scenario begins while the last calls of the one before it still wait for their timeouts.
     *
     * @param progress told of each scenario, once for its costs if they are measured and once for its times
     */
    List<ScenarioResult> run(List<Scenario> scenarios, Progress progress) throws IOException {
        ExecutorService callers = Callers.open();
        try {
            for (Service spoken : scenarios.stream().map(service).distinct().toList()) {
                warmUp(spoken, callers);
            }
            Map<Scenario, Map<String, Cost>> costs = new HashMap<>();
            for (Scenario scenario : scenarios) {
                if (isCostMeasured(scenario)) {
                    progress.next(scenario.name() + ": cost");
                    costs.put(scenario, costs(scenario, callers));
                }
            }
            List<LabTrial> trials = new ArrayList<>();
            try {
                for (Scenario scenario : scenarios) {
                    progress.next(scenario.name() + ": " + scenario.description());
                    LabTrial trial = trial(scenario, settings);
                    trials.add(trial);
                    trial.start(callers);
                }
            } finally {
                // Also after a failure: nothing of a trial may stay.
                for (LabTrial trial : trials) {
                    trial.close();
                }
            }
            return trials.stream()
                    .map(trial -> trial.result(costs.getOrDefault(trial.scenario(), Map.of())))
                    .toList();
        } finally {
            callers.shutdownNow();
        }
    }

    /** How often {@link #run} says what it is at. */
    int steps(List<Scenario> scenarios) {
        return scenarios.size()
                + (int) scenarios.stream().filter(this::isCostMeasured).count();
    }

    /** Has all contenders make calls that are not counted, so that their code is loaded and compiled. */
    private void warmUp(Service spoken, ExecutorService callers) throws IOException {
        Replica near = Replica.live(0);
        var scenario = new Scenario("warm-up", "", Duration.ofSeconds(5), false, List.of(near, near, near));
        var brief = new Settings(WARM_UP_ROUNDS, Duration.ofMillis(2), settings.seed(), false);
        try (LabTrial trial = new LabBenchmark(lab, kinds, any -> spoken, brief).trial(scenario, brief)) {
            trial.start(callers);
        }
    }

    private LabTrial trial(Scenario scenario, Settings forTrial) throws IOException {
        Service spoken = service.apply(scenario);
        // A TLS handshake is a hundred times the work of a connect: at the usual pace they would wait for a processor.
        Duration gap = spoken == Service.HTTPS ? forTrial.gap().multipliedBy(TLS_SLOWER) : forTrial.gap();
        return LabTrial.open(lab, kinds, scenario, spoken, forTrial.withGap(gap));
    }

    private boolean isCostMeasured(Scenario scenario) {
        return settings.costEverywhere() || scenario.replicas().stream().allMatch(Replica::isWell);
    }

    private Map<String, Cost> costs(Scenario scenario, ExecutorService callers) throws IOException {
        Map<String, Cost> costs = new HashMap<>();
        try (Deployment deployment = lab.deploy(scenario, kinds.size(), service.apply(scenario), settings.seed())) {
            CostMeter meter = new CostMeter(callers);
            for (int i = 0; i < kinds.size(); i++) {
                Site site = LabTrial.site(deployment, i, settings.seed());
                costs.put(kinds.get(i).name(), meter.measure(kinds.get(i), site, LabTrial.host(scenario)));
            }
        }
        return costs;
    }
}
