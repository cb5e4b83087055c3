package dev.connie.race;

import java.net.StandardProtocolFamily;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A policy with its settings, from which every play makes one that remembers nothing. Says what is to be expected of it,
 * by its own words and not by those of the code.
 */
sealed interface PolicyChoice {
    /** What no two starts may be closer than, whatever fails. */
    long floorNanos();

    /** What two starts may have to lie apart when one fails. */
    default long longestGapNanos() {
        return floorNanos();
    }

    /** The most that an attempt waits after the last start, if there is room for it. */
    long longestDelayNanos();

    RacePolicy create();

    record AllAtOnceChoice() implements PolicyChoice {
        @Override
        public long floorNanos() {
            return 0;
        }

        @Override
        public long longestDelayNanos() {
            return 0;
        }

        @Override
        public RacePolicy create() {
            return RacePolicy.allAtOnce();
        }
    }

    record Rfc8305Choice(
            Duration delay,
            Duration minimum,
            int firstFamilyCount,
            @Nullable StandardProtocolFamily preferredFamily) implements PolicyChoice {
        @Override
        public long floorNanos() {
            return Duration.ofMillis(10).toNanos();
        }

        @Override
        public long longestDelayNanos() {
            return delay.toNanos();
        }

        @Override
        public RacePolicy create() {
            // The order matters: neither may pass the other on the way.
            Rfc8305 policy = RacePolicy.rfc8305()
                    .withConnectionAttemptDelay(Duration.ofSeconds(2))
                    .withMinimumConnectionAttemptDelay(minimum)
                    .withConnectionAttemptDelay(delay)
                    .withFirstAddressFamilyCount(firstFamilyCount);
            return preferredFamily == null ? policy : policy.withPreferredFamily(preferredFamily);
        }
    }

    /**
     * Of {@link RacePolicy#adaptive}.
     *
     * @param seed of what it leaves to chance
     */
    record AdaptiveChoice(Duration minimum, Duration maximum, double extraAttempts, double exploration, long seed)
            implements PolicyChoice {
        /** First contacts and probes start together, if there is a budget for them. */
        @Override
        public long floorNanos() {
            return extraAttempts > 0 ? 0 : Duration.ofMillis(10).toNanos();
        }

        @Override
        public long longestGapNanos() {
            return Duration.ofMillis(10).toNanos();
        }

        /** Without budget it has 250 ms, whatever the maximum. */
        @Override
        public long longestDelayNanos() {
            return Math.max(maximum.toNanos(), Duration.ofMillis(250).toNanos());
        }

        @Override
        public RacePolicy create() {
            return RacePolicy.adaptive()
                    .withMinimumDelay(minimum)
                    .withMaximumDelay(maximum)
                    .withExtraAttempts(extraAttempts)
                    .withExploration(exploration)
                    .withSeed(seed);
        }
    }
}
