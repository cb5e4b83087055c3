package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;

/** How long an {@link Opening} waits for an answer before it asks one more server. */
final class Patience {
    /**
     * How many further servers may be sent the hello at the pace of the policy's delays. When so many say nothing, the
     * fault is hardly the servers' but in what they have in common: the way to them, or the load on all. More are asked
     * all the same, so that a good server far down the list is not missed, but at most one in a second.
     */
    static final int MOST_QUICK_HELLOS = 3;

    private static final long SLOW_PACE_NANOS = Duration.ofSeconds(1).toNanos();

    /** How long a server that is still to connect is waited for, and how long another is put off for want of a token. */
    static final long CONNECT_DELAY_NANOS = Duration.ofMillis(250).toNanos();

    private final RacePolicy policy;
    private int repeated;
    private long endNanos;

    Patience(RacePolicy policy) {
        this.policy = policy;
    }

    /** Begins anew, because there is a server to wait for. */
    void begin(long nowNanos) {
        endNanos = nowNanos + paced(CONNECT_DELAY_NANOS);
    }

    /** Begins anew, because one more server was asked. Returns how long it has to answer. */
    long begin(InetSocketAddress asked, long connectNanos, long nowNanos) {
        long delayNanos = policy.answerDelayNanos(asked, connectNanos, nowNanos);
        endNanos = nowNanos + paced(delayNanos);
        return delayNanos;
    }

    private long paced(long delayNanos) {
        return repeated < MOST_QUICK_HELLOS ? delayNanos : Math.max(delayNanos, SLOW_PACE_NANOS);
    }

    /** Returns how long is left; negative when it is over. */
    long nanosLeft(long nowNanos) {
        return endNanos - nowNanos;
    }

    /** Returns whether the time is over and one more server may be asked. If the time is over, it begins anew. */
    boolean isLost(long nowNanos) {
        if (nanosLeft(nowNanos) > 0) {
            return false;
        }
        boolean claimed = policy.claimRepeatedHello(nowNanos);
        if (claimed) {
            repeated++;
        }
        begin(nowNanos);
        return claimed;
    }
}
