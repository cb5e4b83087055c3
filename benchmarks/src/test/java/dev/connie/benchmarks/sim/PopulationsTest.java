package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Measurement.Times;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That populations are as they say, as seen by the policies whose behaviour is known. */
class PopulationsTest {
    private static final Experiment EXPERIMENT =
            new Experiment(List.of(SimulationTest.named("allAtOnce"), SimulationTest.named("rfc8305")), 1, 1);

    private static Experiment.Result result(String name) {
        return EXPERIMENT.in(named(name));
    }

    static Population named(String name) {
        return Populations.all().stream()
                .filter(population -> population.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Measurement fastest(Experiment.Result result) {
        return result.trials().get(0).measurement(0);
    }

    private static Measurement standard(Experiment.Result result) {
        return result.trials().get(1).measurement(0);
    }

    private static double meanMillis(Measurement measurement) {
        return times(measurement).mean() / 1e6;
    }

    private static Times times(Measurement measurement) {
        return Objects.requireNonNull(measurement.times());
    }

    @Test
    void allHaveANameAndAddressesThatBelongToNobody() {
        List<Population> all =
                Stream.concat(Populations.all().stream(), Storm.all().stream()).toList();

        assertThat(all).extracting(Population::name).doesNotHaveDuplicates();
        assertThat(all)
                .flatExtracting(Population::hosts)
                .flatExtracting(host -> host)
                .extracting(server -> server.address().getAddress().getHostAddress())
                .allMatch(ip -> ip.matches("198\\.1[89]\\..*|2001:2:0:.*"));
        assertThat(all)
                .allSatisfy(population -> assertThat(population.hosts())
                        .flatExtracting(host -> host)
                        .extracting(Server::number)
                        .doesNotHaveDuplicates());
    }

    @Test
    void callsComeTenTimesASecondForTwoHundredSeconds() {
        List<Call> calls = named("identical").plan().calls(new SplittableRandom(1));

        assertThat(calls).hasSizeBetween(1_850, 2_150);
        assertThat(calls).extracting(Call::nanos).isSorted().allMatch(nanos -> nanos < 200_000_000_000L);
        for (int i = 0; i < calls.size(); i++) {
            assertThat(calls.get(i).number()).isEqualTo(i);
        }
    }

    @Test
    void identicalReplicasGainOnlyWhatChanceGives() {
        var result = result("identical");

        // 20 ms and the mean of the jitter, or of the least of 4.
        assertThat(meanMillis(standard(result))).isCloseTo(22, within(0.2));
        assertThat(meanMillis(fastest(result))).isCloseTo(20.5, within(0.1));
    }

    @Test
    void unevenReplicasAreChosenByChance() {
        var result = result("uneven");

        assertThat(meanMillis(standard(result))).isCloseTo(88, within(4.0));
        assertThat(meanMillis(fastest(result))).isCloseTo(11, within(0.1));
        assertThat(result.trials().get(1).outcomes().map(Outcome::first).distinct())
                .hasSize(8);
    }

    @Test
    void aDeadAddressCostsTheDelay() {
        assertThat(times(standard(result("first-of-4-dead"))).p50() / 1e6).isCloseTo(271, within(2.0));
        assertThat(result("one-of-4-dead").trials().get(1).outcomes().filter(outcome -> outcome.first() == 0))
                .hasSizeBetween(430, 570);
    }

    @Test
    void ipv6ComesFirst() {
        for (String name : List.of("ipv6-broken", "ipv6-slow")) {
            var result = result(name);
            List<Server> servers = result.population().hosts().get(0);

            assertThat(servers.subList(0, 2))
                    .allMatch(server -> server.address().getAddress() instanceof Inet6Address);
            assertThat(servers.subList(2, 4))
                    .noneMatch(server -> server.address().getAddress() instanceof Inet6Address);
            assertThat(result.trials().get(1).outcomes()).allMatch(outcome -> outcome.first() == 0);
        }
        assertThat(meanMillis(standard(result("ipv6-broken")))).isCloseTo(272, within(1.0));
        assertThat(meanMillis(standard(result("ipv6-slow")))).isCloseTo(165, within(2.0));
    }

    @Test
    void whatIsLostIsTheShareThatIsSaid() {
        for (int percent : List.of(1, 2)) {
            var population = named("loss-" + percent);
            long retried = new Experiment(List.of(SimulationTest.named("rfc8305")), 10, 1)
                    .in(population)
                    .trials()
                    .get(0)
                    .outcomes()
                    .filter(outcome -> outcome.attempts() > 1)
                    .count();

            assertThat(retried / 20_000.0).isCloseTo(percent / 100.0, within(0.003));
        }
    }

    @Test
    void ofManyAddressesOnlySixteenAreTriedAtOnce() {
        assertThat(result("many").trials().get(0).outcomes()).allMatch(outcome -> outcome.attempts() == 16);
    }

    @Test
    void aStrangerIsCalledThreeTimes() {
        var result = result("cold-start");

        assertThat(result.scenarios())
                .extracting(scenario -> scenario.name())
                .containsExactly("cold-start-1st", "cold-start-2nd", "cold-start-3rd");
        assertThat(result.scenarios())
                .allSatisfy(
                        part -> assertThat(part.measurements()).allMatch(measurement -> measurement.calls() == 700));
    }

    @Test
    void everyHostOfColdStartDeadHasOneDeadAddress() {
        assertThat(named("cold-start-dead").hosts())
                .hasSize(700)
                .allSatisfy(host -> assertThat(
                                host.stream().filter(server -> server.at(0).isDead()))
                        .hasSize(1));
    }

    @Test
    void thoseThatChangeDoSoWhenTheySay() {
        Server dying = named("dies").hosts().get(0).get(0);
        Server degrading = named("degrades").hosts().get(0).get(0);
        Server swapping = named("swap").hosts().get(0).get(1);

        assertThat(Stream.of(59, 60, 119, 120)
                        .map(second -> dying.at(nanos(second)).isWell()))
                .containsExactly(true, false, false, true);
        assertThat(Stream.of(59, 60, 119, 120)
                        .map(second -> degrading.at(nanos(second)).rtt().toMillis()))
                .containsExactly(10L, 200L, 200L, 10L);
        assertThat(Stream.of(49, 50, 100, 150)
                        .map(second -> swapping.at(nanos(second)).rtt().toMillis()))
                .containsExactly(50L, 10L, 50L, 10L);
    }

    @Test
    void inAStormHalfOfTheServersDie() {
        for (Population storm : Storm.all()) {
            List<Server> servers = storm.hosts().get(0);

            assertThat(servers).hasSize(8);
            assertThat(servers.stream().filter(server -> server.at(nanos(60)).isDead()))
                    .hasSize(4);
            for (int second : List.of(0, 39, 80)) {
                assertThat(servers).allMatch(server -> server.at(nanos(second)).isWell());
            }
        }
    }

    private static long nanos(int second) {
        return Duration.ofSeconds(second).toNanos();
    }
}
