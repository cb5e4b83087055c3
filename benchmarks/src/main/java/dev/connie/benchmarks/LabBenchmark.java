package dev.connie.benchmarks;

import dev.connie.HostResolver;
import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import dev.connie.benchmarks.lab.Deployment;
import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import dev.connie.benchmarks.lab.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs contenders through scenarios in a lab.
 *
 * @param service what the servers of a scenario speak
 */
record LabBenchmark(Lab lab, List<Kind> kinds, Function<Scenario, Service> service, Settings settings) {
    private static final int WARM_UP_ROUNDS = 60;
    private static final int TLS_SLOWER = 5;
    private static final long LOOK_NANOS = 30_000_000;
    /** Longer than any scenario's round trip, shorter than the second after which a SYN is sent again. */
    private static final int SILENT_LOOKS = 10;

    private static final int MOST_LOOKS = 160;

    /** A scenario begins while the last calls of the one before it still wait for their timeouts. */
    List<ScenarioResult> run(List<Scenario> scenarios, Progress progress) throws IOException {
        for (Service spoken : scenarios.stream().map(service).distinct().toList()) {
            warmUp(spoken);
        }
        // A TLS handshake is a hundred times the work of a connect: at the usual pace they would wait for a processor.
        var slower = new Settings(settings.rounds(), settings.gap().multipliedBy(TLS_SLOWER), settings.seed());
        List<Play> plays = new ArrayList<>();
        try {
            for (Scenario scenario : scenarios) {
                progress.next(scenario.name() + ": " + scenario.description());
                Service spoken = service.apply(scenario);
                Play play = new Play(scenario, spoken, spoken == Service.HTTPS ? slower : settings);
                plays.add(play);
                play.start();
            }
        } finally {
            // Also after a failure: nothing of a play may stay.
            for (Play play : plays) {
                play.close();
            }
        }
        return plays.stream().map(Play::result).toList();
    }

    /** Has all contenders make calls that are not counted, so that their code is loaded and compiled. */
    private void warmUp(Service spoken) throws IOException {
        Replica near = Replica.live(0);
        var scenario = new Scenario("warm-up", "", Duration.ofSeconds(5), false, List.of(near, near, near));
        var brief = new Settings(WARM_UP_ROUNDS, Duration.ofMillis(2), settings.seed());
        try (Play play = new Play(scenario, spoken, brief)) {
            play.start();
        }
    }

    /** Which replica someone would pick who knows them all: the fastest that is well, or the first if none is. */
    private static int best(List<Replica> replicas) {
        return IntStream.range(0, replicas.size())
                .filter(i -> replicas.get(i).isWell())
                .boxed()
                .min(Comparator.comparing(i -> replicas.get(i).rtt()))
                .orElse(0);
    }

    /**
     * The lab's name service for one contender. Asked for the n-th time it answers in the n-th order, and that is the
     * same for all contenders with the same seed. Thread-safe.
     */
    static HostResolver names(List<InetAddress> addresses, boolean shuffled, long seed) {
        var questions = new AtomicLong();
        return host -> {
            List<InetAddress> answer = new ArrayList<>();
            for (InetAddress address : addresses) {
                answer.add(InetAddress.getByAddress(host, address.getAddress()));
            }
            if (shuffled) {
                // Multiplied, because the first numbers of neighbouring seeds are alike.
                Collections.shuffle(answer, new Random((seed + questions.getAndIncrement()) * 0x9E3779B97F4A7C15L));
            }
            return answer;
        };
    }

    /** A scenario that is deployed, a copy for each contender, and played. */
    private final class Play implements AutoCloseable {
        private final Scenario scenario;
        private final Settings pace;
        private final Deployment deployment;
        private final Trial trial;
        private final List<@Nullable Traffic> traffic = new ArrayList<>();

        Play(Scenario scenario, Service spoken, Settings pace) throws IOException {
            this.scenario = scenario;
            this.pace = pace;
            deployment = lab.deploy(scenario, kinds.size(), spoken, settings.seed());
            try {
                trial = Trial.open(kinds, this::site);
            } catch (IOException | RuntimeException e) {
                deployment.close();
                throw e;
            }
        }

        /** What the contender is told that has this copy of the scenario. */
        private Site site(int copy) {
            List<InetAddress> addresses = deployment.addresses(copy);
            return new Site(
                    names(addresses, scenario.shuffled(), settings.seed()),
                    deployment.port(),
                    scenario.timeout(),
                    deployment.clientTls(),
                    addresses.get(best(scenario.replicas())));
        }

        void start() {
            trial.start(pace, scenario.name() + ".lab");
        }

        /** Waits for the last calls, closes the contenders, counts what their addresses saw, and takes it all down. */
        @Override
        public void close() throws IOException {
            try (deployment) {
                trial.close();
                awaitSilence();
                traffic.addAll(lab.countsPackets() ? traffic() : Collections.nCopies(kinds.size(), null));
            }
        }

        private List<Traffic> traffic() {
            return IntStream.range(0, kinds.size())
                    .mapToObj(deployment::traffic)
                    .toList();
        }

        /** Returns when nothing was counted for a while: packets may be on their way when the last call has ended. */
        private void awaitSilence() {
            List<Traffic> last = List.of();
            for (int looks = 0, alike = 0; alike < SILENT_LOOKS && looks < MOST_LOOKS; looks++) {
                List<Traffic> seen = traffic();
                alike = seen.equals(last) ? alike + 1 : 0;
                last = seen;
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }

        /** What came of it, once closed. */
        ScenarioResult result() {
            return new ScenarioResult(scenario.name(), scenario.description(), trial.measurements(traffic::get));
        }
    }
}
