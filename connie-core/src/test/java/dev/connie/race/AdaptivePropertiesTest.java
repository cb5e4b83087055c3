package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.connie.race.Moment.Slept;
import dev.connie.race.PolicyChoice.AdaptiveChoice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds in all races by one {@link RacePolicy#adaptive}, whatever its settings and whatever it has learned. */
class AdaptivePropertiesTest {
    /** RFC 8305, section 8: what starts that late is no extra attempt. */
    private static final Duration RFC_DELAY = Duration.ofMillis(250);

    /** Half as long again as the longest connect that is no retransmission, and a tenth more. */
    private static final Duration LONGEST_DELAY = Duration.ofMillis(1_485);

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
        long firstContacts = Adaptive.FIRST_CONTACT_RESERVE + races;
        // It adds up parts; a whole one may be missed by less than a thousandth.
        return firstContacts + (long) (Adaptive.RESERVE + policy.extraAttempts() * races + 1e-3);
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
    void withoutExtraAttemptsNoneStartsWithin250MillisecondsOfTheLastOneUnlessOneFails(
            @ForAll("withoutExtraAttempts") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            race.forEachUnforcedStart(
                    (previous, next) -> assertThat(next.start().minus(previous.start()))
                            .as("%s in %s", next, race)
                            .isGreaterThanOrEqualTo(RFC_DELAY));
        }
    }

    @Provide
    Arbitrary<Scenario> withoutExtraAttempts() {
        return Scenarios.scenarios(Scenarios.adaptive()
                .map(choice -> new AdaptiveChoice(choice.minimum(), choice.maximum(), 0, 0, choice.seed())));
    }

    /** What a host does with a SYN: accepts it or refuses it after so many milliseconds, or drops it. */
    record Behaviour(int millis, boolean accepts, boolean answers) {
        void of(String name, VirtualNetwork network) {
            if (!answers) {
                network.drops(name);
            } else if (accepts) {
                network.accepts(name, millis);
            } else {
                network.refuses(name, millis);
            }
        }
    }

    @Provide
    Arbitrary<List<List<Behaviour>>> worlds() {
        Arbitrary<Behaviour> behaviours = Combinators.combine(
                        Arbitraries.integers().between(1, 400),
                        Arbitraries.frequency(Tuple.of(4, true), Tuple.of(1, false)),
                        Arbitraries.frequency(Tuple.of(3, true), Tuple.of(1, false)))
                .as(Behaviour::new);
        return Arbitraries.integers()
                .between(2, 6)
                .flatMap(hosts ->
                        behaviours.list().ofSize(hosts).list().ofMinSize(1).ofMaxSize(12));
    }

    /** Whatever changed since it has learned: each further attempt it makes before the one that rfc8305() wins with. */
    @Property
    void noRaceIsSlowerThanByRfc8305ByMoreThanTheDelaysItChose(
            @ForAll("worlds") List<List<Behaviour>> worlds, @ForAll long seed) {
        Adaptive policy = RacePolicy.adaptive().withSeed(seed);
        VirtualNetwork network =
                network().policy(policy).raceAfterRace().timeout(5_000).now();
        for (List<Behaviour> world : worlds) {
            VirtualNetwork same = network().rfc8305().timeout(5_000);
            for (int i = 0; i < world.size(); i++) {
                world.get(i).of("host" + i, network);
                world.get(i).of("host" + i, same);
            }
            RaceReport standard = same.report();
            // It learns this world, too.
            for (int race = 0; race < 5; race++) {
                VirtualNetwork.Driver driver = network.begin().run();
                RaceReport adaptive = driver.report();
                Duration delays = Duration.ZERO;
                if (standard.winner().isPresent() && adaptive.winner().isPresent()) {
                    String winner = standard.winner().orElseThrow().address().getHostString();
                    List<AttemptReport> attempts = adaptive.attempts();
                    boolean hasTried = attempts.stream()
                            .anyMatch(
                                    attempt -> attempt.address().getHostString().equals(winner));
                    for (AttemptReport attempt : attempts) {
                        // What is late by its own history; at most half as long again as what can be measured.
                        assertThat(attempt.start().minus(delays))
                                .as("%s", adaptive)
                                .isLessThan(LONGEST_DELAY);
                        delays = attempt.start();
                        if (attempt.address().getHostString().equals(winner)) {
                            break;
                        }
                    }
                    if (!hasTried) {
                        // The one it would have made next.
                        delays = Duration.ofNanos(driver.moments.stream()
                                .mapToLong(
                                        moment -> moment instanceof Slept slept ? slept.nanos() + slept.forNanos() : 0)
                                .max()
                                .orElse(0));
                        assertThat(delays).as("%s", adaptive).isLessThan(LONGEST_DELAY.multipliedBy(attempts.size()));
                    }
                    assertThat(adaptive.duration())
                            .as("%s\nand by the standard\n%s", adaptive, standard)
                            .isLessThanOrEqualTo(standard.duration().plus(delays));
                }
            }
        }
    }

    @Property
    void aRecoveredAddressGetsTrafficAgainWithinABoundedNumberOfConnects(
            @ForAll @IntRange(min = 1, max = 50) int millis,
            @ForAll @IntRange(min = 1, max = 400) int racesAway,
            @ForAll @IntRange(min = 1, max = 5_000) int pauseMillis,
            @ForAll long seed) {
        VirtualNetwork network = network()
                .policy(RacePolicy.adaptive().withSeed(seed))
                .raceAfterRace()
                .now();
        network.accepts("best", millis).accepts("next", millis + 30).accepts("far", millis + 60);
        for (int i = 0; i < 200; i++) {
            network.race();
        }
        network.drops("best");
        for (int i = 0; i < racesAway; i++) {
            network.rest(pauseMillis).race();
        }
        network.accepts("best", millis);
        // It is probed after 30 s at the latest; after three minutes when it was away for so long that it is forgotten
        // how
        // good it was. Then the first race takes it that finds a token to spare, of which a hundred races add four.
        int bound = 180_000 / pauseMillis + 150;
        for (int i = 0; i < bound; i++) {
            String winner = network.rest(pauseMillis)
                    .report()
                    .winner()
                    .orElseThrow()
                    .address()
                    .getHostString();
            if (winner.equals("best")) {
                return;
            }
        }
        fail("not tried again in %d connects, %d ms apart", bound, pauseMillis);
    }

    @Property(tries = 20)
    void itRemembersNoMoreThan4096Destinations(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 60_000) Integer> firstPorts)
            throws UnknownHostException {
        Adaptive policy = RacePolicy.adaptive();
        InetAddress host = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        for (int first : firstPorts) {
            for (int port = first; port < first + 1_000; port++) {
                InetSocketAddress address = new InetSocketAddress(host, port);
                policy.spoke(address, 1, 0);
                policy.mute(address, 1, 0);
                policy.disappointed(address, 0);
                policy.answerDelayNanos(address, 1, 0);
            }
            assertThat(policy.histories().size()).isLessThanOrEqualTo(4_096);
        }
    }
}
