package dev.connie.micrometer;

import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * A listener that counts and times races in a {@link MeterRegistry}. Thread-safe. It needs {@code
 * io.micrometer:micrometer-core}, which does not come with this library.
 *
 * <pre>{@code
 * Connector.builder().listener(new RaceMetrics(registry, Tags.of("client", "orders"))).build()
 * }</pre>
 *
 * <ul>
 *   <li>{@code connie.race}, a timer: the connect time, by {@code outcome}: won, failed, timed_out, abandoned
 *   <li>{@code connie.race.attempts}, a summary: connects started for each race; 1 is none too many
 *   <li>{@code connie.race.winner}, a summary: the place of the winner among the attempts, from 0
 *   <li>{@code connie.race.discarded}, a counter: losers known to have been connected when they were closed
 *   <li>{@code connie.attempt.failures}, a counter, by {@code outcome}: failed, not_sent, timed_out
 *   <li>{@code connie.first.byte}, a timer: from the start of a race to the first byte of its server's answer, of sockets
 *       that had servers to choose from: see {@link dev.connie.Connector.Builder#raceToFirstByte}
 *   <li>{@code connie.first.byte.hellos}, a summary: servers that were sent the ClientHello for it; 1 is none too many
 *   <li>{@code connie.first.byte.failures}, a counter, by {@code outcome}: servers that were asked and were mute, or failed
 *   <li>{@code connie.race.regret}, a timer: connect time above the best address's, of races that {@link
 *       dev.connie.Connector.Builder#sampleRegret} picks
 * </ul>
 *
 * <p>None is tagged with an address or a host: there may be any number of them.
 */
public final class RaceMetrics implements RaceListener {
    private final Map<Outcome, Timer> races = new EnumMap<>(Outcome.class);
    private final Map<Outcome, Counter> failures = new EnumMap<>(Outcome.class);
    private final DistributionSummary attempts;
    private final DistributionSummary winner;
    private final Counter discarded;
    private final Timer firstByte;
    private final DistributionSummary hellos;
    private final Counter mute;
    private final Counter failedWhenAsked;
    private final Timer regret;

    /**
     * Registers the meters.
     *
     * @param tags of all of them, to tell connectors apart
     */
    @SuppressWarnings("exports") // See module-info.
    public RaceMetrics(MeterRegistry registry, Iterable<Tag> tags) {
        for (Outcome each : Outcome.values()) {
            Tags tagged = Tags.of(tags).and("outcome", each.name().toLowerCase(Locale.ROOT));
            switch (each) {
                case WON, ABANDONED -> races.put(each, registry.timer("connie.race", tagged));
                case FAILED, TIMED_OUT -> {
                    races.put(each, registry.timer("connie.race", tagged));
                    failures.put(each, registry.counter("connie.attempt.failures", tagged));
                }
                case NOT_SENT -> failures.put(each, registry.counter("connie.attempt.failures", tagged));
                case RUNNING, LOST, MUTE -> {}
            }
        }
        attempts = registry.summary("connie.race.attempts", tags);
        winner = registry.summary("connie.race.winner", tags);
        discarded = registry.counter("connie.race.discarded", tags);
        firstByte = registry.timer("connie.first.byte", tags);
        hellos = registry.summary("connie.first.byte.hellos", tags);
        mute = registry.counter("connie.first.byte.failures", Tags.of(tags).and("outcome", "mute"));
        failedWhenAsked =
                registry.counter("connie.first.byte.failures", Tags.of(tags).and("outcome", "failed"));
        regret = registry.timer("connie.race.regret", tags);
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        Counter failure = failures.get(attempt.outcome());
        if (failure != null) {
            failure.increment();
        }
    }

    @Override
    public void raceFinished(RaceReport report) {
        Timer timer = races.get(report.outcome());
        if (timer != null) {
            timer.record(report.duration());
        }
        attempts.record(report.attemptsStarted());
        report.winnerIndex().ifPresent(winner::record);
        discarded.increment(report.attemptsDiscarded());
    }

    @Override
    public void openingFinished(RaceReport report) {
        report.timeToFirstByte().ifPresent(firstByte::record);
        if (report.hellosSent() > 0) {
            hellos.record(report.hellosSent());
        }
        for (AttemptReport attempt : report.attempts()) {
            if (attempt.outcome() == Outcome.MUTE) {
                mute.increment();
            } else if (attempt.outcome() == Outcome.FAILED && attempt.asked() != null) {
                failedWhenAsked.increment();
            }
        }
    }

    @Override
    public void losersFinished(RegretReport report) {
        regret.record(report.regret());
    }
}
