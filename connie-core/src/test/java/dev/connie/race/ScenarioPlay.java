package dev.connie.race;

import dev.connie.race.Scenario.Change;
import dev.connie.race.Scenario.Driver;
import dev.connie.race.Scenario.Host;
import dev.connie.race.Scenario.Kind;
import dev.connie.race.Scenario.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Scenario}. Times are nanoseconds since the start of its first race. */
final class ScenarioPlay {
    /** Far more than any race needs: a driver that spins must fail, not hang. */
    private static final int MOST_WAKES = 10_000;

    private final Scenario scenario;
    private final RacePolicy policy;
    private final List<Host> hosts;
    private final List<Running> started = new ArrayList<>();

    ScenarioPlay(Scenario scenario) {
        this.scenario = scenario;
        policy = scenario.policy().create();
        hosts = new ArrayList<>(scenario.hosts());
    }

    private final class Running {
        final Setup setup;
        final long startNanos;
        final List<String> resolved;
        final Set<String> accepting;
        final VirtualNetwork.Driver driver;
        private int wakes;

        Running(Setup setup, long startNanos) {
            this.setup = setup;
            this.startNanos = startNanos;
            List<Integer> first = setup.answers().first();
            resolved = (first.isEmpty() ? IntStream.range(0, hosts.size()).boxed() : first.stream())
                    .map(ScenarioPlay.this::name)
                    .toList();
            accepting = IntStream.range(0, hosts.size())
                    .filter(i -> hosts.get(i).behaviour().kind() == Kind.ACCEPTS)
                    .mapToObj(ScenarioPlay.this::name)
                    .collect(Collectors.toSet());
            driver = network(setup, startNanos, resolved).begin();
        }

        long wakeNanos() {
            return startNanos + driver.wakeNanos();
        }

        void wake() {
            if (++wakes > MOST_WAKES) {
                throw new AssertionError("a race that does not end: " + setup);
            }
            driver.wake();
        }

        PlayedRace played() {
            return new PlayedRace(
                    scenario.policy(),
                    setup,
                    startNanos,
                    resolved,
                    accepting,
                    driver.moments,
                    driver.nowNanos(),
                    driver.report());
        }
    }

    List<PlayedRace> run() {
        long startNanos = 0;
        for (Setup setup : scenario.races()) {
            startNanos += Duration.ofMillis(setup.gapMillis()).toNanos();
            runUntil(startNanos);
            for (Change change : setup.changes()) {
                int host = change.host() % hosts.size();
                hosts.set(host, new Host(hosts.get(host).isIpv6(), change.behaviour()));
            }
            Running race = new Running(setup, startNanos);
            started.add(race);
            tellThePolicyIfOver(race);
        }
        runUntil(Long.MAX_VALUE);
        return started.stream().map(Running::played).toList();
    }

    /** Wakes the drivers in the order of their times, as long as these are earlier. */
    private void runUntil(long nanos) {
        Running next = nextToWake();
        while (next != null && next.wakeNanos() < nanos) {
            next.wake();
            tellThePolicyIfOver(next);
            next = nextToWake();
        }
    }

    private @Nullable Running nextToWake() {
        Running next = null;
        for (Running race : started) {
            if (!race.driver.isOver() && (next == null || race.wakeNanos() < next.wakeNanos())) {
                next = race;
            }
        }
        return next;
    }

    private void tellThePolicyIfOver(Running race) {
        if (!race.driver.isOver()) {
            return;
        }
        switch (race.setup.afterwards()) {
            case NOTHING -> {}
            case DISAPPOINTED ->
                race.driver
                        .report()
                        .winner()
                        .ifPresent(winner -> policy.disappointed(
                                winner.address(),
                                scenario.clockStartNanos() + race.startNanos + race.driver.nowNanos()));
            case NETWORK_CHANGED -> policy.networkChanged();
        }
    }

    private VirtualNetwork network(Setup setup, long startNanos, List<String> resolved) {
        VirtualNetwork network = VirtualNetwork.network()
                .policy(policy)
                .timeout(setup.timeoutMillis())
                .maxAttemptsInFlight(setup.maxAttemptsInFlight())
                .clockStartsAt(scenario.clockStartNanos() + startNanos);
        for (int i = 0; i < hosts.size(); i++) {
            int millis = hosts.get(i).behaviour().millis();
            switch (hosts.get(i).behaviour().kind()) {
                case ACCEPTS -> network.accepts(name(i), millis);
                case REFUSES -> network.refuses(name(i), millis);
                case DROPS -> network.drops(name(i));
                case UNREACHABLE -> network.unreachable(name(i));
            }
        }
        network.resolvesTo(resolved);
        setup.answers().late().forEach(late -> network.resolvesLater(name(late.host()), late.millis()));
        Driver driver = setup.driver();
        network.timersFireLate(driver.timersLate());
        driver.startsWithoutDescriptor().forEach(network::noDescriptorAtStart);
        if (driver.stallFor() > 0) {
            network.driverStalls(driver.stallFrom(), driver.stallFrom() + driver.stallFor());
        }
        if (driver.abandonedAt() > 0) {
            network.abandonedAt(driver.abandonedAt());
        }
        return network;
    }

    private String name(int index) {
        int host = index % hosts.size();
        return (hosts.get(host).isIpv6() ? "six" : "four") + host;
    }
}
