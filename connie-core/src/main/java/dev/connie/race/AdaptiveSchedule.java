package dev.connie.race;

import dev.connie.race.AddressHistory.Rank;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@link Adaptive} decides in one race, from what it has learned; what it learns from that race is added. */
final class AdaptiveSchedule extends AttemptSchedule {
    /**
     * The share by which chance lengthens a delay at most, so that clients which are late together do not go on
     * together.
     */
    private static final double JITTER = 0.1;

    /** When so many attempts of one race are late or fail, the world has changed: one may be an accident. */
    private static final int SURPRISES = 2;

    // Few and small fields, since there is one of these objects for each connection.
    private final Adaptive policy;
    private List<InetSocketAddress> order = List.of();
    // The latest attempt that was sent, which leads to the others.
    private @Nullable StartedAttempt newest;
    // At the first contact with a host, how many addresses of which nothing is known come first; at most
    // Race.MAX_ADDRESSES.
    private byte firstContacts;
    // Whether the race may begin with a probe: until that is decided, and only if another attempt may run beside it.
    private boolean mayProbe;
    // Whether a token was taken for a second attempt, because the first is a probe; it follows after the head start.
    private boolean prepaid;
    private int headStartNanos;
    // The budget that paid for the attempt that is about to start; null if that is free.
    private @Nullable Budget payer;

    AdaptiveSchedule(Adaptive policy, boolean mayOverlap) {
        this.policy = policy;
        this.mayProbe = mayOverlap;
    }

    @Override
    RacePolicy policy() {
        return policy;
    }

    @Override
    List<InetSocketAddress> order(List<InetSocketAddress> addresses, long nowNanos) {
        boolean probes = mayProbe;
        mayProbe = false;
        if (addresses.size() < 2) {
            return addresses;
        }
        Ranking ranking = new Ranking(addresses, policy.histories(), policy.random(), nowNanos);
        firstContacts = (byte) (policy.racesFirstContacts() ? Math.min(Race.MAX_ADDRESSES, ranking.unknownAhead()) : 0);
        order = ranking.addresses();
        InetSocketAddress probed = probes && ranking.hasBest() ? probed(ranking, nowNanos) : null;
        if (probed != null) {
            prepaid = true;
            // Enough for an address that is as good as the best to win, and no more: a probe must not delay its race.
            headStartNanos = (int) Math.min(AddressHistory.UNKNOWN_DELAY_NANOS, ranking.toleranceNanos());
            // By identity: equals leaves out the scope.
            order.removeIf(address -> address == probed);
            order.add(0, probed);
        }
        return order;
    }

    private @Nullable InetSocketAddress probed(Ranking ranking, long nowNanos) {
        InetSocketAddress address = ranking.toRetry();
        boolean paid = false;
        if (address != null) {
            paid = policy.budget().takeSpare();
        } else if (policy.random().applyAsDouble(nowNanos) < policy.exploration()) {
            address = ranking.toExplore(policy.random().applyAsDouble(nowNanos));
            paid = address != null && policy.budget().takeIfFull();
        }
        if (address == null || !paid) {
            return null;
        }
        if (!policy.histories().of(address).claimProbe(nowNanos)) {
            policy.budget().giveBack();
            return null;
        }
        return address;
    }

    @Override
    long started(Attempt attempt, long dueNanos, long nowNanos) {
        AddressHistory history = policy.histories().of(attempt.address());
        history.triedAt(nowNanos);
        StartedAttempt previous = newest;
        if (previous != null
                && previous.attempt.address().getPort() == attempt.address().getPort()) {
            history.becomeSiblingOf(previous.history);
        }
        long lateNanos = policy.bounded(history.delayNanos(nowNanos));
        StartedAttempt started = new StartedAttempt(previous, attempt, history, lateNanos, payer, prepaid);
        newest = started;
        payer = null;
        if (prepaid) {
            return nowNanos + headStartNanos;
        }
        // As a rule this is the first attempt, to the best known address.
        boolean atOnce = isFirstContact() || previous != null && isWorldChanged(nowNanos);
        return atOnce ? nowNanos : nowNanos + delayNanos(started, nowNanos);
    }

    /** Returns whether the next address is as unknown as those to which attempts have started. */
    private boolean isFirstContact() {
        if (firstContacts == 0) {
            return false;
        }
        int before = 0;
        for (StartedAttempt started = newest; started != null; started = started.previous) {
            before++;
        }
        return before > 0 && before < firstContacts;
    }

    /**
     * Returns whether what is known seems to hold no longer, so that all others start: a second attempt of this race is
     * late or has failed; or the first one has, shortly after another race was surprised; or one has, and nothing is
     * known of the next address.
     */
    private boolean isWorldChanged(long nowNanos) {
        int surprises = 0;
        long raceAgeNanos = 0;
        for (StartedAttempt started = newest; started != null; started = started.previous) {
            surprises += started.isSurprise() ? 1 : 0;
            raceAgeNanos = nowNanos - started.attempt.startNanos();
        }
        if (surprises == 0) {
            return false;
        }
        return surprises >= SURPRISES
                || isNextUnknown(nowNanos)
                || policy.histories().wereSurprising(order, raceAgeNanos, nowNanos);
    }

    private boolean isNextUnknown(long nowNanos) {
        for (InetSocketAddress address : order) {
            if (!isStarted(address)) {
                AddressHistory history = policy.histories().find(address);
                return history == null || history.outlook(nowNanos).rank() == Rank.UNKNOWN;
            }
        }
        return false;
    }

    private boolean isStarted(InetSocketAddress address) {
        StartedAttempt started = newest;
        while (started != null && started.attempt.address() != address) {
            started = started.previous;
        }
        return started != null;
    }

    /**
     * Returns how long the latest attempt has before the next one starts. It is doubled for each attempt that is late
     * already, because then the network may be slow, but not beyond the delay that RFC 8305 recommends, unless it is
     * longer by itself.
     */
    private long delayNanos(StartedAttempt latest, long nowNanos) {
        double delay = latest.lateNanos();
        for (StartedAttempt started = latest.previous; started != null; started = started.previous) {
            if (started.isOverdue()) {
                delay = Math.min(2 * delay, Math.max(latest.lateNanos(), AddressHistory.UNKNOWN_DELAY_NANOS));
            }
        }
        return policy.bounded((long) (delay * (1 + JITTER * policy.random().applyAsDouble(nowNanos))));
    }

    @Override
    long dueByTimer(InetSocketAddress next, long dueNanos, long nowNanos) {
        StartedAttempt latest = newest;
        if (latest == null) {
            return dueNanos;
        }
        noteLate(nowNanos);
        long freeNanos = latest.attempt.startNanos() + AddressHistory.UNKNOWN_DELAY_NANOS;
        if (nowNanos - freeNanos >= 0) {
            giveBackPrepaid();
            return dueNanos;
        }
        if (prepaid) {
            prepaid = false;
            payer = policy.budget();
            return dueNanos;
        }
        boolean isFirstContact = isFirstContact();
        Budget budget = isFirstContact ? policy.firstContacts() : policy.budget();
        if (!budget.take()) {
            return freeNanos;
        }
        long waitNanos = isFirstContact ? 0 : policy.histories().of(next).claimExtra(nowNanos);
        if (waitNanos > 0) {
            budget.giveBack();
            return nowNanos + Math.min(waitNanos, freeNanos - nowNanos);
        }
        payer = budget;
        return dueNanos;
    }

    /** Notes which attempts are late. Other races to the same host hear of it at once, and need not wait as well. */
    private void noteLate(long nowNanos) {
        for (StartedAttempt started = newest; started != null; started = started.previous) {
            if (started.attempt.isRunning()) {
                started.noteUnanswered(nowNanos - started.attempt.startNanos(), nowNanos);
            }
        }
    }

    /** An attempt that fails as soon as it starts must not hold up the others of a first contact. */
    @Override
    long minimumGapNanos() {
        return isFirstContact() ? 0 : Adaptive.HARD_MINIMUM.toNanos();
    }

    @Override
    void ended(Attempt attempt, long nowNanos) {
        StartedAttempt started = started(attempt);
        switch (attempt.outcome()) {
            case WON -> {
                started.noteConnected(nowNanos);
                renewSurprises(nowNanos);
            }
            case LOST, ABANDONED -> {
                if (attempt.isEstablished()) {
                    // It connected in the same moment as the winner, or a little earlier, and was looked at later.
                    started.noteConnected(nowNanos);
                } else {
                    started.noteUnanswered(attempt.tookNanos(), nowNanos);
                }
            }
            case FAILED -> started.noteFailed(nowNanos);
            case TIMED_OUT -> {
                started.noteUnanswered(attempt.tookNanos(), nowNanos);
                started.noteFailed(nowNanos);
            }
            case NOT_SENT -> {
                started.history.notSent(nowNanos);
                undo(started);
            }
            case RUNNING, MUTE -> throw new IllegalArgumentException("has not ended: " + attempt);
        }
        giveBackPrepaid();
    }

    /** Notes surprises again at the win: they last until a race is won without one, and this race had some. */
    private void renewSurprises(long nowNanos) {
        for (StartedAttempt started = newest; started != null; started = started.previous) {
            if (started.isSurprise()) {
                started.history.surprised(nowNanos);
            }
        }
    }

    /** Gives back the token for the second attempt: after another has ended, or that late, an attempt is free. */
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

    /** Undoes the start of the latest attempt. */
    private void undo(StartedAttempt started) {
        newest = started.previous;
        started.refund();
    }

    private StartedAttempt started(Attempt attempt) {
        StartedAttempt started = newest;
        while (started != null && started.attempt != attempt) {
            started = started.previous;
        }
        return Objects.requireNonNull(started);
    }
}
