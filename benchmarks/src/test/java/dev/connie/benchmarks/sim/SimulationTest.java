package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.Policy;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.sim.Observer.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {
    static Stream<Arguments> policiesInPopulations() {
        return Populations.all().stream()
                .flatMap(population -> Policy.SIMULATED.stream()
                        .map(candidate -> Arguments.argumentSet(
                                candidate.name() + " in " + population.name(), population, candidate)));
    }

    @ParameterizedTest
    @MethodSource("policiesInPopulations")
    void everyAttemptEndsExactlyOnceAndEveryCallHasOneWinnerOrFails(Population population, Policy candidate) {
        record Attempt(int call, int server) {}
        Set<Attempt> running = new HashSet<>();
        Map<Integer, Integer> syns = new HashMap<>();
        Map<Integer, Integer> winners = new HashMap<>();
        List<Outcome> outcomes = simulation(population, candidate, 1, (event, nanos, call, server) -> {
                    var attempt = new Attempt(call.number(), server.number());
                    if (event.isSyn()) {
                        syns.merge(call.number(), 1, Integer::sum);
                    }
                    if (event.isStart()) {
                        assertThat(running.add(attempt))
                                .as("%s starts once", attempt)
                                .isTrue();
                    } else if (event == Event.RETRANSMISSION) {
                        assertThat(running).contains(attempt);
                    } else {
                        assertThat(running.remove(attempt))
                                .as("%s ends once", attempt)
                                .isTrue();
                    }
                    if (event == Event.WON) {
                        assertThat(winners.put(call.number(), server.number()))
                                .as("another winner")
                                .isNull();
                    }
                })
                .run();

        assertThat(running).isEmpty();
        assertThat(outcomes).extracting(outcome -> outcome.call().number()).doesNotHaveDuplicates();
        assertThat(outcomes).hasSizeGreaterThan(1_000).allSatisfy(outcome -> {
            int number = outcome.call().number();
            assertThat(outcome.syns()).isEqualTo(syns.get(number)).isGreaterThanOrEqualTo(outcome.attempts());
            assertThat(outcome.winner()).isEqualTo(winners.getOrDefault(number, -1));
            assertThat(outcome.connected()).isEqualTo(winners.containsKey(number));
            assertThat(outcome.nanos()).isBetween(0L, Population.TIMEOUT.toNanos());
            assertThat(outcome.discarded()).isLessThan(outcome.attempts() + (outcome.connected() ? 0 : 1));
        });
    }

    @ParameterizedTest
    @MethodSource("policiesInPopulations")
    void theSameSeedGivesTheSameRun(Population population, Policy candidate) {
        assertThat(simulation(population, candidate, 7, Observer.NONE).run())
                .isEqualTo(simulation(population, candidate, 7, Observer.NONE).run())
                .isNotEqualTo(
                        simulation(population, candidate, 8, Observer.NONE).run());
    }

    @Test
    void everyPolicyMeetsTheSameWeather() {
        var population = new Population(
                "one",
                "",
                List.of(List.of(Server.of(0, Replica.live(20).jitter(5).synLoss(0.1)))),
                true,
                1,
                Plan.byChance(Duration.ofSeconds(100), 10, 1),
                List.of(""),
                List.of());
        List<List<Outcome>> all = new ArrayList<>();
        for (Policy candidate : Policy.SIMULATED) {
            all.add(simulation(population, candidate, 3, Observer.NONE).run());
        }

        assertThat(all).allMatch(all.get(0)::equals);
        assertThat(all.get(0))
                .anyMatch(outcome -> outcome.syns() == 2)
                .allSatisfy(outcome -> assertThat(outcome.oracleNanos())
                        .as("with one address, the oracle knows no better")
                        .isEqualTo(outcome.connected() ? outcome.nanos() : -1));
    }

    @Test
    void thoseWhoAreOneClientLearnFromEachOther() {
        var dead = List.of(
                Server.of(0, Populations.DEAD), Server.of(1, Replica.live(20).jitter(2)));
        Policy adaptive = named("adaptive");

        assertThat(triedDeadFirst(dead, adaptive, 1))
                .as("found once, and explored at times")
                .isLessThan(50);
        assertThat(triedDeadFirst(dead, adaptive, 1_000)).isGreaterThan(300);
    }

    private static long triedDeadFirst(List<Server> servers, Policy candidate, int clients) {
        var population = new Population(
                "two",
                "",
                List.of(servers),
                false,
                clients,
                Plan.byChance(Duration.ofSeconds(100), 10, clients),
                List.of(""),
                List.of());
        return simulation(population, candidate, 1, Observer.NONE).run().stream()
                .filter(outcome -> outcome.first() == 0)
                .count();
    }

    static Policy named(String name) {
        return Policy.SIMULATED.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Simulation simulation(Population population, Policy candidate, long seed, Observer observer) {
        return new Simulation(population, candidate, seed, 0, observer);
    }
}
