package dev.connie.race;

import java.time.Duration;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one destination: how long it takes to connect and to answer, and how it failed. Thread-safe: every method
 * holds its own lock, and calls nobody but the source of chance.
 *
 * <p>An attempt that ended without an answer, because another won, tells that the connect takes longer than that. It can
 * only raise what is expected, until a connect succeeds.
 */
final class AddressHistory {
    /** The delay that RFC 8305, section 8, recommends where nothing is known. */
    static final long UNKNOWN_DELAY_NANOS = Duration.ofMillis(250).toNanos();

    /**
     * What took this long was sent twice: the first SYN is repeated after 1 s (RFC 6298, section 2.1), and Linux is up to
     * a tenth early. By Karn's rule (section 3) it is no measure of the time; it is a SYN lost.
     */
    static final long RETRANSMITTED_NANOS = Duration.ofMillis(900).toNanos();

    /** An attempt is not late before this is added to its usual time: a busy scheduler, a queue on the way. */
    private static final long MARGIN_NANOS = Duration.ofMillis(10).toNanos();

    /** How long it is remembered that this machine could not even send: a route may come at any time. */
    private static final long NOT_SENT_NANOS = Duration.ofSeconds(10).toNanos();

    /** The time that must lie between two extra attempts to the same destination, whichever races make them. */
    private static final long EXTRA_GAP_NANOS = Duration.ofMillis(20).toNanos();

    // All guarded by this.
    private final SmoothedTime connectTime = new SmoothedTime();
    private final Failures failures;
    // Null until the destination raced another one, or was asked something.
    private @Nullable AnswerTime answerTime;

    // A connect takes longer than this, as far as attempts since the last connect have shown.
    private long longerThanNanos;
    private long unansweredNanos;

    private boolean notSent;
    private long notSentNanos;

    private boolean tried;
    private long triedNanos;
    private boolean extra;
    private long extraNanos;

    // When it last failed although it was known to connect: a surprise.
    private boolean surprising;
    private long surprisedNanos;

    AddressHistory(LongToDoubleFunction random) {
        failures = new Failures(random);
    }

    /** How a destination stands among those that a race chooses from. */
    enum Rank {
        /** It has connected, and nothing speaks against it. */
        GOOD,
        /** It was never tried, or too long ago. */
        UNKNOWN,
        /** It failed, or kept somebody waiting, when last tried. */
        FAILING,
        /** This machine cannot send to it: no route, no such family. */
        NOT_SENT
    }

    /**
     * How a destination stands at one moment.
     *
     * @param usualNanos the smoothed connect time, from before it failed if it fails; {@link Double#MAX_VALUE} if none
     *     is known
     * @param variationNanos by how much that time varies
     * @param expectedNanos the expected time until it is connected, including the risk that it fails or is mute
     * @param answerNanos the time from being asked until the server answers; negative if nothing is known of it
     * @param mayLead false if it is mute, and to be tried before others only to find out whether it still is
     * @param mayRetry false if it failed and is not yet to be tried again
     * @param untriedNanos how long it has not been tried; {@link Long#MAX_VALUE} if it never was
     */
    record Outlook(
            Rank rank,
            double usualNanos,
            double variationNanos,
            double expectedNanos,
            double answerNanos,
            boolean mayLead,
            boolean mayRetry,
            long untriedNanos) {
        static final Outlook BLANK = new Outlook(Rank.UNKNOWN, Double.MAX_VALUE, 0, 0, -1, true, true, Long.MAX_VALUE);
    }

    synchronized Outlook outlook(long nowNanos) {
        boolean known = connectTime.isKnown(nowNanos);
        double usualNanos = known ? connectTime.nanos() : UNKNOWN_DELAY_NANOS;
        double answerNanos = answerTime == null ? -1 : answerTime.usualNanos(usualNanos, nowNanos);
        return new Outlook(
                rank(known, nowNanos),
                known || failures.isFailing() ? connectTime.nanos() : Double.MAX_VALUE,
                known ? connectTime.variationNanos() : 0,
                expectedNanos(usualNanos, nowNanos) + answerExcessNanos(answerNanos),
                answerNanos,
                !failures.isMute(),
                failures.mayRetry(nowNanos),
                tried ? SmoothedTime.age(triedNanos, nowNanos) : Long.MAX_VALUE);
    }

    private Rank rank(boolean known, long nowNanos) {
        if (notSent && SmoothedTime.age(notSentNanos, nowNanos) < NOT_SENT_NANOS) {
            return Rank.NOT_SENT;
        }
        if (failures.isFailing() && (known || !failures.isForgotten(nowNanos))) {
            return Rank.FAILING;
        }
        return known ? Rank.GOOD : Rank.UNKNOWN;
    }

    /**
     * Returns the cost of a success: the cost of an attempt divided by the chance that it succeeds. To try destinations
     * in the order of this cost is to connect soonest on average. An attempt that fails costs the delay after which the
     * next one starts.
     */
    private double expectedNanos(double usualNanos, long nowNanos) {
        double excess = longerThanNanos - usualNanos;
        double risk = failures.risk(nowNanos);
        return usualNanos
                + (excess > 0 ? excess * Failures.weight(unansweredNanos, nowNanos) : 0)
                + (risk > 0 ? delayNanos(nowNanos) * risk / (1 - risk) : 0);
    }

    private double answerExcessNanos(double answerNanos) {
        return answerTime == null ? 0 : Math.max(0, answerTime.longerThanNanos() - Math.max(0, answerNanos));
    }

    /** Returns how long an attempt may take before it is late. */
    synchronized long delayNanos(long nowNanos) {
        return connectTime.lateNanos(MARGIN_NANOS, UNKNOWN_DELAY_NANOS, nowNanos);
    }

    synchronized void triedAt(long nowNanos) {
        tried = true;
        triedNanos = nowNanos;
    }

    /**
     * Notes a connect.
     *
     * @param wasLate whether {@link #failed} was told of this attempt
     */
    synchronized void connected(long tookNanos, boolean wasLate, long nowNanos) {
        notSent = false;
        if (tookNanos >= RETRANSMITTED_NANOS) {
            if (!wasLate) {
                failed(nowNanos);
            }
            return;
        }
        connectTime.measure(tookNanos, nowNanos);
        longerThanNanos = 0;
        failures.connected(nowNanos);
    }

    /** Notes that an attempt is, or was, unanswered for this long. */
    synchronized void unanswered(long tookNanos, long nowNanos) {
        if (tookNanos >= longerThanNanos) {
            longerThanNanos = tookNanos;
            unansweredNanos = nowNanos;
        }
    }

    /**
     * Notes a failure: an attempt was refused, timed out, or took longer than {@link #delayNanos} was at its start.
     * Called once at most for each attempt.
     */
    synchronized void failed(long nowNanos) {
        if (!failures.isFailing() && connectTime.isKnown(nowNanos)) {
            surprised(nowNanos);
        }
        failures.failed(nowNanos);
    }

    /** Notes that the server connected and then gave no answer. */
    synchronized void disappointed(long nowNanos) {
        failures.disappointed(answerTime != null && answerTime.isKnown(nowNanos), nowNanos);
    }

    /** Returns how long a server that was asked may say nothing before it is late. */
    synchronized long answerDelayNanos(long connectNanos, long unknownNanos, long nowNanos) {
        return answerTime == null ? unknownNanos : answerTime.delayNanos(connectNanos, unknownNanos, nowNanos);
    }

    /** Notes that the server sent its first byte. */
    synchronized void spoke(long tookNanos, long nowNanos) {
        if (!connectTime.isKnown(nowNanos)) {
            // A connect takes no longer, since an answer is a round trip, too.
            connectTime.measure(tookNanos, nowNanos);
        }
        answerTime().answered(tookNanos, connectTime.nanos(), nowNanos);
        failures.spoke(nowNanos);
    }

    /** Notes that it connected, was asked, and said nothing for so long that another one answered in its place. */
    synchronized void mute(long waitedNanos, long nowNanos) {
        answerTime().unanswered(waitedNanos);
        failures.disappointed(true, nowNanos);
    }

    /** Lets servers that were raced together know each other's think time. */
    void becomeSiblingOf(AddressHistory other) {
        // The two locks are not held together, so that no two races wait for each other.
        SmoothedTime thinkTime = other.thinkTime();
        synchronized (this) {
            if (answerTime == null) {
                answerTime = new AnswerTime(thinkTime);
            }
        }
    }

    private synchronized SmoothedTime thinkTime() {
        return answerTime().thinkTime();
    }

    private AnswerTime answerTime() {
        AnswerTime answers = answerTime;
        if (answers == null) {
            answers = new AnswerTime(new SmoothedTime());
            answerTime = answers;
        }
        return answers;
    }

    /** Notes that a race which trusted in this destination had to look for another. */
    synchronized void surprised(long nowNanos) {
        surprising = true;
        surprisedNanos = nowNanos;
    }

    /** Returns how long ago it last surprised a race; {@link Long#MAX_VALUE} if it never did. */
    synchronized long surpriseAgeNanos(long nowNanos) {
        return surprising ? SmoothedTime.age(surprisedNanos, nowNanos) : Long.MAX_VALUE;
    }

    /** Returns how long ago it last connected; {@link Long#MAX_VALUE} if it never did. */
    synchronized long connectAgeNanos(long nowNanos) {
        return connectTime.ageNanos(nowNanos);
    }

    /** Notes that no packet left this machine. */
    synchronized void notSent(long nowNanos) {
        notSent = true;
        notSentNanos = nowNanos;
    }

    /**
     * Claims an extra attempt for the caller.
     *
     * @return 0 if it is granted, else how long to wait after the last one by any race, in nanoseconds
     */
    synchronized long claimExtra(long nowNanos) {
        long wait = extra ? EXTRA_GAP_NANOS - SmoothedTime.age(extraNanos, nowNanos) : 0;
        if (wait > 0) {
            return wait;
        }
        extra = true;
        extraNanos = nowNanos;
        return 0;
    }

    /** Claims a probe, which is an attempt to find out how it stands. If it failed, nobody else gets one for a while. */
    synchronized boolean claimProbe(long nowNanos) {
        if (!failures.mayRetry(nowNanos) || claimExtra(nowNanos) > 0) {
            return false;
        }
        if (failures.isFailing()) {
            failures.backOff(nowNanos);
        }
        return true;
    }
}
