package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds in every opening, whatever the servers do and whenever the client speaks. */
class OpeningPropertiesTest {
    private static final long TIMEOUT_MILLIS = 15_000;

    enum Behaviour {
        WELL,
        LATE,
        MUTE,
        CLOSES,
        RESETS,
        ALERTS,
        NOT_TLS,
        HANGS_UP,
        REFUSES_CONNECTS,
        DROPS
    }

    record Host(Behaviour behaviour, int connectMillis, int afterMillis) {
        void addTo(VirtualServers servers, int place) {
            // Not of the prefix that means IPv6.
            String name = "h" + place;
            switch (behaviour) {
                case WELL -> servers.answers(name, connectMillis, 1 + afterMillis % 50);
                case LATE -> servers.answers(name, connectMillis, 300 + 10L * afterMillis);
                case MUTE -> servers.mute(name, connectMillis);
                case CLOSES -> servers.closes(name, connectMillis, afterMillis);
                case RESETS -> servers.resets(name, connectMillis, afterMillis);
                // Each its own, for two that agree end it.
                case ALERTS -> servers.alerts(name, connectMillis, afterMillis, 2, 40 + place);
                case NOT_TLS -> servers.says(name, connectMillis, afterMillis, new byte[] {'H'});
                case HANGS_UP -> servers.hangsUp(name, connectMillis, afterMillis);
                case REFUSES_CONNECTS -> servers.refusesConnects(name, connectMillis);
                case DROPS -> servers.drops(name);
            }
        }
    }

    /** @param budget the hellos that the policy grants to the timer */
    record Scene(List<Host> hosts, boolean staggered, int helloMillis, int budget) {
        boolean hasGoodServer() {
            return hosts.stream().anyMatch(host -> host.behaviour == Behaviour.WELL);
        }

        /** Plays it; null if nobody connected, or the winner was alone. */
        VirtualServers play(CountingPolicy policy) {
            VirtualServers servers = VirtualServers.servers().policy(policy).timeout(TIMEOUT_MILLIS);
            for (int i = 0; i < hosts.size(); i++) {
                hosts.get(i).addTo(servers, i);
            }
            servers.helloAt(helloMillis).play();
            return servers;
        }
    }

    @Provide
    Arbitrary<Scene> scenes() {
        Arbitrary<Host> host = Combinators.combine(
                        Arbitraries.of(Behaviour.class),
                        Arbitraries.integers().between(1, 700),
                        Arbitraries.integers().between(0, 200))
                .as(Host::new);
        return Combinators.combine(
                        host.list().ofMinSize(2).ofMaxSize(7),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 400),
                        Arbitraries.integers().between(0, 4))
                .as(Scene::new)
                .filter(scene -> scene.hosts.stream()
                        .anyMatch(each ->
                                each.behaviour != Behaviour.DROPS && each.behaviour != Behaviour.REFUSES_CONNECTS));
    }

    @Property
    void a_listed_good_server_gets_the_connection_or_another_that_speaks(@ForAll("scenes") Scene scene) {
        VirtualServers played = scene.play(new CountingPolicy(scene.staggered, Integer.MAX_VALUE));
        if (scene.hasGoodServer() && played.hasOpening()) {
            assertThat(played.opening().isOver()).as(played::toString).isTrue();
            RaceReport report = played.report();
            assertThat(report.outcome()).as(played::toString).isEqualTo(Outcome.WON);
            assertThat(report.winner().orElseThrow().answered()).isNotNull();
        }
    }

    @Property
    void one_answer_is_used_and_nothing_is_sent_after_it(@ForAll("scenes") Scene scene) {
        VirtualServers played = scene.play(new CountingPolicy(scene.staggered, Integer.MAX_VALUE));
        if (!played.hasOpening()) {
            return;
        }
        RaceReport report = played.report();
        assertThat(report.attempts().stream().filter(each -> each.outcome() == Outcome.WON))
                .hasSizeLessThanOrEqualTo(1);
        if (report.timeToFirstByte().isPresent()) {
            Duration answered = report.timeToFirstByte().get();
            assertThat(report.attempts()).as(played::toString).allSatisfy(each -> {
                assertThat(each.start()).isLessThanOrEqualTo(answered);
                assertThat(Objects.requireNonNullElse(each.asked(), Duration.ZERO))
                        .isLessThanOrEqualTo(answered);
            });
        }
    }

    @Property
    void no_more_hellos_are_sent_than_the_budget_and_the_failures_allow(@ForAll("scenes") Scene scene) {
        CountingPolicy policy = new CountingPolicy(scene.staggered, scene.budget);
        VirtualServers played = scene.play(policy);
        if (played.hasOpening()) {
            RaceReport report = played.report();
            long failed = report.attempts().stream()
                    .filter(each -> each.outcome() == Outcome.FAILED)
                    .count();
            assertThat(policy.claimed).isLessThanOrEqualTo(scene.budget);
            assertThat((long) report.hellosSent())
                    .as(played::toString)
                    .isLessThanOrEqualTo(1 + policy.claimed + failed);
        }
    }

    @Property
    void timed_hellos_are_a_few_and_then_one_a_second(@ForAll("scenes") Scene scene) {
        CountingPolicy policy = new CountingPolicy(scene.staggered, Integer.MAX_VALUE);
        VirtualServers played = scene.play(policy);
        if (played.hasOpening()) {
            long seconds = played.nowNanos() / 1_000_000_000;
            assertThat((long) policy.claimed)
                    .as(played::toString)
                    .isLessThanOrEqualTo(Patience.MOST_QUICK_HELLOS + seconds);
        }
    }

    @Property
    void starts_keep_the_policy_s_distance(@ForAll("scenes") Scene scene) {
        CountingPolicy policy = new CountingPolicy(true, Integer.MAX_VALUE);
        VirtualServers played = scene.play(policy);
        if (played.hasOpening()) {
            List<AttemptReport> attempts = played.report().attempts();
            for (int i = 1; i < attempts.size(); i++) {
                assertThat(attempts.get(i).start().minus(attempts.get(i - 1).start()))
                        .as(played::toString)
                        .isGreaterThanOrEqualTo(Duration.ofMillis(10));
            }
        }
    }

    @Property
    void everybody_has_ended_when_it_is_over(@ForAll("scenes") Scene scene) {
        VirtualServers played = scene.play(new CountingPolicy(scene.staggered, scene.budget));
        if (played.hasOpening()) {
            played.opening().abandon(played.nowNanos());
            assertThat(played.report().attempts())
                    .as(played::toString)
                    .noneMatch(each -> each.outcome() == Outcome.RUNNING)
                    .allSatisfy(each -> assertThat(each.end()).isGreaterThanOrEqualTo(each.start()));
        }
    }

    /** Grants so many hellos to the timer. Starts all at once, or 250 ms apart. */
    private static final class CountingPolicy extends StatelessPolicy {
        private final boolean staggered;
        private final int budget;
        int claimed;

        CountingPolicy(boolean staggered, int budget) {
            this.staggered = staggered;
            this.budget = budget;
        }

        @Override
        public boolean claimRepeatedHello(long nowNanos) {
            if (claimed == budget) {
                return false;
            }
            claimed++;
            return true;
        }

        @Override
        List<InetSocketAddress> order(List<InetSocketAddress> addresses) {
            return addresses;
        }

        @Override
        long attemptDelayNanos() {
            return staggered ? 250_000_000 : 0;
        }

        @Override
        long minimumDelayNanos() {
            return staggered ? 100_000_000 : 0;
        }

        @Override
        long minimumGapNanos() {
            return staggered ? 10_000_000 : 0;
        }
    }
}
