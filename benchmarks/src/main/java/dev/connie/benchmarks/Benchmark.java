package dev.connie.benchmarks;

import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import java.time.Duration;
import java.util.List;

/** The two benchmarks. */
enum Benchmark {
    /** Opens a connection and closes it. */
    CONNECT("connect", 150, 1_000, Duration.ofMillis(2)) {
        @Override
        List<ContenderKind> contenders(boolean withOracle) {
            return ConnectContenders.all(withOracle);
        }

        @Override
        List<Scenario> scenarios() {
            return Scenarios.connect();
        }

        @Override
        Service service(Scenario scenario) {
            return Service.SINK;
        }
    },
    /** Fetches a short text over a new connection. */
    HTTP("http", 50, 400, Duration.ofMillis(4)) {
        @Override
        List<ContenderKind> contenders(boolean withOracle) {
            return HttpContenders.all(withOracle);
        }

        @Override
        List<Scenario> scenarios() {
            return Scenarios.http();
        }

        @Override
        Service service(Scenario scenario) {
            return Scenarios.httpService(scenario);
        }
    };

    private final String word;
    private final int quickRounds;
    private final int fullRounds;
    private final Duration gap;

    Benchmark(String word, int quickRounds, int fullRounds, Duration gap) {
        this.word = word;
        this.quickRounds = quickRounds;
        this.fullRounds = fullRounds;
        this.gap = gap;
    }

    /** What it is called on the command line. */
    String word() {
        return word;
    }

    abstract List<ContenderKind> contenders(boolean withOracle);

    /** What it runs through unless told otherwise. */
    abstract List<Scenario> scenarios();

    abstract Service service(Scenario scenario);

    Settings settings(boolean full, long seed) {
        return new Settings(full ? fullRounds : quickRounds, gap, seed, full);
    }
}
