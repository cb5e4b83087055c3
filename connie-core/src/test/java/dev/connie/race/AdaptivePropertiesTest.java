package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.PolicyChoice.AdaptiveChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds in all races by one {@link RacePolicy#adaptive}, whatever its settings and whatever it has learned. */
class AdaptivePropertiesTest {
    /** RFC 8305, section 8: what starts that late is no extra attempt. */
    private static final Duration RFC_DELAY = Duration.ofMillis(250);

    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.scenarios(Scenarios.adaptive());
    }

    @Property
    void theBudgetsOfExtraAttemptsAreNotOverdrawn(@ForAll("scenarios") Scenario scenario) {
        List<PlayedRace> races = scenario.play();
        AdaptiveChoice policy = (AdaptiveChoice) scenario.policy();
        List<Long> extraNanos = new ArrayList<>();
        races.forEach(race -> extraAttempts(race)
                .forEach(attempt ->
                        extraNanos.add(race.startNanos() + attempt.start().toNanos())));
        for (int begun = 1; begun <= races.size(); begun++) {
            long untilNanos = begun < races.size() ? races.get(begun).startNanos() : Long.MAX_VALUE;
            assertThat(extraNanos.stream().filter(nanos -> nanos < untilNanos).count())
                    .as("extra attempts in the first %d of %s", begun, races)
                    .isLessThanOrEqualTo(mostExtraAttempts(policy, begun));
        }
    }

    /** What was saved up at first and what the races have added, for first contacts and for all else. */
    private static long mostExtraAttempts(AdaptiveChoice policy, int races) {
        if (policy.extraAttempts() == 0) {
            return 0;
        }
        long firstContacts = policy.firstContactExtras() == 0
                ? 0
                : Math.min(policy.firstContactBurst() + races, policy.firstContactExtras() * races);
        // It adds up parts; a whole one may be missed by less than a thousandth.
        return firstContacts + (long) (policy.burst() + policy.extraAttempts() * races + 1e-3);
    }

    /** Those that start earlier than by the RFC, and not because another one failed. */
    private static List<AttemptReport> extraAttempts(PlayedRace race) {
        List<AttemptReport> extra = new ArrayList<>();
        race.forEachUnforcedStart((previous, next) -> {
            if (next.start().minus(previous.start()).compareTo(RFC_DELAY) < 0) {
                extra.add(next);
            }
        });
        return extra;
    }

    @Property
    void noAttemptStartsWithinTheMinimumOfTheLastOneUnlessOneFails(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            long minimumNanos = ((AdaptiveChoice) race.policy()).minimum().toNanos();
            race.forEachUnforcedStart((previous, next) -> assertThat(
                            next.start().minus(previous.start()).toNanos())
                    .as("%s in %s", next, race)
                    .isGreaterThanOrEqualTo(minimumNanos));
        }
    }
}
