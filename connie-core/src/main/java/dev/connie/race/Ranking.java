package dev.connie.race;

import dev.connie.race.AddressHistory.Outlook;
import dev.connie.race.AddressHistory.Rank;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one race, best first: those that connect, in the order of the time that is expected; then the unknown,
 * families interleaved; then those that fail; then those to which this machine cannot send.
 *
 * <p>Those about as good as the best share the load. Of two drawn by chance the one goes first that was tried longer ago:
 * two choices spread a load nearly as well as a look at all would, and unlike that do not send everybody to the same place
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 */
final class Ranking {
    /** "About as good" as the best: a tenth, or two milliseconds, or twice what that varies by, whichever is most. */
    private static final double TOLERANCE = 0.1;

    private static final double TOLERANCE_NANOS = 2_000_000;

    /**
     * A server that is busy varies more, and so does its expected time by mere chance. If less than this told it from its
     * like, all clients would leave it for the same other one, and in turn leave that.
     */
    private static final double TOLERANCE_VARIATIONS = 2;

    /** An address and its times, which include the time until an answer if that of any address is known. */
    private record RankedAddress(InetSocketAddress address, Outlook outlook, double expectedNanos, double usualNanos) {
        /**
         * Adds the time until an answer. If nothing is known of it, the server is taken to think as long as the
         * quickest.
         */
        RankedAddress withAnswer(double thinkNanos) {
            double answerNanos =
                    outlook.answerNanos() >= 0 ? outlook.answerNanos() : Math.max(0, outlook.usualNanos() + thinkNanos);
            return new RankedAddress(
                    address, outlook, outlook.expectedNanos() + answerNanos, outlook.usualNanos() + answerNanos);
        }

        boolean is(Rank rank) {
            return outlook.rank() == rank;
        }
    }

    private static final Comparator<RankedAddress> BY_EXPECTED_TIME =
            Comparator.comparingDouble(RankedAddress::expectedNanos);

    private final List<RankedAddress> ranked;
    private final List<InetSocketAddress> addresses;
    private final int unknown;
    private final @Nullable RankedAddress best;

    Ranking(List<InetSocketAddress> given, AddressHistories histories, LongToDoubleFunction random, long nowNanos) {
        ranked = ranked(given, histories.find(given), nowNanos);
        RankedAddress good = best(Rank.GOOD);
        // One that failed may still be the better choice than one that is very slow.
        RankedAddress failed = best(Rank.FAILING);
        boolean isFailedBetter = good != null && failed != null && failed.expectedNanos < good.expectedNanos;
        best = isFailedBetter ? failed : good;

        List<RankedAddress> front = new ArrayList<>();
        List<RankedAddress> farther = new ArrayList<>();
        List<InetSocketAddress> unknowns = new ArrayList<>();
        List<RankedAddress> failing = new ArrayList<>();
        List<RankedAddress> notSent = new ArrayList<>();
        for (RankedAddress one : ranked) {
            boolean mayLead = one.outlook.mayLead() && isGoodEnough(one.expectedNanos);
            switch (one.outlook.rank()) {
                case GOOD -> (mayLead ? front : farther).add(one);
                case FAILING -> (mayLead ? front : failing).add(one);
                case UNKNOWN -> unknowns.add(one.address);
                case NOT_SENT -> notSent.add(one);
            }
        }
        addresses = new ArrayList<>(given.size());
        // Chance chooses two: the address that goes first, and the one that follows if that is late.
        double left = front.size() > 1 ? random.applyAsDouble(nowNanos) : 0;
        for (int place = 0; place < 2 && front.size() - place > 1; place++) {
            left = choose(front, place, left);
        }
        addAll(front);
        addSorted(farther);
        unknown = unknowns.size();
        // After one that is known, the next best guess is of the other family.
        boolean ipv6Leads = addresses.isEmpty()
                ? Addresses.isIpv6(given.get(0))
                : !Addresses.isIpv6(addresses.get(addresses.size() - 1));
        addresses.addAll(Addresses.interleave(unknowns, ipv6Leads, 1));
        addSorted(failing);
        addAll(notSent);
    }

    private static List<RankedAddress> ranked(
            List<InetSocketAddress> given, @Nullable AddressHistory[] histories, long nowNanos) {
        List<RankedAddress> ranked = new ArrayList<>(histories.length);
        double thinkNanos = Double.MAX_VALUE;
        for (int i = 0; i < histories.length; i++) {
            AddressHistory history = histories[i];
            Outlook outlook = history == null ? Outlook.BLANK : history.outlook(nowNanos);
            if (outlook.answerNanos() >= 0) {
                thinkNanos = Math.min(thinkNanos, outlook.answerNanos() - outlook.usualNanos());
            }
            ranked.add(new RankedAddress(given.get(i), outlook, outlook.expectedNanos(), outlook.usualNanos()));
        }
        if (thinkNanos < Double.MAX_VALUE) {
            for (int i = 0; i < histories.length; i++) {
                ranked.set(i, ranked.get(i).withAnswer(thinkNanos));
            }
        }
        return ranked;
    }

    private @Nullable RankedAddress best(Rank rank) {
        RankedAddress best = null;
        for (RankedAddress one : ranked) {
            if (one.is(rank) && one.outlook.mayLead() && (best == null || one.expectedNanos < best.expectedNanos)) {
                best = one;
            }
        }
        return best;
    }

    private boolean isGoodEnough(double nanos) {
        return best != null && nanos <= best.expectedNanos + toleranceNanos(best);
    }

    private static double toleranceNanos(RankedAddress best) {
        return Math.max(
                Math.max(TOLERANCE_NANOS, best.expectedNanos * TOLERANCE),
                best.outlook.variationNanos() * TOLERANCE_VARIATIONS);
    }

    /**
     * Draws two addresses from this place on, and puts at this place the one that was tried longer ago.
     *
     * @param random from 0 to below 1
     * @return what is left of that number, which is one from 0 to below 1 again
     */
    private static double choose(List<RankedAddress> those, int place, double random) {
        int count = those.size() - place;
        double forOne = random * count;
        int one = (int) forOne;
        double forOther = (forOne - one) * (count - 1);
        int other = (one + 1 + (int) forOther) % count;
        boolean isOther = those.get(place + other).outlook.untriedNanos()
                > those.get(place + one).outlook.untriedNanos();
        Collections.swap(those, place, place + (isOther ? other : one));
        return forOther - (int) forOther;
    }

    private void addAll(List<RankedAddress> those) {
        for (RankedAddress one : those) {
            addresses.add(one.address);
        }
    }

    private void addSorted(List<RankedAddress> those) {
        if (those.size() > 1) {
            those.sort(BY_EXPECTED_TIME);
        }
        addAll(those);
    }

    List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** Returns how many addresses lead that nothing is known of; 0 if one leads of which something is. */
    int unknownAhead() {
        return hasBest() ? 0 : unknown;
    }

    /** Returns whether the first address is one that connects. */
    boolean hasBest() {
        return best != null;
    }

    /** Returns by how much two addresses may differ and still be about as good as each other; only if there is a best. */
    double toleranceNanos() {
        return toleranceNanos(Objects.requireNonNull(best));
    }

    /**
     * Returns an address that failed, may be retried, and was about as good as the best before it failed. If there is
     * none, returns one that was tried so long ago that nothing is known of it any more, not even a failure; else null.
     */
    @Nullable
    InetSocketAddress toRetry() {
        RankedAddress fastest = null;
        RankedAddress forgotten = null;
        for (RankedAddress one : ranked) {
            if (one.is(Rank.FAILING)
                    && one.outlook.mayRetry()
                    && isGoodEnough(one.usualNanos)
                    && (fastest == null || one.usualNanos < fastest.usualNanos)) {
                fastest = one;
            } else if (one.is(Rank.UNKNOWN)
                    && one.outlook.untriedNanos() < Long.MAX_VALUE
                    && one.outlook.untriedNanos() > Failures.FORGOTTEN_NANOS) {
                forgotten = one;
            }
        }
        RankedAddress found = fastest != null ? fastest : forgotten;
        return found == null ? null : found.address;
    }

    /**
     * Returns an address other than the first that is worth another look: one that was never tried, or else one at random,
     * the likelier the longer ago it was tried. Null if there is none.
     *
     * @param random from 0 to below 1
     */
    @Nullable
    InetSocketAddress toExplore(double random) {
        List<RankedAddress> candidates = new ArrayList<>();
        for (RankedAddress one : ranked) {
            if (one.address != addresses.get(0) && one.outlook.mayRetry() && !one.is(Rank.NOT_SENT)) {
                candidates.add(one);
            }
        }
        List<RankedAddress> untried = candidates.stream()
                .filter(one -> one.outlook.untriedNanos() == Long.MAX_VALUE)
                .toList();
        if (!untried.isEmpty()) {
            return untried.get((int) (random * untried.size())).address;
        }
        double left = random * candidates.stream().mapToDouble(Ranking::weight).sum();
        for (RankedAddress one : candidates) {
            left -= weight(one);
            if (left < 0) {
                return one.address;
            }
        }
        return null;
    }

    private static double weight(RankedAddress one) {
        return 1 + one.outlook.untriedNanos();
    }
}
