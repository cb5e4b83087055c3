package dev.connie.race;

import org.jspecify.annotations.Nullable;

/**
 * An attempt that {@link AdaptiveSchedule} has started, and the budget that paid for it. Small, since there is at least
 * one for each connection.
 */
final class StartedAttempt {
    private static final long NANOS_PER_MICRO = 1_000;

    final @Nullable StartedAttempt previous;
    final Attempt attempt;
    final AddressHistory history;
    // When it took this long, it is late.
    private final int lateMicros;
    // The budget that paid for it; null if it was free.
    private final @Nullable Budget payer;
    // Whether it is a probe, made to find out how an address stands, so that its failure surprises nobody.
    private final boolean probe;
    // Whether its failure is noted. An attempt that is late and then times out has failed once.
    private boolean failed;

    StartedAttempt(
            @Nullable StartedAttempt previous,
            Attempt attempt,
            AddressHistory history,
            long lateNanos,
            @Nullable Budget payer,
            boolean probe) {
        this.previous = previous;
        this.attempt = attempt;
        this.history = history;
        this.lateMicros = (int) (lateNanos / NANOS_PER_MICRO);
        this.payer = payer;
        this.probe = probe;
    }

    long lateNanos() {
        return lateMicros * NANOS_PER_MICRO;
    }

    /** Returns whether it is late and still in flight. */
    boolean isOverdue() {
        return failed && attempt.isRunning();
    }

    /** Returns whether it was late or has failed, and that was not to be expected. */
    boolean isSurprise() {
        return failed && !probe;
    }

    void noteConnected(long nowNanos) {
        history.connected(attempt.tookNanos(), failed, nowNanos);
    }

    void noteUnanswered(long tookNanos, long nowNanos) {
        history.unanswered(tookNanos, nowNanos);
        if (tookNanos >= lateNanos()) {
            noteFailed(nowNanos);
        }
    }

    void noteFailed(long nowNanos) {
        if (!failed) {
            failed = true;
            history.failed(nowNanos);
        }
    }

    /** Gives back the token that was paid for it, because it was not made after all. */
    void refund() {
        if (payer != null) {
            payer.giveBack();
        }
    }
}
