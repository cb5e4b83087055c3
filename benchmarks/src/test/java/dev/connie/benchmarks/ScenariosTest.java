package dev.connie.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.benchmarks.lab.Replica.Family;
import dev.connie.benchmarks.lab.Scenario;
import dev.connie.benchmarks.lab.Service;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScenariosTest {
    @Nested
    class TheCatalogue {
        @Test
        void givesEachScenarioANameOfItsOwn() {
            assertThat(Scenarios.all()).extracting(Scenario::name).doesNotHaveDuplicates();
            assertThat(Scenarios.named("ipv6-dead").name()).isEqualTo("ipv6-dead");
        }

        @Test
        void describesEachScenarioInOneShortLine() {
            assertThat(Scenarios.all())
                    .extracting(Scenario::description)
                    .allSatisfy(description ->
                            assertThat(description).doesNotContain("\n").hasSizeBetween(20, 100));
        }

        @Test
        void hasALiveAddressInEveryScenarioButThoseCalledAllDead() {
            assertThat(Scenarios.all())
                    .allSatisfy(scenario -> assertThat(faults(scenario).contains(Fault.NONE))
                            .isNotEqualTo(scenario.name().endsWith("all-dead")));
        }

        @Test
        void playsAScenarioThatGoesWrongInTlsWithHttpsOnly() {
            Scenario mute = Scenarios.named("fastest-mute-in-tls");

            assertThat(Benchmark.HTTP.service(mute)).isEqualTo(Service.HTTPS);
            assertThat(Benchmark.HTTP.scenarios()).contains(mute).hasSizeGreaterThan(1);
            assertThat(Benchmark.CONNECT.scenarios()).doesNotContain(mute).hasSize(11);
            assertThat(Benchmark.CONNECT.scenarios())
                    .allSatisfy(scenario ->
                            assertThat(Benchmark.HTTP.service(scenario)).isEqualTo(Service.HTTP));
        }

        @Test
        void asksNothingOfLoopbackThatItCannotPlay() {
            assertThat(Scenarios.loopback()).isNotEmpty().allSatisfy(scenario -> {
                assertThat(scenario.name()).startsWith("loopback-");
                assertThat(scenario.replicas()).allSatisfy(replica -> {
                    assertThat(replica.family()).isEqualTo(Family.IPV4);
                    assertThat(replica.rtt().plus(replica.jitter())).isZero();
                    assertThat(replica.loss() + replica.synLoss()).isZero();
                    assertThat(replica.fault()).isIn(Fault.NONE, Fault.BLACK_HOLE, Fault.REFUSES);
                });
            });
        }
    }

    @Nested
    class AScenarioIsWhatItsNameSays {
        @Test
        void theFirstOf4IsDead() {
            assertThat(faults(named("first-of-4-dead")))
                    .containsExactly(Fault.BLACK_HOLE, Fault.NONE, Fault.NONE, Fault.NONE);
            assertThat(named("first-of-4-dead").shuffled()).isFalse();
        }

        @Test
        void halfOf8AreDeadOrRefuseAndTheirOrderChanges() {
            assertThat(named("four-of-8-dead").shuffled()).isTrue();
            assertThat(faults(named("four-of-8-dead"))).hasSize(8);
            assertThat(faults(named("four-of-8-dead")).stream().filter(fault -> fault == Fault.BLACK_HOLE))
                    .hasSize(4);
            assertThat(named("half-refuse").shuffled()).isTrue();
            assertThat(faults(named("half-refuse"))).hasSize(8);
            assertThat(faults(named("half-refuse")).stream().filter(fault -> fault == Fault.REFUSES))
                    .hasSize(4);
        }

        @Test
        void eightLiveAddressesTake10To150Millis() {
            List<Replica> replicas = named("eight-live").replicas();

            assertThat(named("eight-live").shuffled()).isTrue();
            assertThat(replicas).hasSize(8).extracting(Replica::rtt).doesNotHaveDuplicates();
            assertThat(replicas.get(0).rtt()).isEqualTo(Duration.ofMillis(10));
            assertThat(replicas.get(7).rtt()).isEqualTo(Duration.ofMillis(150));
        }

        @Test
        void ipv6ComesFirstAndIsDeadOrSlow() {
            for (String name : List.of("ipv6-dead", "ipv6-slow")) {
                assertThat(named(name).replicas())
                        .extracting(Replica::family)
                        .containsExactly(Family.IPV6, Family.IPV6, Family.IPV4, Family.IPV4);
            }
            assertThat(faults(named("ipv6-dead")))
                    .containsExactly(Fault.BLACK_HOLE, Fault.BLACK_HOLE, Fault.NONE, Fault.NONE);
            assertThat(named("ipv6-slow").replicas())
                    .extracting(replica -> replica.rtt().toMillis())
                    .containsExactly(150L, 200L, 20L, 30L);
        }

        @Test
        void aLostSynIsSentAgainBeforeTheTimeout() {
            assertThat(named("syn-loss").timeout()).isEqualTo(Duration.ofSeconds(3));
            assertThat(named("syn-loss").replicas())
                    .hasSize(4)
                    .extracting(Replica::synLoss)
                    .containsOnly(0.02);
        }

        @Test
        void theFastestAddressIsTheOneThatIsMuteInTls() {
            Scenario scenario = named("fastest-mute-in-tls");
            Replica mute = scenario.replicas().stream()
                    .filter(replica -> replica.fault() == Fault.MUTE_IN_TLS)
                    .findFirst()
                    .orElseThrow();

            assertThat(scenario.replicas())
                    .filteredOn(replica -> replica != mute)
                    .allSatisfy(replica ->
                            assertThat(replica.rtt()).isGreaterThan(mute.rtt().plus(mute.jitter())));
        }
    }

    private static Scenario named(String name) {
        return Scenarios.named(name);
    }

    private static List<Fault> faults(Scenario scenario) {
        return scenario.replicas().stream().map(Replica::fault).toList();
    }
}
