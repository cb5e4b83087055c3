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
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;

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
                        oneOf(just(0.04), just(0.0), doubles().between(0, 1)),
                        oneOf(just(0.02), doubles().between(0, 0.03)),
                        longs())
                .as((minimum, above, extra, exploration, seed) -> new AdaptiveChoice(
                        micros(minimum), micros(Math.min(2_000_000, minimum + above)), extra, exploration, seed));
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(1_000 * micros);
    }

    /** Up to 50 races to up to 70 hosts, half of them where much goes wrong, half where there is much to learn. */
    static Arbitrary<Scenario> scenarios(Arbitrary<? extends PolicyChoice> policies) {
        return oneOf(rough(policies), calm(policies));
    }

    private static Arbitrary<Scenario> rough(Arbitrary<? extends PolicyChoice> policies) {
        // Where nearly every host accepts, races end before much can go wrong.
        return of(0, 1, 4).flatMap(accepting -> {
            Arbitrary<Behaviour> behaviours = behaviours(accepting);
            return combine(
                            policies,
                            clockStarts(),
                            hosts(behaviours),
                            setups(behaviours).list().ofMinSize(1).ofMaxSize(MOST_RACES))
                    .as(Scenario::new);
        });
    }

    /** The same few hosts over and over again; at times one of them changes. */
    private static Arbitrary<Scenario> calm(Arbitrary<? extends PolicyChoice> policies) {
        Arbitrary<Behaviour> behaviours = behaviours(20);
        ListArbitrary<Change> changes =
                combine(places(), behaviours).as(Change::new).list();
        Arbitrary<Setup> setups = combine(
                        millis(), frequencyOf(Tuple.of(4, changes.ofSize(0)), Tuple.of(1, changes.ofSize(1))))
                .as(Setup::calm);
        return combine(
                        policies,
                        clockStarts(),
                        combine(of(true, false), behaviours)
                                .as(Host::new)
                                .list()
                                .ofMinSize(2)
                                .ofMaxSize(8),
                        setups.list().ofMinSize(5).ofMaxSize(MOST_RACES))
                .as(Scenario::new);
    }

    /** System.nanoTime may show anything, and overflow in the middle of a race: of the first, as a rule. */
    private static Arbitrary<Long> clockStarts() {
        Arbitrary<Long> beforeTheOverflow = millis().map(
                        millis -> Long.MAX_VALUE - Duration.ofMillis(millis).toNanos());
        return frequencyOf(Tuple.of(2, just(0L)), Tuple.of(1, longs()), Tuple.of(2, beforeTheOverflow));
    }

    /** Often more than a race tries. */
    private static Arbitrary<List<Host>> hosts(Arbitrary<Behaviour> behaviours) {
        ListArbitrary<Host> hosts =
                combine(of(true, false), behaviours).as(Host::new).list().ofMaxSize(MOST_HOSTS);
        return frequencyOf(Tuple.of(9, hosts.ofMinSize(1)), Tuple.of(1, hosts.ofMinSize(MOST_HOSTS - 6)));
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
                        combine(places(), behaviours).as(Change::new).list().ofMaxSize(3),
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
        Arbitrary<Late> late = combine(places(), millis()).as(Late::new);
        return combine(
                        oneOf(
                                places().list().ofSize(0),
                                places().list().ofMinSize(1).ofMaxSize(MOST_HOSTS)),
                        frequencyOf(
                                Tuple.of(3, late.list().ofSize(0)),
                                Tuple.of(1, late.list().ofMaxSize(5))))
                .as(Answers::new);
    }

    /** A good part of them are in order. */
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

    /** Of hosts; more than there are begin anew. */
    private static Arbitrary<Integer> places() {
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
