package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The order of addresses whose history is given. */
class RankingTest {
    private final AddressHistories histories = new AddressHistories(Tuning.DEFAULT.withJitter(0), new SeededRandom(1L));
    private final List<InetSocketAddress> given = new ArrayList<>();

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
        return new Ranking(given, histories, nanos(nowMillis));
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
    void thoseThatAreWithinTwoMillisecondsOfTheBestKeepTheirOrder() {
        known("a", 11.99);
        known("b", 10);
        known("c", 12.01);
        assertThat(order()).containsExactly("a", "b", "c");
        given.add(0, given.remove(2));
        assertThat(order()).containsExactly("a", "b", "c");
    }

    @Test
    void thoseThatAreWithinATenthOfTheBestKeepTheirOrder() {
        known("a", 219.9);
        known("b", 200);
        known("c", 220.1);
        assertThat(order()).containsExactly("a", "b", "c");
        given.add(0, given.remove(2));
        assertThat(order()).containsExactly("a", "b", "c");
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

    @Test
    void settingOneValueOfTheTuningKeepsTheOthers() {
        Tuning tuning = Tuning.DEFAULT
                .withMargin(Duration.ofNanos(1))
                .withFirstContact(2, Duration.ofNanos(3), 4)
                .withGap(Duration.ofNanos(5))
                .withRetry(Duration.ofNanos(6), Duration.ofNanos(7))
                .withBurst(8)
                .withJitter(0.9)
                .withMargin(Duration.ofNanos(1));
        assertThat(tuning).isEqualTo(new Tuning(1, 2, 3, 4, 5, 6, 7, 8, 0.9));
    }
}
