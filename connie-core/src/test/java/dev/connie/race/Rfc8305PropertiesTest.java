package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.Moment.Happened;
import dev.connie.race.Moment.What;
import dev.connie.race.PolicyChoice.Rfc8305Choice;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds in every race by {@link RacePolicy#rfc8305}, whatever its settings, the network and the driver. */
class Rfc8305PropertiesTest {
    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.scenarios(Scenarios.rfc8305());
    }

    @Property
    void noAttemptStartsWithinTheMinimumOfTheLastOneUnlessOneFails(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            long minimumNanos = ((Rfc8305Choice) race.policy()).minimum().toNanos();
            race.forEachUnforcedStart((previous, next) -> assertThat(
                            next.start().minus(previous.start()).toNanos())
                    .as("%s in %s", next, race)
                    .isGreaterThanOrEqualTo(minimumNanos));
        }
    }

    @Property
    void untilOneFailsAnAttemptStartsOnlyAfterAsManyDelaysAsAttempts(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            long delayNanos = ((Rfc8305Choice) race.policy()).delay().toNanos();
            int attempts = 0;
            for (Moment moment : race.moments()) {
                if (moment instanceof Happened happened) {
                    if (happened.what() != What.START) {
                        break;
                    }
                    assertThat(happened.nanos())
                            .as("%s in %s", happened, race)
                            .isGreaterThanOrEqualTo(attempts * delayNanos);
                    attempts++;
                }
            }
        }
    }

    @Property
    void theFamiliesAreInterleavedAndEachKeepsTheResolversOrder(@ForAll("scenarios") Scenario scenario) {
        for (PlayedRace race : scenario.play()) {
            if (!race.setup().answers().late().isEmpty()) {
                continue;
            }
            List<String> order = Stream.concat(
                            race.report().attempts().stream().map(AttemptReport::address),
                            race.report().notStarted().stream())
                    .map(address -> address.getHostString())
                    .toList();
            assertThat(order).as("%s", race).isEqualTo(interleaved(race.resolved(), (Rfc8305Choice) race.policy()));
        }
    }

    /** Section 4, by places: of the family that leads, then by turns while there are two. */
    private static List<String> interleaved(List<String> resolved, Rfc8305Choice policy) {
        List<String> distinct = resolved.stream().distinct().toList();
        boolean ipv6Leads = policy.preferredFamily() == null
                ? isIpv6(distinct.get(0))
                : policy.preferredFamily() == StandardProtocolFamily.INET6;
        List<String> order = new ArrayList<>();
        List<String> left = new ArrayList<>(distinct);
        while (!left.isEmpty() && order.size() < PlayedRace.MOST_ADDRESSES) {
            int place = order.size() - policy.firstFamilyCount();
            boolean ipv6 = ipv6Leads == (place < 0 || place % 2 != 0);
            String next = left.stream()
                    .filter(host -> isIpv6(host) == ipv6)
                    .findFirst()
                    .orElse(left.get(0));
            order.add(next);
            left.remove(next);
        }
        return order;
    }

    private static boolean isIpv6(String host) {
        return host.startsWith("six");
    }
}
