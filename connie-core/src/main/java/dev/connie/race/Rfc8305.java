package dev.connie.race;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Staggered attempts by RFC 8305 (Happy Eyeballs Version 2), sections 4, 5 and 8.
 *
 * <p>The families are interleaved, beginning with that of the first address, which is the resolver's choice (section 4
 * asks for RFC 6724 order: run the JVM with {@code -Djava.net.preferIPv6Addresses=system} to get it from the system).
 * The next attempt starts a Connection Attempt Delay after the last one, or as soon as any attempt fails, but never
 * within 10 ms of the last start that sent a packet.
 *
 * <p>Immutable; the {@code with} methods return a changed copy.
 */
public final class Rfc8305 extends StatelessPolicy {
    /** Section 5: an implementation "MUST NOT" start attempts closer than this. */
    private static final Duration HARD_MINIMUM = Duration.ofMillis(10);

    /** Section 8: the recommended Maximum Connection Attempt Delay. */
    private static final Duration MAXIMUM = Duration.ofSeconds(2);

    static final Rfc8305 RECOMMENDED = new Rfc8305(Duration.ofMillis(250), Duration.ofMillis(100), 1, null);

    private final Duration connectionAttemptDelay;
    private final Duration minimumConnectionAttemptDelay;
    private final int firstAddressFamilyCount;
    private final @Nullable StandardProtocolFamily preferredFamily;

    private Rfc8305(
            Duration connectionAttemptDelay,
            Duration minimumConnectionAttemptDelay,
            int firstAddressFamilyCount,
            @Nullable StandardProtocolFamily preferredFamily) {
        this.connectionAttemptDelay = connectionAttemptDelay;
        this.minimumConnectionAttemptDelay = minimumConnectionAttemptDelay;
        this.firstAddressFamilyCount = firstAddressFamilyCount;
        this.preferredFamily = preferredFamily;
    }

    /**
     * Sets the Connection Attempt Delay: how long an attempt has before the next one starts. 250 ms unless set.
     *
     * @throws IllegalArgumentException if it is below the Minimum Connection Attempt Delay or above 2 s
     */
    public Rfc8305 withConnectionAttemptDelay(Duration delay) {
        Objects.requireNonNull(delay, "delay");
        if (delay.compareTo(minimumConnectionAttemptDelay) < 0) {
            throw new IllegalArgumentException("Connection Attempt Delay of " + millis(delay)
                    + " is below the minimum of " + millis(minimumConnectionAttemptDelay));
        }
        if (delay.compareTo(MAXIMUM) > 0) {
            throw new IllegalArgumentException("Connection Attempt Delay of " + millis(delay)
                    + " is above the maximum of 2 s: RFC 8305, section 8");
        }
        return new Rfc8305(delay, minimumConnectionAttemptDelay, firstAddressFamilyCount, preferredFamily);
    }

    /**
     * Sets the Minimum Connection Attempt Delay: the least that {@link #withConnectionAttemptDelay} accepts, and the
     * least between two starts when the first came late and the second is in time. 100 ms unless set, as recommended
     * against congestion collapse; never below 10 ms.
     *
     * @throws IllegalArgumentException if it is below 10 ms or above the Connection Attempt Delay
     */
    public Rfc8305 withMinimumConnectionAttemptDelay(Duration minimum) {
        Objects.requireNonNull(minimum, "minimum");
        if (minimum.compareTo(HARD_MINIMUM) < 0) {
            throw new IllegalArgumentException(
                    "Minimum Connection Attempt Delay of " + millis(minimum) + " is below 10 ms: RFC 8305, section 5");
        }
        if (minimum.compareTo(connectionAttemptDelay) > 0) {
            throw new IllegalArgumentException("Minimum Connection Attempt Delay of " + millis(minimum)
                    + " is above the Connection Attempt Delay of " + millis(connectionAttemptDelay));
        }
        return new Rfc8305(connectionAttemptDelay, minimum, firstAddressFamilyCount, preferredFamily);
    }

    /**
     * Sets the First Address Family Count: how many addresses of the first family come before one of the other. 1 unless
     * set; 2 favours the first family more.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Rfc8305 withFirstAddressFamilyCount(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("First Address Family Count of " + count + " is below 1");
        }
        return new Rfc8305(connectionAttemptDelay, minimumConnectionAttemptDelay, count, preferredFamily);
    }

    /**
     * Begins with this family, whatever the order of the addresses. For JVMs that run with their default of IPv4 first
     * and hosts that should be reached over IPv6 where it works.
     *
     * @throws IllegalArgumentException if it is neither INET nor INET6
     */
    public Rfc8305 withPreferredFamily(StandardProtocolFamily family) {
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new IllegalArgumentException("not an Internet address family: " + family);
        }
        return new Rfc8305(connectionAttemptDelay, minimumConnectionAttemptDelay, firstAddressFamilyCount, family);
    }

    @Override
    List<InetSocketAddress> order(List<InetSocketAddress> addresses) {
        if (addresses.isEmpty()) {
            return addresses;
        }
        boolean ipv6Leads = preferredFamily == null
                ? Addresses.isIpv6(addresses.get(0))
                : preferredFamily == StandardProtocolFamily.INET6;
        return Addresses.interleave(addresses, ipv6Leads, firstAddressFamilyCount);
    }

    @Override
    long attemptDelayNanos() {
        return connectionAttemptDelay.toNanos();
    }

    @Override
    long minimumDelayNanos() {
        return minimumConnectionAttemptDelay.toNanos();
    }

    @Override
    long minimumGapNanos() {
        return HARD_MINIMUM.toNanos();
    }

    @Override
    public String toString() {
        return "rfc8305(" + millis(connectionAttemptDelay) + ")";
    }

    /** As many digits as it takes, for any duration: toMillis overflows, and toString is ISO 8601. */
    static String millis(Duration duration) {
        double millis = duration.getSeconds() * 1e3 + duration.getNano() / 1e6;
        return (millis % 1 == 0 ? String.valueOf((long) millis) : String.valueOf(millis)) + " ms";
    }
}
