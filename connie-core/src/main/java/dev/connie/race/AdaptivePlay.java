package dev.connie.race;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One race by {@link Adaptive}: draws on its memory, and adds to it. */
final class AdaptivePlay extends Play {
    private final Adaptive policy;
    private final Tuning tuning;
    private final History history;
    private final Budget budget;
    private final boolean mayOverlap;

    // Most races end with their first attempt. Those that were not sent are not in it.
    private final List<Entrant> entrants = new ArrayList<>(1);
    private boolean begun;
    // How many addresses lead of which nothing is known, at the first contact with a host.
    private int unknownAhead;
    private int firstContactExtras;
    // A token was taken for a second attempt, because the first one explores.
    private boolean prepaid;
    // A token was taken for the attempt that is about to start.
    private boolean paid;

    AdaptivePlay(Adaptive policy, boolean mayOverlap) {
        this.policy = policy;
        this.tuning = policy.tuning();
        this.history = policy.history();
        this.budget = policy.budget();
        this.mayOverlap = mayOverlap;
    }

    /** An attempt that was made, and what it cost. */
    private static final class Entrant {
        final Attempt attempt;
        final Knowledge knowledge;
        /** When it took this long, it is late. */
        final long lateNanos;

        final boolean paid;
        boolean late;
        /** Whether the next attempt follows quickly because this is the first contact. */
        boolean leadsFirstContact;

        Entrant(Attempt attempt, Knowledge knowledge, long lateNanos, boolean paid) {
            this.attempt = attempt;
            this.knowledge = knowledge;
            this.lateNanos = lateNanos;
            this.paid = paid;
        }
    }

    @Override
    List<InetSocketAddress> order(List<InetSocketAddress> addresses, long nowNanos) {
        if (addresses.size() < 2) {
            begun = true;
            return addresses;
        }
        Ranking ranking = new Ranking(addresses, history, nowNanos);
        unknownAhead = ranking.unknownAhead();
        List<InetSocketAddress> order = ranking.addresses();
        if (!begun && mayOverlap && ranking.hasBest()) {
            InetSocketAddress explored = explored(ranking, nowNanos);
            if (explored != null) {
                prepaid = true;
                // By identity: equals leaves out the scope.
                order.removeIf(address -> address == explored);
                order.add(0, explored);
            }
        }
        begun = true;
        return order;
    }

    private @Nullable InetSocketAddress explored(Ranking ranking, long nowNanos) {
        InetSocketAddress address = ranking.toRetry();
        if (address == null && policy.chance().next(nowNanos) < policy.exploration()) {
            address = ranking.toExplore(policy.chance().next(nowNanos));
        }
        if (address == null || !budget.take()) {
            return null;
        }
        if (!history.of(address).claimExploration(nowNanos)) {
            budget.giveBack();
            return null;
        }
        return address;
    }

    @Override
    long started(Attempt attempt, long dueNanos, long nowNanos) {
        Knowledge knowledge = history.of(attempt.address());
        knowledge.triedAt(nowNanos);
        Entrant entrant = new Entrant(attempt, knowledge, policy.bounded(knowledge.delayNanos(nowNanos)), paid);
        paid = false;
        entrants.add(entrant);
        if (prepaid) {
            return nowNanos + policy.minimumDelayNanos();
        }
        if (entrants.size() < unknownAhead && firstContactExtras < tuning.firstContactExtras()) {
            firstContactExtras++;
            entrant.leadsFirstContact = true;
            return nowNanos + Math.max(tuning.firstContactStaggerNanos(), policy.minimumDelayNanos());
        }
        return nowNanos + delayNanos(entrant, nowNanos);
    }

    /**
     * Doubled for each attempt that is late already, because then it may be the network that is slow: but not beyond what
     * RFC 8305 recommends without that.
     */
    private long delayNanos(Entrant newest, long nowNanos) {
        double delay = newest.lateNanos;
        for (Entrant entrant : entrants) {
            if (entrant.late && entrant.attempt.isRunning()) {
                delay = Math.min(2 * delay, Math.max(newest.lateNanos, Knowledge.UNKNOWN_DELAY_NANOS));
            }
        }
        return policy.bounded((long) (delay * (1 + tuning.jitter() * policy.chance().next(nowNanos))));
    }

    @Override
    long dueByTimer(InetSocketAddress next, long dueNanos, long nowNanos) {
        if (entrants.isEmpty()) {
            return dueNanos;
        }
        noteLate(nowNanos);
        long withoutTokenNanos = entrants.get(entrants.size() - 1).attempt.startNanos() + Knowledge.UNKNOWN_DELAY_NANOS;
        if (nowNanos - withoutTokenNanos >= 0) {
            return dueNanos;
        }
        if (prepaid) {
            prepaid = false;
            paid = true;
            return dueNanos;
        }
        if (!budget.take()) {
            return withoutTokenNanos;
        }
        long waitNanos = history.of(next).claimExtra(nowNanos);
        if (waitNanos > 0) {
            budget.giveBack();
            return nowNanos + Math.min(waitNanos, withoutTokenNanos - nowNanos);
        }
        paid = true;
        return dueNanos;
    }

    /** Other races to the same host hear of it at once, and do not have to wait as well. */
    private void noteLate(long nowNanos) {
        for (Entrant entrant : entrants) {
            if (entrant.attempt.isRunning()) {
                noteUnanswered(entrant, nowNanos - entrant.attempt.startNanos(), nowNanos);
            }
        }
    }

    private static void noteUnanswered(Entrant entrant, long tookNanos, long nowNanos) {
        entrant.knowledge.unanswered(tookNanos, nowNanos);
        if (!entrant.late && tookNanos >= entrant.lateNanos) {
            entrant.late = true;
            entrant.knowledge.failed(nowNanos);
        }
    }

    @Override
    long minimumGapNanos() {
        return Adaptive.HARD_MINIMUM.toNanos();
    }

    @Override
    void ended(Attempt attempt, long nowNanos) {
        Entrant entrant = entrant(attempt);
        switch (attempt.outcome()) {
            case WON -> entrant.knowledge.connected(attempt.tookNanos(), entrant.late, nowNanos);
            case LOST, ABANDONED -> noteUnanswered(entrant, attempt.tookNanos(), nowNanos);
            case FAILED -> noteFailed(entrant, nowNanos);
            case TIMED_OUT -> {
                noteUnanswered(entrant, attempt.tookNanos(), nowNanos);
                noteFailed(entrant, nowNanos);
            }
            case NOT_SENT -> {
                entrant.knowledge.notSent(nowNanos);
                undo(entrant);
            }
            case RUNNING -> throw new IllegalArgumentException("has not ended: " + attempt);
        }
        if (prepaid) {
            // What follows follows an end, and is free.
            prepaid = false;
            budget.giveBack();
        }
    }

    private static void noteFailed(Entrant entrant, long nowNanos) {
        if (!entrant.late) {
            entrant.late = true;
            entrant.knowledge.failed(nowNanos);
        }
    }

    @Override
    void takenBack(Attempt attempt) {
        undo(entrant(attempt));
    }

    private void undo(Entrant entrant) {
        entrants.remove(entrant);
        if (entrant.paid) {
            budget.giveBack();
        }
        if (entrant.leadsFirstContact) {
            firstContactExtras--;
        }
    }

    private Entrant entrant(Attempt attempt) {
        for (Entrant entrant : entrants) {
            if (entrant.attempt == attempt) {
                return entrant;
            }
        }
        throw new IllegalArgumentException("has not started: " + attempt);
    }
}
