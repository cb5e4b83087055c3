package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The order of addresses whose history is given. */
class RankingTest {
    private final AddressHistories histories = new AddressHistories(now -> 1);
    private final List<InetSocketAddress> given = new ArrayList<>();
    private double random;

    private static long nanos(double millis) {
        return Math.round(millis * 1_000_000);
    }

    private AddressHistory unknown(String name) {
        InetSocketAddress address = VirtualNetwork.address(name, given.size() + 1);
        given.add(address);
        return histories.of(address);
    }

    /** Late after 10 ms more. */
    private AddressHistory known(String name, double millis) {
        AddressHistory knowledge = unknown(name);
        for (int i = 0; i < 100; i++) {
            knowledge.connected(nanos(millis), false, 0);
        }
        return knowledge;
    }

    private Ranking ranking() {
        return ranking(0);
    }

    private Ranking ranking(long nowMillis) {
        return new Ranking(given, histories, now -> random, nanos(nowMillis));
    }

    private List<String> order() {
        return ranking().addresses().stream()
                .map(InetSocketAddress::getHostString)
                .toList();
    }

    private static String name(InetSocketAddress address) {
        return address == null ? null : address.getHostString();
    }

    @Test
    void thoseThatConnectThenTheUnknownThenThoseThatFailThenThoseThatCannotBeSentTo() {
        unknown("unsent").notSent(0);
        known("failing", 30).failed(0);
        unknown("new");
        known("good", 20);
        assertThat(order()).containsExactly("good", "new", "failing", "unsent");
    }

    @Test
    void thoseThatConnectGoByTheirTime() {
        known("slow", 90);
        known("fast", 10);
        known("middling", 40);
        known("slower", 60);
        assertThat(order()).containsExactly("fast", "middling", "slower", "slow");
    }

    @Test
    void thoseThatFailGoByTheTimeThatIsExpected() {
        known("a", 30).failed(0);
        known("b", 20).failed(0);
        unknown("c").failed(0);
        assertThat(order()).containsExactly("b", "a", "c");
    }

    @Test
    void thoseThatAreWithinTwoMillisecondsOfTheBestShareTheLoad() {
        known("a", 11.99);
        known("b", 10);
        known("c", 12.01);
        assertThat(first()).isEqualTo(Map.of("a", 50, "b", 50));
        assertThat(order()).endsWith("c");
    }

    @Test
    void thoseThatAreWithinATenthOfTheBestShareTheLoad() {
        known("a", 219.9);
        known("b", 200);
        known("c", 220.1);
        assertThat(first()).isEqualTo(Map.of("a", 50, "b", 50));
        assertThat(order()).endsWith("c");
    }

    @Test
    void thoseThatAreWithinTwiceWhatTheBestVariesByShareTheLoad() {
        // Half of the first sample: 10 ms.
        unknown("a").connected(nanos(20), false, 0);
        known("b", 39.9);
        known("c", 40.1);
        assertThat(first()).isEqualTo(Map.of("a", 50, "b", 50));
        assertThat(order()).endsWith("c");
    }

    @Test
    void ofTwoTheOneThatWasTriedLongerAgoGoesFirst() {
        known("a", 20).triedAt(nanos(3));
        known("b", 20).triedAt(nanos(1));
        known("c", 20).triedAt(nanos(2));
        // Of three pairs b is in two, and c beats a.
        assertThat(first()).isEqualTo(Map.of("b", 68, "c", 32));
    }

    @Test
    void theOneThatFollowsIsDrawnAsWell() {
        for (String name : List.of("a", "b", "c", "d")) {
            known(name, 20);
        }
        assertThat(counts(1).values()).hasSize(4).allMatch(count -> count >= 20 && count <= 30);
    }

    /** How often each goes first in a hundred times. */
    private Map<String, Integer> first() {
        return counts(0);
    }

    private Map<String, Integer> counts(int place) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            random = (i + 0.5) / 100;
            counts.merge(name(ranking(10).addresses().get(place)), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void aMuteOneDoesNotLeadHoweverSoonItConnects() {
        known("mute", 10).mute(nanos(100), 0);
        known("slow", 500);
        assertThat(order()).containsExactly("slow", "mute");
        assertThat(ranking(1_999).toRetry()).isNull();
        assertThat(name(ranking(2_000).toRetry())).isEqualTo("mute");
    }

    @Test
    void thoseThatAnswerGoByTheTimeUntilTheyDo() {
        for (int i = 0; i < 100; i++) {
            known("near", 10).spoke(nanos(190), 0);
            known("far", 40).spoke(nanos(60), 0);
            if (i < 99) {
                given.clear();
            }
        }
        assertThat(order()).containsExactly("far", "near");
    }

    @Test
    void oneOfWhoseAnswersNothingIsKnownIsTakenToThinkAsLongAsTheOthers() {
        known("new", 39);
        for (int i = 0; i < 100; i++) {
            histories.of(VirtualNetwork.address("old", 2)).connected(nanos(30), false, 0);
            histories.of(VirtualNetwork.address("old", 2)).spoke(nanos(60), 0);
        }
        unknown("old");
        // 30 and 60 ms, and 39 and 69.
        assertThat(order()).containsExactly("old", "new");
    }

    @Test
    void oneThatFailedOnceIsBetterThanOneThatIsVerySlow() {
        known("slow", 100);
        known("failing", 20).failed(0);
        // 20 ms, and an even chance of 30 ms more.
        assertThat(order()).containsExactly("failing", "slow");
        histories.of(given.get(1)).failed(0);
        histories.of(given.get(1)).failed(0);
        assertThat(order()).containsExactly("slow", "failing");
    }

    @Test
    void wherePartOfThemFailsAndNoneConnectsTheUnknownLead() {
        known("failing", 20).failed(0);
        unknown("new");
        assertThat(order()).containsExactly("new", "failing");
        assertThat(ranking().unknownAhead()).isEqualTo(1);
        assertThat(ranking().hasBest()).isFalse();
    }

    @Test
    void theFamiliesOfTheUnknownTakeTurnsAndTheFirstOnesLeads() {
        unknown("six1");
        unknown("six2");
        unknown("a");
        unknown("b");
        assertThat(order()).containsExactly("six1", "a", "six2", "b");
        assertThat(ranking().unknownAhead()).isEqualTo(4);
    }

    @Test
    void afterOneThatConnectsComesTheOtherFamily() {
        known("a", 20);
        unknown("b");
        unknown("c");
        unknown("six1");
        unknown("six2");
        assertThat(order()).containsExactly("a", "six1", "b", "six2", "c");
        assertThat(ranking().unknownAhead()).isZero();
        assertThat(ranking().hasBest()).isTrue();
    }

    @Test
    void theOneToTryAgainFailedWasAsGoodAsTheBestAndHasHadItsTime() {
        known("good", 20);
        known("failing", 22);
        assertThat(ranking(1_000).toRetry()).isNull();
        histories.of(given.get(1)).failed(0);
        assertThat(ranking(249).toRetry()).isNull();
        assertThat(name(ranking(250).toRetry())).isEqualTo("failing");
    }

    @Test
    void theOneToTryAgainIsTheFastest() {
        known("good", 20);
        known("a", 19).failed(0);
        known("b", 18).failed(0);
        known("c", 19).failed(0);
        known("slow", 23).failed(0);
        assertThat(name(ranking(250).toRetry())).isEqualTo("b");
    }

    @Test
    void whatIsNotAsGoodIsNotTriedAgainForThat() {
        known("good", 20);
        known("slow", 22.1).failed(0);
        unknown("never").failed(0);
        assertThat(ranking(1_000).toRetry()).isNull();
    }

    @Test
    void whatWasTriedSoLongAgoThatNothingIsKnownOfItIsTriedAgain() {
        unknown("forgotten").triedAt(0);
        unknown("never");
        histories.of(given.get(0)).connected(nanos(20), false, 0);
        known("good", 20);
        histories.of(given.get(2)).connected(nanos(20), false, nanos(600_001));
        assertThat(ranking(600_000).toRetry()).isNull();
        assertThat(name(ranking(600_001).toRetry())).isEqualTo("forgotten");
    }

    @Test
    void whatNeverConnectedIsTriedAgainAfterThreeMinutes() {
        known("good", 20);
        unknown("loser").triedAt(0);
        assertThat(ranking(180_000).toRetry()).isNull();
        assertThat(name(ranking(180_001).toRetry())).isEqualTo("loser");
    }

    @Test
    void theUntriedAreExploredFirstAndEachAsLikely() {
        known("good", 20);
        known("old", 30).triedAt(0);
        unknown("a");
        unknown("b");
        assertThat(explored(ranking(1_000))).isEqualTo(Map.of("a", 50, "b", 50));
    }

    @Test
    void theLongerAgoOneWasTriedTheLikelierItIsExplored() {
        known("good", 20).triedAt(0);
        known("a", 30).triedAt(nanos(900));
        known("b", 30).triedAt(nanos(700));
        known("c", 30).triedAt(nanos(400));
        assertThat(explored(ranking(1_000))).isEqualTo(Map.of("a", 10, "b", 30, "c", 60));
    }

    @Test
    void whatHasJustFailedOrCannotBeSentToOrIsFirstIsNotExplored() {
        known("good", 20);
        unknown("failing").failed(0);
        unknown("unsent").notSent(0);
        assertThat(ranking(249).toExplore(0)).isNull();
        assertThat(name(ranking(250).toExplore(0.99))).isEqualTo("failing");
    }

    /** How often each is chosen in a hundred times. */
    private static Map<String, Integer> explored(Ranking ranking) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            counts.merge(name(ranking.toExplore((i + 0.5) / 100)), 1, Integer::sum);
        }
        return counts;
    }
}
