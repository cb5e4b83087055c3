package dev.connie;

import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.RegretSampler;
import dev.connie.race.AttemptReport;
import dev.connie.race.Race;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the races of a {@link Connector} share beside their policy, for a driver of one's own, whose attempts are not
 * channels of Connie's but those of a client's event loop: permits, who won last, what the policy is told after a race,
 * and which losers are let finish. Belongs to {@link Connector#newRace} and {@link Connector#listener}. Thread-safe.
 */
public final class RaceBooks {
    /** How long losers that are let finish have at most; less if their race had less time. */
    public static final Duration LONGEST_WATCH = Duration.ofNanos(RegretSampler.MAX_WATCH_NANOS);

    private final RaceSetup races;

    RaceBooks(RaceSetup races) {
        this.races = races;
    }

    /**
     * Takes a permit for an attempt beyond the first that is under way in its race. Without one, {@link Race#postpone} the
     * attempt; with one, {@link #endExtraAttempt} must follow when its socket is closed or has won.
     */
    public boolean beginExtraAttempt() {
        return races.permits().tryAcquire();
    }

    /** Gives one permit back. */
    public void endExtraAttempt() {
        races.permits().release(1);
    }

    /** Returns the addresses with the one first that won last for this host, if it is among them. */
    public List<InetAddress> lastWinnerFirst(String host, List<InetAddress> addresses) {
        return races.recentWinners().lastWinnerFirst(host, addresses);
    }

    /** Is told which address the connection to this host is to. */
    public void won(String host, InetSocketAddress address) {
        races.recentWinners().won(host, address.getPort(), address.getAddress(), List.of());
    }

    /** Is told of an address that won and was of no use, such as one whose TLS handshake failed: it is no last winner. */
    public void rejected(String host, InetSocketAddress address) {
        races.recentWinners().disappointed(host, address.getPort(), address.getAddress());
    }

    /** Is told of an address that connected, was asked something and gave no answer at all, for the policy to learn. */
    public void disappointed(InetSocketAddress address) {
        races.disappointed(address);
    }

    /**
     * Is told that a server answered what it was asked, after so long at most, for the policy to learn. From then on a
     * handshake of TCP is no success of it.
     */
    public void spoke(InetSocketAddress address, Duration took) {
        races.policy().spoke(address, took.toNanos(), System.nanoTime());
    }

    /**
     * Is told that a server connected, was asked, and said nothing for so long that another one answered in its place, or
     * that it hung up then, for the policy to learn.
     */
    public void mute(InetSocketAddress address, Duration waited) {
        races.policy().mute(address, waited.toNanos(), System.nanoTime());
    }

    /** Returns how long a server that was asked may say nothing before another one is asked too. */
    public Duration answerDelay(InetSocketAddress address, Duration connectTook) {
        return Duration.ofNanos(races.policy().answerDelayNanos(address, connectTook.toNanos(), System.nanoTime()));
    }

    /**
     * Returns whether the losers of a race that was just won are to be let finish, as {@link
     * Connector.Builder#sampleRegret} was asked to. If so, {@link #losersFinished} must follow once all are closed.
     */
    public boolean letsLosersFinish() {
        RegretSampler sampler = races.regretSampler();
        return sampler != null && sampler.picks();
    }

    /**
     * Is told how the losers ended, for the policy to learn. The race's listener is told by the driver.
     *
     * @param complete false if they were closed before they had answered or their time was up
     */
    public void losersFinished(List<AttemptReport> losers, boolean complete) {
        RegretSampler sampler = races.regretSampler();
        if (sampler != null) {
            sampler.ended(losers, complete);
        }
    }
}
