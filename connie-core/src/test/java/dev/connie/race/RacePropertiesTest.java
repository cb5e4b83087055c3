package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.Moment.Happened;
import dev.connie.race.Moment.Slept;
import dev.connie.race.Moment.What;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds in every race, whatever the policy, the network and the driver are like. A failure is reported with a seed
 * and the smallest scenario that fails. For many more of them: {@code mvn test -pl connie-core
 * -Dtest='*PropertiesTest' -Djqwik.tries.default=2000}.
 */
class RacePropertiesTest {
    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.scenarios(Scenarios.policies());
    }

    private static void inEveryRace(Scenario scenario, Consumer<PlayedRace> rule) {
        scenario.play().forEach(rule);
    }

    @Property
    void noAttemptStartsWithinTheFloorOfTheLastThatWasSent(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            AttemptReport lastSent = null;
            for (AttemptReport attempt : race.report().attempts()) {
                if (lastSent != null) {
                    assertThat(attempt.start().minus(lastSent.start()).toNanos())
                            .as("%s after %s in %s", attempt, lastSent, race)
                            .isGreaterThanOrEqualTo(race.policy().floorNanos());
                }
                if (attempt.outcome() != Outcome.NOT_SENT) {
                    lastSent = attempt;
                }
            }
        });
    }

    @Property
    void everyAttemptThatStartsEndsOnce(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            List<String> inFlight = new ArrayList<>();
            race.replay((moment, standing) -> {
                if (moment instanceof Happened happened) {
                    switch (happened.what()) {
                        case START -> inFlight.add(happened.host());
                        case FAILED, WON, LOST, TIMED_OUT, ABANDONED ->
                            assertThat(inFlight.remove(happened.host()))
                                    .as("%s in %s", happened, race)
                                    .isTrue();
                        // Without a descriptor it had not started.
                        case NOT_SENT -> inFlight.remove(happened.host());
                        case LEARN, POSTPONED -> {}
                    }
                }
            });
            assertThat(inFlight).as("%s", race).isEmpty();
        });
    }

    @Property
    void noTimerEndsAnAttempt(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(
                scenario,
                race -> race.replay((moment, standing) -> {
                    if (moment instanceof Slept slept) {
                        assertThat(slept.report().attempts())
                                .as("%s in %s", slept, race)
                                .filteredOn(attempt -> attempt.outcome() == Outcome.RUNNING)
                                .extracting(attempt -> attempt.address().getHostString())
                                .containsExactlyElementsOf(standing.inFlight);
                    }
                }));
    }

    @Property
    void atMostOneAttemptWinsAndThenTheOthersAreLost(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            int won = indexOf(race, What.WON);
            if (won >= 0) {
                assertThat(race.moments().subList(won + 1, race.moments().size()))
                        .as("%s", race)
                        .allMatch(moment -> moment instanceof Happened happened && happened.what() == What.LOST);
            }
        });
    }

    private static int indexOf(PlayedRace race, What what) {
        for (int i = 0; i < race.moments().size(); i++) {
            if (race.moments().get(i) instanceof Happened happened && happened.what() == what) {
                return i;
            }
        }
        return -1;
    }

    @Property
    void nobodyWinsOnlyIfAllFailedOrTheTimeIsUpOrTheRaceIsAbandonedOrOnlyBlackHolesAreLeft(
            @ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            if (race.report().winner().isPresent()
                    || race.endNanos() >= race.setup().endNanos()) {
                return;
            }
            race.replay((moment, standing) -> {
                if (moment instanceof Moment.WaitsForEver) {
                    assertThat(standing.inFlight).as("%s", race).isNotEmpty().noneMatch(race.accepting()::contains);
                }
            });
            if (race.moments().stream().noneMatch(Moment.WaitsForEver.class::isInstance)) {
                assertThat(race.report().notStarted()).as("%s", race).isEmpty();
                assertThat(race.report().attempts())
                        .as("%s", race)
                        .extracting(AttemptReport::outcome)
                        .isSubsetOf(Outcome.FAILED, Outcome.NOT_SENT);
            }
        });
    }

    @Property
    void whoAcceptsIsReachedIfThereIsTimeAndRoom(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            Set<String> known = new HashSet<>(race.resolved());
            race.moments().forEach(moment -> {
                if (moment instanceof Happened happened && happened.what() == What.LEARN) {
                    known.add(happened.host());
                }
            });
            boolean isEndless = race.setup().endNanos() == Long.MAX_VALUE;
            boolean hasRoom = known.size() <= race.setup().maxAttemptsInFlight();
            boolean hasDescriptors =
                    race.setup().driver().startsWithoutDescriptor().isEmpty();
            if (isEndless && hasRoom && hasDescriptors && known.removeAll(race.accepting())) {
                assertThat(race.report().winner()).as("%s", race).isPresent();
            }
        });
    }

    @Property
    void nothingStartsAtTheDeadlineOrAfterItAndNobodySleepsPastIt(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            long deadlineNanos = race.setup().deadlineNanos();
            race.replay((moment, standing) -> {
                if (moment instanceof Slept slept) {
                    assertThat(slept.forNanos())
                            .as("%s in %s", slept, race)
                            .isBetween(
                                    1L,
                                    deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - slept.nanos());
                } else if (moment instanceof Happened happened
                        && Set.of(What.START, What.POSTPONED, What.NOT_SENT).contains(happened.what())) {
                    assertThat(happened.nanos()).as("%s in %s", happened, race).isLessThan(deadlineNanos);
                }
            });
        });
    }

    @Property
    void noMoreAttemptsAreInFlightThanAllowed(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(
                scenario,
                race -> race.replay((moment, standing) -> assertThat(standing.inFlight)
                        .as("%s in %s", moment, race)
                        .hasSizeLessThanOrEqualTo(race.setup().maxAttemptsInFlight())));
    }

    @Property
    void eachAddressIsTriedOnceAndAtMostSixtyFourAre(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(
                scenario,
                race -> assertThat(race.report().attempts())
                        .as("%s", race)
                        .extracting(AttemptReport::address)
                        .doesNotHaveDuplicates()
                        .hasSizeLessThanOrEqualTo(PlayedRace.MOST_ADDRESSES));
    }

    @Property
    void anAttemptStartsAfterTheDelayOrWhenOneFailsIfThereIsRoom(@ForAll("scenarios") Scenario scenario) {
        inEveryRace(scenario, race -> {
            AtomicReference<DueTime> due = new AtomicReference<>(DueTime.FIRST);
            race.replay((moment, standing) -> {
                if (moment instanceof Happened happened) {
                    due.set(due.get().after(happened, race.policy()));
                } else if (moment instanceof Slept slept && race.canStart(standing)) {
                    assertThat(slept.nanos() + slept.forNanos())
                            .as("%s in %s", slept, race)
                            .isLessThanOrEqualTo(due.get().nanos());
                }
            });
        });
    }
}
