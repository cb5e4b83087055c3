package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Races that share an adaptive policy, one after another by the same clock. */
class AdaptiveTest {
    /** Nothing left to chance. */
    private static final Adaptive CERTAIN = RacePolicy.adaptive()
            .withExploration(0)
            .withTuning(Tuning.DEFAULT.withJitter(0))
            .withSeed(1);

    /** A fresh memory each. */
    private static Adaptive certain() {
        return CERTAIN.withSeed(1);
    }

    private static VirtualNetwork learning(Adaptive policy) {
        return network().policy(policy).raceAfterRace();
    }

    @Nested
    class FirstContact {
        @Test
        void twoMoreAttemptsFollowQuicklyAndFurtherOnesAsInRfc8305() {
            var race = learning(certain())
                    .drops("a")
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .accepts("e", 20)
                    .race();
            assertThat(race)
                    .startsWith("0 start a", "50 start b", "100 start c", "350 start d", "600 start e", "620 won e");
        }

        @Test
        void anAddressThatAnswersInTimeIsTheOnlyOneTried() {
            var race = learning(certain()).accepts("a", 50).accepts("b", 1).race();
            assertThat(race).containsExactly("0 start a", "50 won a");
        }
    }

    @Nested
    class Learning {
        @Test
        void aDeadFirstAddressIsFoundInOneRaceAndNeverWaitedForAgain() {
            var network = learning(certain()).drops("a").accepts("b", 20).accepts("c", 20);
            assertThat(network.race()).containsExactly("0 start a", "50 start b", "70 won b", "70 lost a");
            for (int i = 0; i < 100; i++) {
                assertThat(network.race()).containsExactly("0 start b", "20 won b");
            }
        }

        @Test
        void anAddressThatDiesIsFoundInOneRace() {
            var network = learning(certain()).accepts("a", 20).accepts("b", 25);
            network.race();
            network.race();
            network.now().drops("a");
            // 20 ms and four times the variation of 7.5 ms.
            assertThat(network.race()).containsExactly("0 start a", "50 start b", "75 won b", "75 lost a");
            assertThat(network.race()).containsExactly("0 start b", "25 won b");
        }
    }
}
