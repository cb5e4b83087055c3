package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every address at once: what the policy does on purpose against RFC 8305, section 5. */
class AllAtOnceTest {
    @Test
    void everyAttemptStartsAtOnceInTheOrderGiven() {
        var race = network().drops("a").drops("b").accepts("six", 20).drops("c").race();
        assertThat(race)
                .containsExactly(
                        "0 start a",
                        "0 start b",
                        "0 start six",
                        "0 start c",
                        "20 won six",
                        "20 lost a",
                        "20 lost b",
                        "20 lost c");
    }

    @Test
    void theFirstToAnswerWins() {
        var race = network().accepts("a", 30).accepts("b", 10).accepts("c", 20).race();
        assertThat(race).containsExactly("0 start a", "0 start b", "0 start c", "10 won b", "10 lost a", "10 lost c");
    }

    @Test
    void onATieTheEarlierInTheListWins() {
        var race = network().accepts("a", 10).accepts("b", 10).race();
        assertThat(race).containsExactly("0 start a", "0 start b", "10 won a", "10 lost b");
    }

    @Test
    void refusalsDoNotHoldUpTheOthers() {
        var race = network().refuses("a", 0).refuses("b", 5).accepts("c", 10).race();
        assertThat(race).containsExactly("0 start a", "0 failed a", "0 start b", "0 start c", "5 failed b", "10 won c");
    }

    @Test
    void aConnectThatSucceedsAtOnceLeavesTheRestUntried() {
        var race = network().accepts("a", 0).accepts("b", 0).race();
        assertThat(race).containsExactly("0 start a", "0 won a");
    }

    @Test
    void theWindowBoundsHowManyRun() {
        var race = network()
                .maxAttemptsInFlight(2)
                .refuses("a", 10)
                .drops("b")
                .refuses("c", 5)
                .accepts("d", 1)
                .race();
        assertThat(race)
                .containsExactly(
                        "0 start a",
                        "0 start b",
                        "10 failed a",
                        "10 start c",
                        "15 failed c",
                        "15 start d",
                        "16 won d",
                        "16 lost b");
    }

    @Test
    void lateAddressesStartWhenTheyAreKnown() {
        var race = network().drops("a").accepts("b", 5).knownFrom("b", 70).race();
        assertThat(race).containsExactly("0 start a", "70 learn b", "70 start b", "75 won b", "75 lost a");
    }

    @Test
    void lateAddressesGoToTheEndOfTheList() {
        var race = network()
                .maxAttemptsInFlight(1)
                .refuses("a", 10)
                .refuses("six", 10)
                .accepts("b", 10)
                .knownFrom("six", 5)
                .race();
        assertThat(race).containsExactly("0 start a", "5 learn six", "10 failed a", "10 start b", "20 won b");
    }
}
