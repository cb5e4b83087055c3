package dev.connie.race;

import dev.connie.race.Knowledge.Outlook;
import dev.connie.race.Knowledge.Rank;
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

    private record Standing(InetSocketAddress address, Outlook outlook) {
        boolean is(Rank rank) {
            return outlook.rank() == rank;
        }
    }

    private final List<Standing> standings = new ArrayList<>();
    private final List<InetSocketAddress> addresses;
    private final int unknown;
    private final double goodEnoughNanos;

    Ranking(List<InetSocketAddress> given, History history, long nowNanos) {
        for (InetSocketAddress address : given) {
            Knowledge knowledge = history.find(address);
            standings.add(new Standing(address, knowledge == null ? Outlook.BLANK : knowledge.outlook(nowNanos)));
        }
        double best = best(Rank.GOOD);
        // One that failed may still be the better choice than one that is very slow.
        boolean hasGood = best < Double.MAX_VALUE;
        best = hasGood ? Math.min(best, best(Rank.FAILING)) : best;
        goodEnoughNanos = Math.max(best * TOLERANCE, best + TOLERANCE_NANOS);

        List<Standing> front = new ArrayList<>();
        List<Standing> good = new ArrayList<>();
        List<InetSocketAddress> unknowns = new ArrayList<>();
        List<Standing> failing = new ArrayList<>();
        List<Standing> notSent = new ArrayList<>();
        for (Standing standing : standings) {
            switch (standing.outlook.rank()) {
                case GOOD -> (isGoodEnough(standing.outlook.expectedNanos()) ? front : good).add(standing);
                case FAILING ->
                    (hasGood && isGoodEnough(standing.outlook.expectedNanos()) ? front : failing).add(standing);
                case UNKNOWN -> unknowns.add(standing.address);
                case NOT_SENT -> notSent.add(standing);
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
        for (Standing standing : standings) {
            if (standing.is(rank)) {
                best = Math.min(best, standing.outlook.expectedNanos());
            }
        }
        return best;
    }

    private boolean isGoodEnough(double nanos) {
        return nanos <= goodEnoughNanos;
    }

    private void addAll(List<Standing> those) {
        those.forEach(standing -> addresses.add(standing.address));
    }

    private void addSorted(List<Standing> those) {
        those.sort(Comparator.comparingDouble(standing -> standing.outlook.expectedNanos()));
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
        Standing fastest = null;
        for (Standing standing : standings) {
            if (standing.is(Rank.FAILING)
                    && standing.outlook.mayRetry()
                    && isGoodEnough(standing.outlook.usualNanos())
                    && (fastest == null || standing.outlook.usualNanos() < fastest.outlook.usualNanos())) {
                fastest = standing;
            }
        }
        return fastest == null ? null : fastest.address;
    }

    /**
     * Returns an address other than the first that is worth another look: one that was never tried, or else one by chance,
     * the likelier the longer ago it was tried. Null if there is none.
     *
     * @param chance from 0 to below 1
     */
    @Nullable
    InetSocketAddress toExplore(double chance) {
        List<Standing> candidates = new ArrayList<>();
        for (Standing standing : standings) {
            if (standing.address != addresses.get(0) && standing.outlook.mayRetry() && !standing.is(Rank.NOT_SENT)) {
                candidates.add(standing);
            }
        }
        List<Standing> untried = candidates.stream()
                .filter(standing -> standing.outlook.untriedNanos() == Long.MAX_VALUE)
                .toList();
        if (!untried.isEmpty()) {
            return untried.get((int) (chance * untried.size())).address;
        }
        double left = chance * candidates.stream().mapToDouble(Ranking::weight).sum();
        for (Standing standing : candidates) {
            left -= weight(standing);
            if (left < 0) {
                return standing.address;
            }
        }
        return null;
    }

    private static double weight(Standing standing) {
        return 1 + standing.outlook.untriedNanos();
    }
}
