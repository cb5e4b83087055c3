package dev.connie.race;

import static net.jqwik.api.Arbitraries.doubles;
import static net.jqwik.api.Arbitraries.frequency;
import static net.jqwik.api.Arbitraries.frequencyOf;
import static net.jqwik.api.Arbitraries.integers;
import static net.jqwik.api.Arbitraries.just;
import static net.jqwik.api.Arbitraries.longs;
import static net.jqwik.api.Arbitraries.of;
import static net.jqwik.api.Arbitraries.oneOf;
import static net.jqwik.api.Combinators.combine;

import dev.connie.race.PolicyChoice.AdaptiveChoice;
import dev.connie.race.PolicyChoice.AllAtOnceChoice;
import dev.connie.race.PolicyChoice.Rfc8305Choice;
import dev.connie.race.Scenario.Afterwards;
import dev.connie.race.Scenario.Answers;
import dev.connie.race.Scenario.Behaviour;
import dev.connie.race.Scenario.Change;
import dev.connie.race.Scenario.Driver;
import dev.connie.race.Scenario.Host;
import dev.connie.race.Scenario.Kind;
import dev.connie.race.Scenario.Late;
import dev.connie.race.Scenario.Setup;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Random networks, drivers and policies, and races over them. */
final class Scenarios {
    private static final int MOST_HOSTS = 70;
    private static final int MOST_RACES = 50;

    private Scenarios() {}

    static Arbitrary<PolicyChoice> policies() {
        return oneOf(just(new AllAtOnceChoice()), rfc8305(), adaptive(), adaptive());
    }

    static Arbitrary<Rfc8305Choice> rfc8305() {
        Arbitrary<Long> minimumMicros =
                frequencyOf(Tuple.of(2, just(100_000L)), Tuple.of(3, longs().between(10_000, 2_000_000)));
        Arbitrary<Long> aboveMicros =
                frequencyOf(Tuple.of(2, just(150_000L)), Tuple.of(3, longs().between(0, 1_990_000)));
        return combine(
                        minimumMicros,
                        aboveMicros,
                        integers().between(1, 4),
                        of(StandardProtocolFamily.INET, StandardProtocolFamily.INET6)
                                .injectNull(0.5))
                .as((minimum, above, familyCount, family) -> new Rfc8305Choice(
                        micros(Math.min(2_000_000, minimum + above)), micros(minimum), familyCount, family));
    }

    static Arbitrary<AdaptiveChoice> adaptive() {
        Arbitrary<Long> minimumMicros =
                frequencyOf(Tuple.of(3, just(10_000L)), Tuple.of(1, longs().between(10_000, 2_000_000)));
        Arbitrary<Long> aboveMicros =
                frequencyOf(Tuple.of(3, just(1_990_000L)), Tuple.of(1, longs().between(0, 1_990_000)));
        return combine(
                        minimumMicros,
                        aboveMicros,
                        oneOf(just(0.1), doubles().between(0, 1)),
                        oneOf(just(0.02), doubles().between(0, 0.03)),
                        of(0, 2, 2),
                        oneOf(just(20), integers().between(0, 3)),
                        oneOf(just(2), integers().between(0, 10)),
                        longs())
                .as((minimum, above, extra, exploration, firstContactExtras, firstContactBurst, burst, seed) ->
                        new AdaptiveChoice(
                                micros(minimum),
                                micros(Math.min(2_000_000, minimum + above)),
                                extra,
                                exploration,
                                firstContactExtras,
                                firstContactBurst,
                                burst,
                                seed));
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(1_000 * micros);
    }

    /** Up to 50 races to up to 70 hosts. */
    static Arbitrary<Scenario> scenarios(Arbitrary<? extends PolicyChoice> policies) {
        // Where nearly every host accepts, races end before much can go wrong.
        return of(0, 1, 1, 4).flatMap(accepting -> {
            Arbitrary<Behaviour> behaviours = behaviours(accepting);
            return combine(
                            policies,
                            clockStarts(),
                            combine(of(true, false), behaviours)
                                    .as(Host::new)
                                    .list()
                                    .ofMinSize(1)
                                    .ofMaxSize(MOST_HOSTS),
                            setups(behaviours).list().ofMinSize(1).ofMaxSize(MOST_RACES))
                    .as(Scenario::new);
        });
    }

    /** System.nanoTime may show anything, and overflow in the middle of a race. */
    private static Arbitrary<Long> clockStarts() {
        long minute = Duration.ofMinutes(1).toNanos();
        return oneOf(just(0L), longs(), longs().between(Long.MAX_VALUE - minute, Long.MAX_VALUE));
    }

    private static Arbitrary<Behaviour> behaviours(int accepting) {
        return combine(
                        frequency(
                                Tuple.of(accepting, Kind.ACCEPTS),
                                Tuple.of(4, Kind.REFUSES),
                                Tuple.of(3, Kind.DROPS),
                                Tuple.of(1, Kind.UNREACHABLE)),
                        millis())
                .as(Behaviour::new);
    }

    private static Arbitrary<Setup> setups(Arbitrary<Behaviour> behaviours) {
        Arbitrary<Integer> gaps = frequencyOf(
                Tuple.of(8, millis()),
                Tuple.of(2, integers().between(0, 10_000)),
                Tuple.of(1, integers().between(0, 7_200_000)));
        Arbitrary<Integer> timeouts =
                frequencyOf(Tuple.of(1, just(0)), Tuple.of(2, integers().between(1, 10_000)));
        Arbitrary<Integer> limits =
                oneOf(integers().between(1, 4), integers().between(1, 64), just(Race.MAX_ADDRESSES));
        return combine(
                        gaps,
                        combine(hosts(), behaviours).as(Change::new).list().ofMaxSize(3),
                        answers(),
                        timeouts,
                        limits,
                        drivers(),
                        frequency(
                                Tuple.of(18, Afterwards.NOTHING),
                                Tuple.of(3, Afterwards.DISAPPOINTED),
                                Tuple.of(1, Afterwards.NETWORK_CHANGED)))
                .as(Setup::new);
    }

    private static Arbitrary<Answers> answers() {
        Arbitrary<Late> late = combine(hosts(), millis()).as(Late::new);
        return combine(
                        oneOf(
                                hosts().list().ofSize(0),
                                hosts().list().ofMinSize(1).ofMaxSize(MOST_HOSTS)),
                        frequencyOf(
                                Tuple.of(3, late.list().ofSize(0)),
                                Tuple.of(1, late.list().ofMaxSize(5))))
                .as(Answers::new);
    }

    /** Half of them are in order. */
    private static Arbitrary<Driver> drivers() {
        return combine(
                        often0(integers().between(1, 30)),
                        millis(),
                        often0(integers().between(1, 2_000)),
                        often0(integers().between(1, 5_000)),
                        frequencyOf(
                                Tuple.of(7, integers().set().ofSize(0)),
                                Tuple.of(1, integers().between(1, 20).set().ofMaxSize(6))))
                .as(Driver::new);
    }

    private static Arbitrary<Integer> often0(Arbitrary<Integer> numbers) {
        return frequencyOf(Tuple.of(5, just(0)), Tuple.of(1, numbers));
    }

    private static Arbitrary<Integer> hosts() {
        return integers().between(0, MOST_HOSTS - 1);
    }

    /** Of a connect, an answer, a pause: often none, as a rule short, at times long. */
    private static Arbitrary<Integer> millis() {
        return frequencyOf(
                Tuple.of(2, just(0)),
                Tuple.of(4, integers().between(1, 30)),
                Tuple.of(4, integers().between(1, 400)),
                Tuple.of(1, integers().between(1, 5_000)));
    }
}
