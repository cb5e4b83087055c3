package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.LongToDoubleFunction;

/**
 * Races that learn: the speed of {@link RacePolicy#allAtOnce()} at the cost of one connect. The first contact with a host
 * races all its addresses at once; from then on one connect goes to the best address known, and the next one starts when
 * that is late by its own history, or fails. Addresses that are equally good share the load, and one that connects and then
 * says nothing falls behind those that answer. A budget bounds the extra connects to a few in a hundred, so that servers in
 * trouble are not asked for more.
 *
 * <p><b>First contact</b> is where no address of a host is known to connect: nothing was ever learned, or more than ten
 * minutes ago. Those that failed of late are left for later.
 *
 * <p><b>Order.</b> The address that is expected to connect and to answer soonest goes first, by what is known of its
 * times and of its failures; then those that nothing is known of, the families interleaved; then those that failed when
 * last tried. Addresses about as good as the best take turns: those that are slower by no more than 2 ms, a tenth, or
 * twice the variation of the best.
 *
 * <p><b>Delay.</b> An attempt is late after its smoothed connect time and four times its variation (RFC 6298, section 2), at
 * least 10 ms more; after 250 ms where nothing is known (RFC 8305, section 8). Then the next one starts. A failure pulls it
 * at once, but after a first contact never within 10 ms of the last start that sent a packet (section 5). A second one that is late or fails, in
 * this race or in the next, starts all the others at once: then the world has changed, and what is known holds no longer.
 *
 * <p><b>Satisfied by the first byte.</b> A handshake proves a kernel, not a server. Where first bytes are reported ({@link
 * #spoke} and {@link #mute}), a server that was asked and said nothing counts as one that failed until it has spoken, however
 * often it connects. How long it may take is learned as its connect time is; as long as a server has not answered yet, from
 * the others of the same host and port. Where none are reported, a connect is a success.
 *
 * <p><b>Probes.</b> In one race of fifty another address than the best starts first, so that those who measured
 * different things come to agree. An address that was as good as the best and failed is probed after a quarter of a
 * second, a mute one after two, then after twice as long each time, 30 s at most, half of that time left to chance. The
 * best address follows so closely that a probe costs its race 2 ms or a tenth of the time. So a recovered address is
 * back in use by the first race after twice as long as it was away, and after 30 s at the latest, if the budget has an
 * attempt to spare. An address of which nothing is known any more is probed after three minutes.
 *
 * <p><b>Budget.</b> An attempt that starts before the others have failed is an extra one. Each race adds to a budget of
 * extra attempts, a twenty-fifth of one unless set, of which three can be saved up; when it is used up, the next
 * attempt starts 250 ms after the newest one, as in {@link RacePolicy#rfc8305()}. An attempt that starts because
 * another failed, or that late, is free. First contacts have a budget of their own, to which each race adds one
 * attempt, and of which 64 can be saved up: so who only ever meets new hosts makes, in the long run, no more than two
 * attempts for each connection, but for those that are free.
 *
 * <p>The settings are immutable; the {@code with} methods return a changed copy, which has learned nothing yet. What was
 * learned is kept in memory, for the 4,096 destinations used last; it fades, and is dropped when the network changes. An
 * instance is thread-safe, and learns from all races of those who share it. Connectors that do not share one share nothing:
 * let a process keep one connector, or its every connect is a first contact.
 */
public final class Adaptive extends RacePolicy {
    /**
     * RFC 8305, section 5: an implementation "MUST NOT" start attempts closer than this. First contacts, probes and what
     * starts because the world has changed do so on purpose, within a budget.
     */
    static final Duration HARD_MINIMUM = Duration.ofMillis(10);

    /** RFC 8305, section 8: the recommended Maximum Connection Attempt Delay. */
    private static final Duration HARD_MAXIMUM = Duration.ofSeconds(2);

    /**
     * The share of races that explore. At one connect a second, two in a hundred find a better address within a minute.
     */
    private static final double EXPLORATION = 0.02;

    private static final double MOST_EXPLORATION = 0.03;

    /** With first contacts and the SYNs that a poor network loses, this makes at most 1.05 SYNs for each connection. */
    private static final double EXTRA_ATTEMPTS = 0.04;

    /**
     * How many extra attempts can be saved up, but for first contacts. Few, because when servers die all clients spend what
     * they saved at once; and enough to try all other addresses of a usual host when the world has changed.
     */
    static final int RESERVE = 3;

    /** The same for first contacts: a process that starts and calls ten hosts waits for none of them. */
    static final int FIRST_CONTACT_RESERVE = Race.MAX_ADDRESSES;

    /** What users can set. */
    private record Settings(Duration minimumDelay, Duration maximumDelay, double extraAttempts, double exploration) {}

    private final Settings settings;
    private final long minimumDelayNanos;
    private final long maximumDelayNanos;
    private final LongToDoubleFunction random;
    private final AddressHistories histories;
    private final Budget budget;
    private final Budget firstContacts;

    Adaptive() {
        this(new Settings(HARD_MINIMUM, HARD_MAXIMUM, EXTRA_ATTEMPTS, EXPLORATION), new SeededRandom(null)::next);
    }

    private Adaptive(Settings settings, LongToDoubleFunction random) {
        this.settings = settings;
        this.minimumDelayNanos = settings.minimumDelay.toNanos();
        this.maximumDelayNanos = settings.maximumDelay.toNanos();
        this.random = random;
        this.histories = new AddressHistories(random);
        this.budget = new Budget(settings.extraAttempts, RESERVE);
        this.firstContacts = new Budget(racesFirstContacts() ? 1 : 0, FIRST_CONTACT_RESERVE);
    }

    private Adaptive with(Duration minimum, Duration maximum, double extraAttempts, double exploration) {
        return new Adaptive(new Settings(minimum, maximum, extraAttempts, exploration), random);
    }

    /**
     * Sets the least time that an attempt has before it is late and the next one starts. 10 ms unless set. The attempts
     * of a first contact, those beside a probe, and all the others when the world has changed start without that delay.
     *
     * @throws IllegalArgumentException if it is below 10 ms or above the maximum
     */
    public Adaptive withMinimumDelay(Duration minimum) {
        if (minimum.compareTo(HARD_MINIMUM) < 0) {
            throw new IllegalArgumentException(
                    "minimum delay of " + Rfc8305.millis(minimum) + " is below 10 ms: RFC 8305, section 5");
        }
        requireOrder(minimum, settings.maximumDelay);
        return with(minimum, settings.maximumDelay, settings.extraAttempts, settings.exploration);
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
        return with(settings.minimumDelay, maximum, settings.extraAttempts, settings.exploration);
    }

    private static void requireOrder(Duration minimum, Duration maximum) {
        if (minimum.compareTo(maximum) > 0) {
            throw new IllegalArgumentException("minimum delay of " + Rfc8305.millis(minimum)
                    + " is above the maximum of " + Rfc8305.millis(maximum));
        }
    }

    /**
     * Sets how many extra attempts there may be for each race on average, from 0 to 1, those at first contacts not counted.
     * 0.04 unless set. With 0 there are none, at first contacts neither: nothing is probed, and no attempt starts within
     * 250 ms of another that has not failed.
     *
     * @throws IllegalArgumentException if it is below 0 or above 1
     */
    public Adaptive withExtraAttempts(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share of extra attempts of " + share + " is not from 0 to 1");
        }
        return with(settings.minimumDelay, settings.maximumDelay, share, settings.exploration);
    }

    /**
     * Sets in which share of the races another address than the best is probed, from 0 to 0.03, as long as there is budget
     * for it. 0.02 unless set. With 0 an address that is better than the best one known is found only when that is late or
     * fails.
     *
     * @throws IllegalArgumentException if it is below 0 or above 0.03
     */
    public Adaptive withExploration(double share) {
        if (!(share >= 0 && share <= MOST_EXPLORATION)) {
            throw new IllegalArgumentException(
                    "share of races that explore of " + share + " is not from 0 to " + MOST_EXPLORATION);
        }
        return with(settings.minimumDelay, settings.maximumDelay, settings.extraAttempts, share);
    }

    /** Returns a copy whose chance is the same each time, for tests. */
    Adaptive withSeed(long seed) {
        return withRandom(new SeededRandom(seed)::next);
    }

    /** Returns a copy that takes its chance from this source: numbers from 0 to below 1, given the time. */
    Adaptive withRandom(LongToDoubleFunction source) {
        return new Adaptive(settings, source);
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
            // If it was late, that was noted when it lost.
            history.connected(tookNanos, true, nowNanos);
        } else if (loser.outcome() == Outcome.FAILED) {
            history.failed(nowNanos);
        } else {
            history.unanswered(tookNanos, nowNanos);
        }
    }

    @Override
    public long answerDelayNanos(InetSocketAddress address, long connectNanos, long nowNanos) {
        long unknownNanos = super.answerDelayNanos(address, connectNanos, nowNanos);
        AddressHistory history = histories.find(address);
        return history == null ? unknownNanos : history.answerDelayNanos(connectNanos, unknownNanos, nowNanos);
    }

    @Override
    public boolean claimRepeatedHello(long nowNanos) {
        return budget.take();
    }

    @Override
    public void spoke(InetSocketAddress address, long tookNanos, long nowNanos) {
        histories.of(address).spoke(tookNanos, nowNanos);
    }

    @Override
    public void mute(InetSocketAddress address, long waitedNanos, long nowNanos) {
        histories.of(address).mute(waitedNanos, nowNanos);
    }

    /** Returns the delay within the bounds that are set. */
    long bounded(long delayNanos) {
        return Math.max(minimumDelayNanos, Math.min(maximumDelayNanos, delayNanos));
    }

    double exploration() {
        return settings.exploration;
    }

    AddressHistories histories() {
        return histories;
    }

    Budget budget() {
        return budget;
    }

    boolean racesFirstContacts() {
        return settings.extraAttempts > 0;
    }

    /** Returns the budget of all but the first attempt at first contacts. */
    Budget firstContacts() {
        return firstContacts;
    }

    LongToDoubleFunction random() {
        return random;
    }

    @Override
    public String toString() {
        return "adaptive(" + Rfc8305.millis(settings.minimumDelay) + " to " + Rfc8305.millis(settings.maximumDelay)
                + ", " + settings.extraAttempts + " extra attempts)";
    }
}
