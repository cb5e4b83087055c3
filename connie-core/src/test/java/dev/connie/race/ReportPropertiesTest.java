package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.Moment.Happened;
import dev.connie.race.PlayedRace.RankedAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the report of every race says, against what the network and the driver know of it. */
class ReportPropertiesTest {
    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.scenarios(Scenarios.policies());
    }

    private record Line(String host, long startNanos, long endNanos, Outcome outcome) {
        Line end(long nanos, Outcome how) {
            return new Line(host, startNanos, nanos, how);
        }
    }

    /** What became of each attempt, in the order of their starts. */
    private static List<Line> attempts(PlayedRace race) {
        List<Line> attempts = new ArrayList<>();
        race.replay((moment, standing) -> {
            if (moment instanceof Happened happened) {
                String host = happened.host();
                long nanos = happened.nanos();
                switch (happened.what()) {
                    case START -> attempts.add(new Line(host, nanos, race.endNanos(), outcomeOfTheUnanswered(race)));
                    case NOT_SENT -> {
                        // Without a descriptor it had not started.
                        attempts.removeIf(line -> line.host.equals(host));
                        attempts.add(new Line(host, nanos, nanos, Outcome.NOT_SENT));
                    }
                    case FAILED ->
                        attempts.replaceAll(line -> line.host.equals(host) ? line.end(nanos, Outcome.FAILED) : line);
                    case WON ->
                        attempts.replaceAll(line -> line.host.equals(host) ? line.end(nanos, Outcome.WON) : line);
                    case LEARN, POSTPONED, LOST, TIMED_OUT, ABANDONED -> {}
                }
            }
        });
        return attempts;
    }

    private static Outcome outcomeOfTheUnanswered(PlayedRace race) {
        if (race.isWon()) {
            return Outcome.LOST;
        }
        return race.isOutOfTime() ? Outcome.TIMED_OUT : Outcome.ABANDONED;
    }

    @Property
    void itTellsWhatBecameOfEachAttempt(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            assertThat(race.report().attempts())
                    .as("%s", race)
                    .extracting(attempt -> new Line(
                            attempt.address().getHostString(),
                            attempt.start().toNanos(),
                            attempt.end().toNanos(),
                            attempt.outcome()))
                    .isEqualTo(attempts(race));
        }
    }

    @Property
    void itHasAnErrorForEachFailureAndNoOther(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            assertThat(race.report().attempts())
                    .as("%s", race)
                    .allMatch(attempt -> (attempt.error() != null)
                            == Set.of(Outcome.FAILED, Outcome.NOT_SENT, Outcome.TIMED_OUT)
                                    .contains(attempt.outcome()));
        }
    }

    @Property
    void itNamesEachAddressThatWasNotTried(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            RankedAddress end = race.inTheEnd();
            assertThat(race.report().notStarted())
                    .as("%s", race)
                    .hasSize(end.waiting())
                    .extracting(address -> address.getHostString())
                    .isSubsetOf(end.known)
                    .doesNotHaveDuplicates()
                    .noneMatch(end.tried::contains);
        }
    }

    @Property
    void itTellsWhetherTheTimeWasUpAndHowLongItTook(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            RaceReport report = race.report();
            List<Line> attempts = attempts(race);
            boolean isGivenUp = !race.isWon()
                    && (!report.notStarted().isEmpty()
                            || attempts.stream()
                                    .anyMatch(line ->
                                            line.outcome == Outcome.TIMED_OUT || line.outcome == Outcome.ABANDONED));
            long lastEndNanos =
                    attempts.stream().mapToLong(Line::endNanos).max().orElse(race.endNanos());
            assertThat(report.timedOut()).as("%s", race).isEqualTo(isGivenUp && race.isOutOfTime());
            assertThat(report.duration().toNanos())
                    .as("%s", race)
                    .isEqualTo(isGivenUp ? race.endNanos() : lastEndNanos);
        }
    }
}
