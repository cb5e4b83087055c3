package dev.connie.race;

import dev.connie.race.AddressHistory.Outlook;
import dev.connie.race.AddressHistory.Rank;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one race, best first: those that connect, in the order of the time that is expected; then the unknown,
 * families interleaved; then those that fail; then those that cannot be sent to.
 *
 * <p>Those about as good as the best keep the order in which they were given, so that a resolver that deals its answers out
 * in turn still spreads its clients over servers that are alike.
 */
final class Ranking {
    /** "About as good": a tenth, or two milliseconds. Less tells servers that are alike apart by what they vary. */
    private static final double TOLERANCE = 1.1;

    private static final double TOLERANCE_NANOS = 2_000_000;

    private record RankedAddress(InetSocketAddress address, Outlook outlook) {
        boolean is(Rank rank) {
            return outlook.rank() == rank;
        }
    }

    private final List<RankedAddress> ranked = new ArrayList<>();
    private final List<InetSocketAddress> addresses;
    private final int unknown;
    private final double goodEnoughNanos;

    Ranking(List<InetSocketAddress> given, AddressHistories histories, long nowNanos) {
        for (InetSocketAddress address : given) {
            AddressHistory history = histories.find(address);
            ranked.add(new RankedAddress(address, history == null ? Outlook.BLANK : history.outlook(nowNanos)));
        }
        double best = best(Rank.GOOD);
        // One that failed may still be the better choice than one that is very slow.
        boolean hasGood = best < Double.MAX_VALUE;
        best = hasGood ? Math.min(best, best(Rank.FAILING)) : best;
        goodEnoughNanos = Math.max(best * TOLERANCE, best + TOLERANCE_NANOS);

        List<RankedAddress> front = new ArrayList<>();
        List<RankedAddress> good = new ArrayList<>();
        List<InetSocketAddress> unknowns = new ArrayList<>();
        List<RankedAddress> failing = new ArrayList<>();
        List<RankedAddress> notSent = new ArrayList<>();
        for (RankedAddress one : ranked) {
            switch (one.outlook.rank()) {
                case GOOD -> (isGoodEnough(one.outlook.expectedNanos()) ? front : good).add(one);
                case FAILING -> (hasGood && isGoodEnough(one.outlook.expectedNanos()) ? front : failing).add(one);
                case UNKNOWN -> unknowns.add(one.address);
                case NOT_SENT -> notSent.add(one);
            }
        }
        addresses = new ArrayList<>(given.size());
        addAll(front);
        addSorted(good);
        unknown = unknowns.size();
        // After one that is known, the next best guess is of the other family.
        boolean ipv6Leads = addresses.isEmpty()
                ? Addresses.isIpv6(given.get(0))
                : !Addresses.isIpv6(addresses.get(addresses.size() - 1));
        addresses.addAll(Addresses.interleave(unknowns, ipv6Leads, 1));
        addSorted(failing);
        addAll(notSent);
    }

    private double best(Rank rank) {
        double best = Double.MAX_VALUE;
        for (RankedAddress one : ranked) {
            if (one.is(rank)) {
                best = Math.min(best, one.outlook.expectedNanos());
            }
        }
        return best;
    }

    private boolean isGoodEnough(double nanos) {
        return nanos <= goodEnoughNanos;
    }

    private void addAll(List<RankedAddress> those) {
        those.forEach(one -> addresses.add(one.address));
    }

    private void addSorted(List<RankedAddress> those) {
        those.sort(Comparator.comparingDouble(one -> one.outlook.expectedNanos()));
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
        return goodEnoughNanos < Double.MAX_VALUE;
    }

    /** Returns the address that failed, is to be tried again, and was best or as good before; null if there is none. */
    @Nullable
    InetSocketAddress toRetry() {
        RankedAddress fastest = null;
        for (RankedAddress one : ranked) {
            if (one.is(Rank.FAILING)
                    && one.outlook.mayRetry()
                    && isGoodEnough(one.outlook.usualNanos())
                    && (fastest == null || one.outlook.usualNanos() < fastest.outlook.usualNanos())) {
                fastest = one;
            }
        }
        return fastest == null ? null : fastest.address;
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
