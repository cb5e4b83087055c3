package dev.connie.race;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One race by {@link Adaptive}: draws on its memory, and adds to it. */
final class AdaptiveSchedule extends AttemptSchedule {
    private static final long NANOS_PER_MICRO = 1_000;

    // Few fields and small ones, since there is one of these objects for each connection.
    private final Adaptive policy;
    // The latest attempt that was sent, which leads to the others.
    private @Nullable StartedAttempt newest;
    // How many addresses lead of which nothing is known, at the first contact with a host; at most Race.MAX_ADDRESSES.
    private byte unknownAhead;
    // Until it has been decided, and only if another attempt may run beside it.
    private boolean mayExplore;
    // A token was taken for a second attempt, because the first one explores.
    private boolean prepaid;
    // A token was taken for the attempt that is about to start.
    private boolean paid;

    AdaptiveSchedule(Adaptive policy, boolean mayOverlap) {
        this.policy = policy;
        this.mayExplore = mayOverlap;
    }

    /** An attempt that was made, and what it cost. Small: there is at least one for each connection. */
    private static final class StartedAttempt {
        final @Nullable StartedAttempt previous;
        final Attempt attempt;
        final AddressHistory history;
        /** When it took this long, it is late. */
        final int lateMicros;

        final boolean paid;
        /** Whether the next attempt follows quickly because this is the first contact. */
        final boolean leadsFirstContact;

        /** Whether its failure is noted: for an attempt that is one, though it be late and then time out. */
        boolean failed;

        StartedAttempt(
                @Nullable StartedAttempt previous,
                Attempt attempt,
                AddressHistory history,
                int lateMicros,
                boolean paid,
                boolean leadsFirstContact) {
            this.previous = previous;
            this.attempt = attempt;
            this.history = history;
            this.lateMicros = lateMicros;
            this.paid = paid;
            this.leadsFirstContact = leadsFirstContact;
        }

        long lateNanos() {
            return lateMicros * NANOS_PER_MICRO;
        }
    }

    @Override
    RacePolicy policy() {
        return policy;
    }

    @Override
    List<InetSocketAddress> order(List<InetSocketAddress> addresses, long nowNanos) {
        boolean explores = mayExplore;
        mayExplore = false;
        if (addresses.size() < 2) {
            return addresses;
        }
        Ranking ranking = new Ranking(addresses, policy.histories(), nowNanos);
        unknownAhead = (byte) Math.min(Race.MAX_ADDRESSES, ranking.unknownAhead());
        List<InetSocketAddress> order = ranking.addresses();
        if (explores && ranking.hasBest()) {
            InetSocketAddress explored = explored(ranking, nowNanos);
            if (explored != null) {
                prepaid = true;
                // By identity: equals leaves out the scope.
                order.removeIf(address -> address == explored);
                order.add(0, explored);
            }
        }
        return order;
    }

    private @Nullable InetSocketAddress explored(Ranking ranking, long nowNanos) {
        InetSocketAddress address = ranking.toRetry();
        if (address == null && policy.random().next(nowNanos) < policy.exploration()) {
            address = ranking.toExplore(policy.random().next(nowNanos));
        }
        if (address == null || !policy.budget().take()) {
            return null;
        }
        if (!policy.histories().of(address).claimExploration(nowNanos)) {
            policy.budget().giveBack();
            return null;
        }
        return address;
    }

    @Override
    long started(Attempt attempt, long dueNanos, long nowNanos) {
        AddressHistory history = policy.histories().of(attempt.address());
        history.triedAt(nowNanos);
        long lateNanos = policy.bounded(history.delayNanos(nowNanos));
        boolean leadsFirstContact = !prepaid && isFollowedAsFirstContact();
        StartedAttempt started = new StartedAttempt(
                newest, attempt, history, (int) (lateNanos / NANOS_PER_MICRO), paid, leadsFirstContact);
        newest = started;
        paid = false;
        if (prepaid) {
            return nowNanos + policy.minimumDelayNanos();
        }
        if (leadsFirstContact) {
            return nowNanos + Math.max(policy.tuning().firstContactStaggerNanos(), policy.minimumDelayNanos());
        }
        return nowNanos + delayNanos(started, nowNanos);
    }

    /** Whether the next address is as unknown as the one that starts now, and there may be one more extra attempt. */
    private boolean isFollowedAsFirstContact() {
        int before = 0;
        int extras = 0;
        for (StartedAttempt started = newest; started != null; started = started.previous) {
            before++;
            extras += started.leadsFirstContact ? 1 : 0;
        }
        return before + 1 < unknownAhead && extras < policy.tuning().firstContactExtras();
    }

    /**
     * Doubled for each attempt that is late already, because then it may be the network that is slow: but not beyond what
     * RFC 8305 recommends without that.
     */
    private long delayNanos(StartedAttempt latest, long nowNanos) {
        double delay = latest.lateNanos();
        for (StartedAttempt started = latest.previous; started != null; started = started.previous) {
            if (started.failed && started.attempt.isRunning()) {
                delay = Math.min(2 * delay, Math.max(latest.lateNanos(), AddressHistory.UNKNOWN_DELAY_NANOS));
            }
        }
        return policy.bounded(
                (long) (delay * (1 + policy.tuning().jitter() * policy.random().next(nowNanos))));
    }

    @Override
    long dueByTimer(InetSocketAddress next, long dueNanos, long nowNanos) {
        StartedAttempt latest = newest;
        if (latest == null) {
            return dueNanos;
        }
        noteLate(nowNanos);
        long withoutTokenNanos = latest.attempt.startNanos() + AddressHistory.UNKNOWN_DELAY_NANOS;
        if (nowNanos - withoutTokenNanos >= 0) {
            giveBackPrepaid();
            return dueNanos;
        }
        if (prepaid) {
            prepaid = false;
            paid = true;
            return dueNanos;
        }
        Budget budget = budgetAfter(latest);
        if (!budget.take()) {
            return withoutTokenNanos;
        }
        long waitNanos = policy.histories().of(next).claimExtra(nowNanos);
        if (waitNanos > 0) {
            budget.giveBack();
            return nowNanos + Math.min(waitNanos, withoutTokenNanos - nowNanos);
        }
        paid = true;
        return dueNanos;
    }

    /** Returns what an extra attempt is paid out of that follows this one. */
    private Budget budgetAfter(@Nullable StartedAttempt started) {
        return started != null && started.leadsFirstContact ? policy.firstContacts() : policy.budget();
    }

    /** Other races to the same host hear of it at once, and do not have to wait as well. */
    private void noteLate(long nowNanos) {
        for (StartedAttempt started = newest; started != null; started = started.previous) {
            if (started.attempt.isRunning()) {
                noteUnanswered(started, nowNanos - started.attempt.startNanos(), nowNanos);
            }
        }
    }

    private static void noteUnanswered(StartedAttempt started, long tookNanos, long nowNanos) {
        started.history.unanswered(tookNanos, nowNanos);
        if (tookNanos >= started.lateNanos()) {
            noteFailed(started, nowNanos);
        }
    }

    private static void noteFailed(StartedAttempt started, long nowNanos) {
        if (!started.failed) {
            started.failed = true;
            started.history.failed(nowNanos);
        }
    }

    @Override
    long minimumGapNanos() {
        return Adaptive.HARD_MINIMUM.toNanos();
    }

    @Override
    void ended(Attempt attempt, long nowNanos) {
        StartedAttempt started = started(attempt);
        switch (attempt.outcome()) {
            case WON -> started.history.connected(attempt.tookNanos(), started.failed, nowNanos);
            case LOST, ABANDONED -> {
                // One that connected in the same moment as the winner has answered.
                if (!attempt.isEstablished()) {
                    noteUnanswered(started, attempt.tookNanos(), nowNanos);
                }
            }
            case FAILED -> noteFailed(started, nowNanos);
            case TIMED_OUT -> {
                noteUnanswered(started, attempt.tookNanos(), nowNanos);
                noteFailed(started, nowNanos);
            }
            case NOT_SENT -> {
                started.history.notSent(nowNanos);
                undo(started);
            }
            case RUNNING, MUTE -> throw new IllegalArgumentException("has not ended: " + attempt);
        }
        giveBackPrepaid();
    }

    /** What follows an end, or comes that late, is free. */
    private void giveBackPrepaid() {
        if (prepaid) {
            prepaid = false;
            policy.budget().giveBack();
        }
    }

    @Override
    void takenBack(Attempt attempt) {
        undo(started(attempt));
    }

    /** Only ever of the latest. */
    private void undo(StartedAttempt started) {
        newest = started.previous;
        if (started.paid) {
            budgetAfter(started.previous).giveBack();
        }
    }

    private StartedAttempt started(Attempt attempt) {
        StartedAttempt started = newest;
        while (started != null && started.attempt != attempt) {
            started = started.previous;
        }
        return Objects.requireNonNull(started);
    }
}
