package dev.connie.race;

import static dev.connie.race.VirtualServers.servers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which server is the connection, and who is asked when. The delay is 3 connect times and 50 ms, from 100 to 250 ms. */
class OpeningTest {
    @Nested
    class Who_is_asked {
        @Test
        void a_server_that_answers_in_time_is_the_only_one() {
            var played = servers()
                    .answers("a", 10, 40)
                    .answers("b", 20, 40)
                    .helloAt(50)
                    .play();
            assertThat(played)
                    .containsExactly(
                            "0 start a", "0 start b", "10 won a", "20 connected b", "50 ask a", "90 connection a");
        }

        @Test
        void the_next_one_when_the_first_is_silent_for_the_delay() {
            var played =
                    servers().mute("a", 10).answers("b", 20, 40).helloAt(50).playFromHello();
            assertThat(played).containsExactly("50 ask a", "150 ask b", "190 connection b");
        }

        @Test
        void the_delay_grows_with_the_connect_time_up_to_a_quarter_of_a_second() {
            assertThat(servers().mute("a", 40).answers("b", 50, 1).helloAt(100).playFromHello())
                    .startsWith("100 ask a", "270 ask b");
            assertThat(servers().mute("a", 90).answers("b", 95, 1).helloAt(100).playFromHello())
                    .startsWith("100 ask a", "350 ask b");
        }

        @Test
        void a_late_server_still_wins_if_it_answers_first() {
            var played = servers()
                    .answers("a", 10, 110)
                    .answers("b", 20, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played).containsExactly("50 ask a", "150 ask b", "160 connection a");
        }

        @Test
        void the_fastest_to_connect_first_of_those_that_run_up() {
            var played = servers()
                    .mute("a", 10)
                    .answers("b", 30, 40)
                    .answers("c", 20, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played).containsExactly("50 ask a", "150 ask c", "190 connection c");
        }

        @Test
        void though_the_hello_comes_before_they_connect_if_the_policy_learns() {
            var played = servers()
                    .policy(RacePolicy.adaptive())
                    .mute("a", 10)
                    .answers("b", 30, 40)
                    .answers("c", 20, 40)
                    .helloAt(15)
                    .playFromHello();
            assertThat(played)
                    .containsExactly("15 ask a", "20 connected c", "30 connected b", "115 ask c", "155 connection c");
        }

        @Test
        void trap_6_whoever_connects_first_when_the_runners_up_still_connect() {
            var played = servers()
                    .mute("a", 10)
                    .answers("b", 400, 40)
                    .answers("c", 300, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played).containsExactly("50 ask a", "300 connected c", "300 ask c", "340 connection c");
        }

        @Test
        void an_address_that_was_never_tried_when_nobody_else_is_left() {
            var played = servers()
                    .policy(RacePolicy.rfc8305())
                    .mute("a", 10)
                    .answers("b", 20, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played)
                    .containsExactly("50 ask a", "150 start b", "170 connected b", "170 ask b", "210 connection b");
        }

        @Test
        void another_address_when_the_one_that_is_waited_for_does_not_connect() {
            var played = servers()
                    .policy(RacePolicy.rfc8305())
                    .mute("a", 10)
                    .drops("b")
                    .answers("c", 20, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played)
                    .containsExactly(
                            "50 ask a",
                            "150 start b",
                            "400 start c",
                            "420 connected c",
                            "420 ask c",
                            "460 connection c");
        }

        @Test
        void three_at_the_pace_of_the_delay_and_then_one_a_second() {
            var servers = servers();
            for (String name : List.of("a", "b", "c", "d", "e", "f")) {
                servers.mute(name, 10);
            }
            assertThat(servers.helloAt(50).playFromHello())
                    .containsExactly(
                            "50 ask a",
                            "150 ask b",
                            "250 ask c",
                            "350 ask d",
                            "1350 ask e",
                            "2350 ask f",
                            "10000 timed out");
        }

        @Test
        void nobody_by_the_timer_if_the_policy_does_not_let() {
            Opening opening = won(new Stingy(), "a", "b");
            opening.helloWhole(0);
            opening.asked(opening.askNext(0), 0);
            assertThat(opening.askNext(2_000_000_000L)).isNull();
        }

        @Test
        void never_before_the_hello_is_whole() {
            var played = servers()
                    .mute("a", 10)
                    .answers("b", 20, 40)
                    .helloInTwoParts(50, 800)
                    .playFromHello();
            assertThat(played).containsExactly("50 ask a", "900 ask b", "940 connection b");
        }
    }

    @Nested
    class A_failure {
        @Test
        void hands_over_at_once_and_for_nothing() {
            for (VirtualServers failing : List.of(
                    servers().closes("a", 10, 5),
                    servers().resets("a", 10, 5),
                    servers().alerts("a", 10, 5, 2, 40))) {
                assertThat(failing.answers("b", 20, 40).helloAt(50).playFromHello())
                        .containsExactly("50 ask a", "55 failed a", "55 ask b", "95 connection b");
            }
        }

        @Test
        void hands_over_when_the_answer_is_not_tls() {
            byte[] badRequest = "HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII);
            assertThat(servers()
                            .says("a", 10, 5, badRequest)
                            .answers("b", 20, 40)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly("50 ask a", "55 failed a", "55 ask b", "95 connection b");
        }

        @Test
        void of_the_second_asked_pulls_the_third() {
            var played = servers()
                    .mute("a", 10)
                    .resets("b", 20, 5)
                    .answers("c", 30, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played)
                    .containsExactly("50 ask a", "150 ask b", "155 failed b", "155 ask c", "195 connection c");
        }

        @Test
        void waits_for_who_still_connects() {
            var played = servers()
                    .resets("a", 10, 5)
                    .refusesConnects("b", 200)
                    .answers("c", 300, 40)
                    .helloAt(50)
                    .playFromHello();
            assertThat(played)
                    .containsExactly(
                            "50 ask a",
                            "55 failed a",
                            "200 failed b",
                            "300 connected c",
                            "300 ask c",
                            "340 connection c");
        }

        @Test
        void never_starts_an_attempt_within_10_ms_of_the_last_start() {
            var played = servers()
                    .policy(RacePolicy.rfc8305())
                    .resets("a", 1, 1)
                    .refusesConnects("b", 1)
                    .answers("c", 1, 1)
                    .helloAt(2)
                    .playFromHello();
            assertThat(played)
                    .containsExactly(
                            "2 ask a",
                            "3 failed a",
                            "10 start b",
                            "11 failed b",
                            "20 start c",
                            "21 connected c",
                            "21 ask c",
                            "22 connection c");
        }

        @Test
        void before_the_hello_has_it_sent_to_the_next() {
            var played = servers()
                    .hangsUp("a", 10, 5)
                    .answers("b", 20, 40)
                    .helloAt(50)
                    .play();
            assertThat(played)
                    .containsSubsequence("10 won a", "20 connected b", "50 ask b")
                    .endsWith("90 connection b");
        }

        @Test
        void trap_16_while_the_hello_is_written_hands_over_what_there_is() {
            var played = servers()
                    .hangsUp("a", 10, 5)
                    .answers("b", 12, 40)
                    .helloInTwoParts(20, 60)
                    .play();
            assertThat(played).endsWith("100 connection b");
        }

        @Test
        void trap_8_the_same_alert_from_two_servers_is_the_client_s_fault() {
            var servers = servers()
                    .alerts("a", 10, 5, 2, 70)
                    .alerts("b", 20, 5, 2, 70)
                    .answers("c", 30, 5)
                    .helloAt(50);
            assertThat(servers.playFromHello())
                    .containsExactly("50 ask a", "55 failed a", "55 ask b", "60 failed b", "60 connection a");
            assertThat(servers.report().outcome()).isEqualTo(Outcome.FAILED);
        }

        @Test
        void different_alerts_are_the_servers_fault() {
            assertThat(servers()
                            .alerts("a", 10, 5, 2, 70)
                            .alerts("b", 20, 5, 2, 80)
                            .answers("c", 30, 5)
                            .helloAt(50)
                            .playFromHello())
                    .endsWith("65 connection c");
        }

        @Test
        void trap_8_of_several_kinds_the_alert_is_what_the_client_sees() {
            assertThat(servers()
                            .closes("a", 10, 5)
                            .alerts("b", 20, 5, 2, 40)
                            .resets("c", 30, 5)
                            .refusesConnects("d", 40)
                            .helloAt(50)
                            .playFromHello())
                    .endsWith("65 connection b");
            assertThat(servers()
                            .closes("a", 10, 5)
                            .says("b", 20, 5, new byte[] {'H'})
                            .resets("c", 30, 5)
                            .helloAt(50)
                            .playFromHello())
                    .endsWith("65 connection b");
        }

        @Test
        void is_the_first_server_s_if_all_fail_alike() {
            assertThat(servers()
                            .closes("a", 10, 5)
                            .closes("b", 20, 5)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly("50 ask a", "55 failed a", "55 ask b", "60 failed b", "60 connection a");
        }

        @Test
        void is_not_withheld_for_an_address_that_answers_no_syn() {
            assertThat(servers()
                            .drops("a")
                            .alerts("b", 10, 5, 2, 40)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly("50 ask b", "55 failed b", "1250 connection b");
            assertThat(servers()
                            .policy(RacePolicy.rfc8305())
                            .closes("a", 10, 5)
                            .drops("b")
                            .answers("c", 20, 5)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly(
                            "50 ask a",
                            "55 failed a",
                            "55 start b",
                            "305 start c",
                            "325 connected c",
                            "325 ask c",
                            "330 connection c");
        }

        @Test
        void is_hidden_behind_a_server_that_stays_mute() {
            // Somebody is left, and may still speak: the client's own timeout ends it.
            assertThat(servers()
                            .alerts("a", 10, 5, 2, 40)
                            .mute("b", 20)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly("50 ask a", "55 failed a", "55 ask b", "10000 timed out");
        }
    }

    @Nested
    class Trap_7 {
        @Test
        void a_warning_speaks() {
            assertThat(servers()
                            .alerts("a", 10, 5, 1, 112)
                            .answers("b", 20, 5)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly("50 ask a", "55 connection a");
        }

        @Test
        void a_goodbye_does_not() {
            assertThat(servers()
                            .alerts("a", 10, 5, 1, 0)
                            .answers("b", 20, 5)
                            .helloAt(50)
                            .playFromHello())
                    .endsWith("60 connection b");
        }
    }

    @Nested
    class A_client_that_does_not_begin_with_a_hello {
        @Test
        void gets_the_first_banner() {
            assertThat(servers().greets("a", 10, 500).greets("b", 20, 100).play())
                    .endsWith("20 connected b", "120 connection b");
        }

        @Test
        void gets_a_banner_of_a_server_that_connects_when_the_others_have_hung_up() {
            assertThat(servers()
                            .policy(RacePolicy.rfc8305())
                            .hangsUp("a", 10, 5)
                            .greets("b", 20, 5)
                            .play())
                    .containsExactly(
                            "0 start a", "10 won a", "15 failed a", "15 start b", "35 connected b", "40 connection b");
        }

        @Test
        void is_decided_by_its_first_write() {
            assertThat(servers().mute("a", 10).mute("b", 20).commitsAt(30).play())
                    .endsWith("30 connection a");
        }

        @Test
        void goes_on_with_a_runner_up_if_the_first_has_hung_up() {
            assertThat(servers().hangsUp("a", 10, 5).mute("b", 20).commitsAt(30).play())
                    .endsWith("30 connection b");
        }

        @Test
        void asks_nobody_by_the_timer() {
            assertThat(servers().mute("a", 10).mute("b", 20).play())
                    .containsExactly("0 start a", "0 start b", "10 won a", "20 connected b", "10000 timed out");
        }

        @Test
        void may_get_an_answer_to_a_hello_that_turns_out_not_to_be_one() {
            assertThat(servers()
                            .greets("a", 10, 50)
                            .mute("b", 20)
                            .helloInTwoParts(30, 5_000)
                            .play())
                    .endsWith("30 ask a", "60 connection a");
        }
    }

    @Test
    void trap_17_what_follows_the_hello_decides_for_the_first_asked_that_is_left() {
        assertThat(servers()
                        .mute("a", 10)
                        .mute("b", 20)
                        .helloAt(50)
                        .commitsAt(400)
                        .playFromHello())
                .containsExactly("50 ask a", "150 ask b", "400 connection a");
        assertThat(servers()
                        .resets("a", 10, 5)
                        .mute("b", 20)
                        .mute("c", 20)
                        .helloAt(50)
                        .commitsAt(400)
                        .playFromHello())
                .endsWith("400 connection b");
    }

    @Test
    void trap_13_one_address_has_no_opening() {
        assertThat(servers().answers("a", 10, 5).play()).endsWith("10 alone");
        assertThat(servers().refusesConnects("a", 5).answers("b", 10, 5).play()).endsWith("10 alone");
    }

    @Nested
    class What_is_given_back {
        @Test
        void is_all_but_the_leader() {
            assertThat(servers()
                            .mute("a", 10)
                            .answers("b", 20, 5)
                            .drops("c")
                            .givesBackAt(1_000)
                            .commitsAt(2_000)
                            .play())
                    .containsSubsequence("1000 give back b", "1000 give back c", "2000 connection a");
        }

        @Test
        void is_connected_to_anew_when_it_is_needed() {
            assertThat(servers()
                            .resets("a", 10, 5)
                            .answers("b", 20, 40)
                            .givesBackAt(1_000)
                            .helloAt(2_000)
                            .playFromHello())
                    .containsExactly(
                            "2000 ask a",
                            "2005 failed a",
                            "2005 start b",
                            "2025 connected b",
                            "2025 ask b",
                            "2065 connection b");
        }

        @Test
        void is_not_what_was_asked() {
            assertThat(servers()
                            .mute("a", 10)
                            .answers("b", 20, 400)
                            .mute("c", 20)
                            .helloAt(50)
                            .givesBackAt(200)
                            .playFromHello())
                    .startsWith("50 ask a", "150 ask b", "200 give back c");
        }
    }

    @Nested
    class Without_a_descriptor {
        @Test
        void a_start_is_put_off() {
            assertThat(servers()
                            .policy(RacePolicy.rfc8305())
                            .mute("a", 10)
                            .answers("b", 20, 5)
                            .noDescriptorAtStart(1)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly(
                            "50 ask a",
                            "150 postponed b",
                            "400 start b",
                            "420 connected b",
                            "420 ask b",
                            "425 connection b");
        }

        @Test
        void nobody_is_waited_for_in_vain() {
            assertThat(servers()
                            .policy(RacePolicy.rfc8305())
                            .resets("a", 10, 5)
                            .answers("b", 20, 5)
                            .noDescriptorAtStart(1)
                            .helloAt(50)
                            .playFromHello())
                    .containsExactly("50 ask a", "55 failed a", "55 failed b", "55 connection a");
        }
    }

    @Nested
    class The_policy {
        private final Heard policy = new Heard();

        @Test
        void hears_how_long_the_answer_took_and_who_was_mute() {
            inOpening(policy, opening -> {
                opening.helloWhole(0);
                opening.asked(opening.askNext(0), 0);
                Attempt second = opening.askNext(100_000_000);
                opening.asked(second, 100_000_000);
                opening.heard(second, serverHello(), 130_000_000);
            });
            assertThat(policy.told).containsExactly("spoke b 30", "mute a 130", "disappointed a");
        }

        @Test
        void does_not_hold_it_against_a_server_that_lost_in_time() {
            inOpening(policy, opening -> {
                opening.helloWhole(0);
                Attempt first = opening.askNext(0);
                opening.asked(first, 0);
                opening.asked(opening.askNext(100_000_000), 100_000_000);
                opening.heard(first, serverHello(), 110_000_000);
            });
            assertThat(policy.told).containsExactly("spoke a 110", "mute b 10");
        }

        @Test
        void hears_of_a_server_that_hung_up_when_it_was_asked() {
            inOpening(policy, opening -> {
                opening.helloWhole(0);
                Attempt first = opening.askNext(0);
                opening.asked(first, 0);
                opening.failed(first, new EOFException(), 5_000_000);
                Attempt second = opening.askNext(5_000_000);
                opening.asked(second, 5_000_000);
                opening.heard(second, serverHello(), 6_000_000);
            });
            assertThat(policy.told).containsExactly("spoke b 1", "disappointed a");
        }
    }

    @Nested
    class The_report {
        @Test
        void draws_the_hand_over() {
            var servers =
                    servers().mute("a", 10).answers("b", 30, 40).drops("c").helloAt(50);
            servers.play();
            assertThat(servers.report()).hasToString("""
                    connected to 192.0.2.2:443 in 30.0 ms, answered after 190.0 ms, 3 of 3 addresses tried, 2 asked
                      address        start ms  took ms  0 ms      190.0 ms  result
                      192.0.2.1:443       0.0    190.0  |====............|  no answer
                      192.0.2.2:443       0.0     30.0  |###          ...|  answered
                      192.0.2.3:443       0.0     10.0  |=               |  closed, another won""");
        }

        @Test
        void counts_hellos_and_the_time_to_the_first_byte() {
            var servers = servers().resets("a", 10, 5).answers("b", 20, 40).helloAt(50);
            servers.play();
            RaceReport report = servers.report();
            assertThat(report.winner().orElseThrow().address()).isEqualTo(servers.addressOf("b"));
            assertThat(report.timeToFirstByte()).contains(Duration.ofMillis(95));
            assertThat(report.hellosSent()).isEqualTo(2);
            assertThat(report.outcome()).isEqualTo(Outcome.WON);
            AttemptReport first = report.attempts().get(0);
            assertThat(first.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(first.asked()).isEqualTo(Duration.ofMillis(50));
            assertThat(first.answered()).isNull();
            assertThat(first.end()).isEqualTo(Duration.ofMillis(55));
        }

        @Test
        void of_one_that_was_given_up_says_that_nobody_answered() {
            var servers = servers().mute("a", 10).mute("b", 20).helloAt(50).abandonedAt(1_000);
            servers.play();
            assertThat(servers.report().outcome()).isEqualTo(Outcome.MUTE);
        }

        @Test
        void of_one_that_was_closed_unused_says_so() {
            var servers = servers().mute("a", 10).mute("b", 20).abandonedAt(1_000);
            servers.play();
            assertThat(servers.report().outcome()).isEqualTo(Outcome.ABANDONED);
        }

        @Test
        void counts_an_address_that_was_given_back_once() {
            var servers = servers().mute("a", 10).mute("b", 20).givesBackAt(500).abandonedAt(1_000);
            servers.play();
            assertThat(servers.report().notStarted()).isEmpty();
            assertThat(servers.report().attempts()).hasSize(2);
        }
    }

    @Test
    void is_over_once() {
        inOpening(RacePolicy.allAtOnce(), opening -> {
            opening.commit(0);
            assertThatThrownBy(() -> opening.commit(0)).isInstanceOf(IllegalStateException.class);
            opening.abandon(0);
            assertThat(opening.connection()).isNotNull();
            assertThat(opening.startNext(0)).isNull();
            assertThat(opening.askNext(0)).isNull();
            assertThat(opening.nanosUntilNextEvent(0)).isEqualTo(Long.MAX_VALUE);
        });
    }

    @Test
    void hears_of_nothing_when_it_is_over() {
        inOpening(RacePolicy.allAtOnce(), opening -> {
            opening.commit(0);
            Attempt attempt = Objects.requireNonNull(opening.connection());
            List<ThrowingCallable> reports = List.of(
                    () -> opening.helloBegun(0),
                    () -> opening.helloWhole(0),
                    () -> opening.connected(attempt, 0),
                    () -> opening.asked(attempt, 0),
                    () -> opening.heard(attempt, serverHello(), 0),
                    () -> opening.failed(attempt, new EOFException(), 0),
                    () -> opening.postpone(attempt, 0),
                    opening::giveBack);
            assertThat(reports)
                    .allSatisfy(report -> assertThatThrownBy(report)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("the opening is over"));
        });
    }

    /** Returns the opening of a race that the first of these has won, and in which the others had connected as well. */
    private static Opening won(RacePolicy policy, String... names) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String name : names) {
            addresses.add(VirtualNetwork.address(name, addresses.size() + 1));
        }
        Race race = new Race(policy, addresses, Duration.ZERO, Race.MAX_ADDRESSES, 0);
        Attempt winner = race.startNext(0);
        for (Attempt loser = race.startNext(0); loser != null; loser = race.startNext(0)) {
            race.established(loser);
        }
        race.connected(winner, 0);
        return race.opening();
    }

    private static void inOpening(RacePolicy policy, Consumer<Opening> play) {
        play.accept(won(policy, "a", "b"));
    }

    private static FirstAnswer serverHello() {
        FirstAnswer answer = new FirstAnswer();
        answer.bytes()[0] = 0x16;
        answer.added(1);
        return answer;
    }

    private abstract static class TestPolicy extends StatelessPolicy {
        @Override
        List<InetSocketAddress> order(List<InetSocketAddress> addresses) {
            return addresses;
        }

        @Override
        long attemptDelayNanos() {
            return 0;
        }

        @Override
        long minimumDelayNanos() {
            return 0;
        }

        @Override
        long minimumGapNanos() {
            return 0;
        }
    }

    /** Lets nobody be asked a second time. */
    private static final class Stingy extends TestPolicy {
        @Override
        public boolean claimRepeatedHello(long nowNanos) {
            return false;
        }
    }

    /** Writes down what it is told. */
    private static final class Heard extends TestPolicy {
        final List<String> told = new ArrayList<>();

        @Override
        public void spoke(InetSocketAddress address, long tookNanos, long nowNanos) {
            told.add("spoke " + address.getHostString() + " " + tookNanos / 1_000_000);
        }

        @Override
        public void mute(InetSocketAddress address, long waitedNanos, long nowNanos) {
            told.add("mute " + address.getHostString() + " " + waitedNanos / 1_000_000);
        }

        @Override
        public void disappointed(InetSocketAddress address, long nowNanos) {
            told.add("disappointed " + address.getHostString());
        }
    }
}
