package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.lab.Fault;
import dev.connie.benchmarks.lab.Replica;
import dev.connie.race.RacePolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SimulatedRaceTest {
    @Nested
    class ARace {
        @Test
        void isWonByTheFirstAnswer() {
            var scene = Scene.of(Replica.live(30), Replica.live(10), Populations.DEAD);

            assertThat(scene.events())
                    .containsExactly(
                            "0 START 0", "0 EARLY_START 1", "0 EARLY_START 2", "10 WON 1", "10 LOST 0", "10 LOST 2");
        }

        @Test
        void isReportedWithWhatItCost() {
            var outcome = Scene.of(Replica.live(30), Replica.live(10), Populations.DEAD)
                    .outcome();

            assertThat(outcome.connected()).isTrue();
            assertThat(outcome.nanos()).isEqualTo(10_000_000);
            assertThat(outcome.first()).isZero();
            assertThat(outcome.winner()).isEqualTo(1);
            assertThat(outcome.attempts()).isEqualTo(3);
            assertThat(outcome.syns()).isEqualTo(3);
            assertThat(outcome.discarded()).as("the black hole answers nobody").isEqualTo(1);
            assertThat(outcome.oracleNanos()).isEqualTo(10_000_000);
        }

        @Test
        void startsTheNextAttemptWhenTheDelayIsOverOrOneFails() {
            var scene = Scene.of(Populations.DEAD, Replica.live(20).with(Fault.REFUSES), Replica.live(10))
                    .policy(RacePolicy.rfc8305());

            assertThat(scene.events())
                    .containsExactly(
                            "0 START 0", "250 EXTRA_START 1", "270 FAILED 1", "270 START 2", "280 WON 2", "280 LOST 0");
        }

        @Test
        void hearsAllOfTheNetworkBeforeItStartsWhatIsDue() {
            var scene = Scene.of(Replica.live(250), Replica.live(10)).policy(RacePolicy.rfc8305());

            assertThat(scene.events()).containsExactly("0 START 0", "250 WON 0");
        }

        @Test
        void prefersWhatStartedFirstOnATie() {
            var scene = Scene.of(Replica.live(260), Replica.live(10)).policy(RacePolicy.rfc8305());

            assertThat(scene.events()).containsExactly("0 START 0", "250 EXTRA_START 1", "260 WON 0", "260 LOST 1");
        }

        @Test
        void hasFewerAttemptsUnderWayThanAddressesIfThereAreMany() {
            var outcome = Scene.of(Collections.nCopies(20, Replica.live(10)).toArray(Replica[]::new))
                    .outcome();

            assertThat(outcome.attempts()).isEqualTo(16);
        }

        @Test
        void failsWhenAllHaveFailed() {
            var scene = Scene.of(
                    Replica.live(20).with(Fault.REFUSES), Replica.live(30).with(Fault.REFUSES));
            Outcome outcome = scene.outcome();

            assertThat(scene.log()).containsExactly("0 START 0", "0 EARLY_START 1", "20 FAILED 0", "30 FAILED 1");
            assertThat(outcome.connected()).isFalse();
            assertThat(outcome.nanos()).isEqualTo(30_000_000);
            assertThat(outcome.winner()).isEqualTo(-1);
            assertThat(outcome.oracleNanos()).isEqualTo(-1);
        }

        @Test
        void goesOnWithoutExtraAttemptsWhenTheProcessHasTooMany() {
            var scene = Scene.of(Collections.nCopies(16, Populations.DEAD).toArray(Replica[]::new));
            for (int i = 0; i < 100; i++) {
                scene.callAt(0);
            }
            scene.run();

            assertThat(scene.log().stream().filter("0 START 0"::equals)).hasSize(100);
            assertThat(scene.log().stream().filter(event -> event.startsWith("0 EARLY_START")))
                    .hasSize(Simulation.MAX_EXTRA_ATTEMPTS);
        }

        @Test
        void doesNotDependOnWhatTheClockShows() {
            var policy = RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofMillis(100));
            Replica[] paths = {
                Populations.DEAD, Replica.live(20).with(Fault.REFUSES), Populations.DEAD, Replica.live(500)
            };
            List<String> atZero = Scene.of(paths).policy(policy).events();

            assertThat(Scene.of(paths)
                            .policy(policy)
                            .clockStartsAt(Long.MAX_VALUE - 150_000_000)
                            .events())
                    .isEqualTo(atZero);
        }
    }

    @Nested
    class ASynThatIsNotAnswered {
        private final Server wakesUp = Server.of(0, Populations.DEAD).then(Duration.ofMillis(500), Replica.live(10));

        @Test
        void isSentAgainAfterASecond() {
            var scene = Scene.ofServers(wakesUp);
            Outcome outcome = scene.outcome();

            assertThat(scene.log()).containsExactly("0 START 0", "1000 RETRANSMISSION 0", "1010 WON 0");
            assertThat(outcome.syns()).isEqualTo(2);
            assertThat(outcome.attempts()).isEqualTo(1);
        }

        @Test
        void isSentAgainAtLongerAndLongerIntervalsUntilTheTimeIsUp() {
            assertThat(Scene.of(Populations.DEAD).events())
                    .containsExactly("0 START 0", "1000 RETRANSMISSION 0", "3000 TIMED_OUT 0");
        }

        @Test
        void isNotSentAgainWhenTheRaceIsOver() {
            var scene = Scene.of(Populations.DEAD, Replica.live(10)).callAt(0).callAt(5_000);
            scene.run();

            assertThat(scene.log()).noneMatch(event -> event.contains("RETRANSMISSION"));
        }

        @Test
        void mayBeAnsweredLaterThanTheOneThatFollows() {
            var scene = Scene.of(Replica.live(1_500));
            Outcome outcome = scene.outcome();

            assertThat(scene.log()).containsExactly("0 START 0", "1000 RETRANSMISSION 0", "1500 WON 0");
            assertThat(outcome.syns()).isEqualTo(2);
            assertThat(outcome.discarded()).isZero();
        }

        @Test
        void meetsTheServerAsItIsWhenItArrives() {
            Server diesSoon = Server.of(0, Replica.live(40)).then(Duration.ofMillis(100), Populations.DEAD);

            assertThat(Scene.ofServers(diesSoon).callAt(79).run().get(0).nanos())
                    .isEqualTo(40_000_000);
            assertThat(Scene.ofServers(diesSoon).callAt(80).run().get(0).connected())
                    .isFalse();
        }
    }

    @Nested
    class AServerAtItsLimit {
        @Test
        void answersSynsOneAfterAnother() {
            Server slow = Server.of(0, Replica.live(10)).taking(Capacity.perSecond(Capacity.Of.SYNS, 100));

            assertThat(Scene.ofServers(slow).callAt(0).callAt(0).callAt(5).run())
                    .extracting(Outcome::nanos)
                    .containsExactly(20_000_000L, 30_000_000L, 35_000_000L);
        }

        @Test
        void dropsSynsWhenASecondOfThemWaits() {
            Server slow = Server.of(0, Replica.live(10)).taking(Capacity.perSecond(Capacity.Of.SYNS, 2));

            assertThat(Scene.ofServers(slow)
                            .callAt(0)
                            .callAt(0)
                            .callAt(0)
                            .callAt(0)
                            .run())
                    .extracting(Outcome::syns)
                    .as("the fourth finds three before it, and is sent again")
                    .containsExactly(1, 2, 2, 2);
        }

        @Test
        void dropsSynsWhenTheBacklogOfConnectionsIsFull() {
            Server slow = Server.of(0, Replica.live(10)).taking(Capacity.perSecond(Capacity.Of.CONNECTIONS, 1));
            var scene = Scene.ofServers(slow);
            for (int i = 0; i < Capacity.BACKLOG + 1; i++) {
                scene.callAt(0);
            }
            List<Outcome> outcomes = scene.callAt(100).run();

            assertThat(outcomes.subList(0, Capacity.BACKLOG + 1))
                    .extracting(Outcome::nanos)
                    .containsOnly(10_000_000L);
            assertThat(outcomes.get(Capacity.BACKLOG + 1).nanos())
                    .as("a second later one has been accepted")
                    .isEqualTo(1_010_000_000L);
        }

        @Test
        void isNotKeptBusyByAConnectionThatNobodyWanted() {
            Server slow = Server.of(0, Replica.live(20)).taking(Capacity.perSecond(Capacity.Of.CONNECTIONS, 1));
            var scene = Scene.ofServers(slow, Server.of(1, Replica.live(10)));
            for (int i = 0; i < 1_000; i++) {
                scene.callAt(i);
            }

            assertThat(scene.run()).allMatch(outcome -> outcome.discarded() == 1);
        }
    }
}
