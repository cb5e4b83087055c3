package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Races that learn: nearly as fast as connecting to all addresses at once, at nearly the cost of connecting to one.
 *
 * <p><b>Order.</b> The address that is expected to connect soonest goes first, by what is known of its connect time and of
 * its failures; then those that nothing is known of, the families interleaved; then those that failed when last tried. Among
 * addresses about as good as the best, the order given is kept.
 *
 * <p><b>Delay.</b> The next attempt starts when the newest one is late by its own history: after its smoothed connect time
 * and four times its variation (RFC 6298, section 2), at least 10 ms more; after 250 ms where nothing is known (RFC 8305,
 * section 8). A failure pulls the next one at once, but never within 10 ms of the last start that sent a packet (section 5).
 * At the first contact with a host two more attempts may follow 25 ms apart.
 *
 * <p><b>Exploration.</b> One race in fifty tries another address first, with the best one 10 ms behind it, so that a race
 * loses no more than that and those who measured different things come to agree. An address that was as good as the best
 * and failed is so tried again by the first race after 250 ms, then after twice as long each time, 30 s at most, or up to a
 * tenth more by random. So when it recovers it is back in use by the first race after as long again as it was away, and
 * after 33 s at the latest, if the budget has an attempt to spare.
 *
 * <p><b>Budget.</b> An attempt that starts before the others have failed is an extra one. Each race adds to a budget of
 * extra attempts, a tenth of one unless set, of which two can be saved up; when it is used up, the next attempt starts 250 ms
 * after the newest one, as in {@link RacePolicy#rfc8305()}. What starts because another failed, or that late, is free. So
 * when many servers fail at once, the load on the others stays bounded. First contacts have a budget of their own, to which
 * each race adds one attempt, and of which 20 can be saved up: so who only ever meets new hosts makes, in the long run, no
 * more than two attempts for each connection, but for those that are free.
 *
 * <p>The settings are immutable; the {@code with} methods return a changed copy, which has learned nothing yet. What was
 * learned is kept in memory, for the 4,096 destinations used last; it fades, and is dropped when the network changes. An
 * instance is thread-safe, and learns from all races of those who share it.
 */
public final class Adaptive extends RacePolicy {
    /** RFC 8305, section 5: an implementation "MUST NOT" start attempts closer than this. */
    static final Duration HARD_MINIMUM = Duration.ofMillis(10);

    /** RFC 8305, section 8: the recommended Maximum Connection Attempt Delay. */
    private static final Duration HARD_MAXIMUM = Duration.ofSeconds(2);

    private static final double MOST_EXPLORATION = 0.03;

    /** What can be set. */
    private record Settings(
            Duration minimumDelay,
            Duration maximumDelay,
            double extraAttempts,
            double exploration,
            Tuning tuning,
            @Nullable Long seed) {}

    private final Settings settings;
    private final long minimumDelayNanos;
    private final long maximumDelayNanos;
    private final AddressHistories histories;
    private final Budget budget;
    private final Budget firstContacts;
    private final SeededRandom random;

    Adaptive() {
        this(new Settings(HARD_MINIMUM, HARD_MAXIMUM, 0.1, 0.02, Tuning.DEFAULT, null));
    }

    private Adaptive(Settings settings) {
        this.settings = settings;
        this.minimumDelayNanos = settings.minimumDelay.toNanos();
        this.maximumDelayNanos = settings.maximumDelay.toNanos();
        this.random = new SeededRandom(settings.seed);
        this.histories = new AddressHistories(settings.tuning, random);
        this.budget = new Budget(settings.extraAttempts, settings.tuning.burst());
        this.firstContacts = new Budget(settings.extraAttempts > 0 ? 1 : 0, settings.tuning.firstContactBurst());
    }

    /**
     * Sets the least time between two starts while nothing fails. 10 ms unless set.
     *
     * @throws IllegalArgumentException if it is below 10 ms or above the maximum
     */
    public Adaptive withMinimumDelay(Duration minimum) {
        if (minimum.compareTo(HARD_MINIMUM) < 0) {
            throw new IllegalArgumentException(
                    "minimum delay of " + Rfc8305.millis(minimum) + " is below 10 ms: RFC 8305, section 5");
        }
        requireOrder(minimum, settings.maximumDelay);
        return new Adaptive(new Settings(
                minimum,
                settings.maximumDelay,
                settings.extraAttempts,
                settings.exploration,
                settings.tuning,
                settings.seed));
    }

    /**
     * Sets the most time that an attempt has before the next one is due. 2 s unless set. When there is no budget for an
     * extra attempt, it still has 250 ms.
     *
     * @throws IllegalArgumentException if it is below the minimum or above 2 s
     */
    public Adaptive withMaximumDelay(Duration maximum) {
        if (maximum.compareTo(HARD_MAXIMUM) > 0) {
            throw new IllegalArgumentException(
                    "maximum delay of " + Rfc8305.millis(maximum) + " is above 2 s: RFC 8305, section 8");
        }
        requireOrder(settings.minimumDelay, maximum);
        return new Adaptive(new Settings(
                settings.minimumDelay,
                maximum,
                settings.extraAttempts,
                settings.exploration,
                settings.tuning,
                settings.seed));
    }

    private static void requireOrder(Duration minimum, Duration maximum) {
        if (minimum.compareTo(maximum) > 0) {
            throw new IllegalArgumentException("minimum delay of " + Rfc8305.millis(minimum)
                    + " is above the maximum of " + Rfc8305.millis(maximum));
        }
    }

    /**
     * Sets how many extra attempts there may be for each race on average, from 0 to 1, those at first contacts not counted.
     * 0.1 unless set. With 0 there are none, at first contacts neither: nothing is explored, and no attempt starts within
     * 250 ms of another that has not failed.
     *
     * @throws IllegalArgumentException if it is below 0 or above 1
     */
    public Adaptive withExtraAttempts(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share of extra attempts of " + share + " is not from 0 to 1");
        }
        return new Adaptive(new Settings(
                settings.minimumDelay,
                settings.maximumDelay,
                share,
                settings.exploration,
                settings.tuning,
                settings.seed));
    }

    /**
     * Sets in which share of the races another address than the best is tried first, from 0 to 0.03. 0.02 unless set. With 0
     * an address that is better than the best one known is found only when that is late or fails.
     *
     * @throws IllegalArgumentException if it is below 0 or above 0.03
     */
    public Adaptive withExploration(double share) {
        if (!(share >= 0 && share <= MOST_EXPLORATION)) {
            throw new IllegalArgumentException(
                    "share of races that explore of " + share + " is not from 0 to " + MOST_EXPLORATION);
        }
        return new Adaptive(new Settings(
                settings.minimumDelay,
                settings.maximumDelay,
                settings.extraAttempts,
                share,
                settings.tuning,
                settings.seed));
    }

    /** Makes what is left to chance the same each time. */
    Adaptive withSeed(long seed) {
        return new Adaptive(new Settings(
                settings.minimumDelay,
                settings.maximumDelay,
                settings.extraAttempts,
                settings.exploration,
                settings.tuning,
                seed));
    }

    Adaptive withTuning(Tuning tuning) {
        return new Adaptive(new Settings(
                settings.minimumDelay,
                settings.maximumDelay,
                settings.extraAttempts,
                settings.exploration,
                tuning,
                settings.seed));
    }

    @Override
    AttemptSchedule begin(int maxAttemptsInFlight, long nowNanos) {
        budget.raceBegins();
        firstContacts.raceBegins();
        return new AdaptiveSchedule(this, maxAttemptsInFlight > 1);
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void disappointed(InetSocketAddress address, long nowNanos) {
        histories.of(address).disappointed(nowNanos);
    }

    @Override
    public void networkChanged() {
        histories.clear();
    }

    @Override
    public void loserFinished(AttemptReport loser, long nowNanos) {
        AddressHistory history = histories.of(loser.address());
        long tookNanos = loser.took().toNanos();
        if (loser.established()) {
            // That it was late, if it was, was noted when it lost.
            history.connected(tookNanos, true, nowNanos);
        } else if (loser.outcome() == Outcome.FAILED) {
            history.failed(nowNanos);
        } else {
            history.unanswered(tookNanos, nowNanos);
        }
    }

    /** Returns the delay within the bounds that are set. */
    long bounded(long delayNanos) {
        return Math.max(minimumDelayNanos, Math.min(maximumDelayNanos, delayNanos));
    }

    long minimumDelayNanos() {
        return minimumDelayNanos;
    }

    double exploration() {
        return settings.exploration;
    }

    Tuning tuning() {
        return settings.tuning;
    }

    AddressHistories histories() {
        return histories;
    }

    Budget budget() {
        return budget;
    }

    /** Returns the budget of what follows quickly at first contacts. */
    Budget firstContacts() {
        return firstContacts;
    }

    SeededRandom random() {
        return random;
    }

    @Override
    public String toString() {
        return "adaptive(" + Rfc8305.millis(settings.minimumDelay) + " to " + Rfc8305.millis(settings.maximumDelay)
                + ", " + settings.extraAttempts + " extra attempts)";
    }
}
