package dev.connie.race;

import static dev.connie.race.VirtualNetwork.network;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RaceReportTest {
    private static final InetSocketAddress A = VirtualNetwork.address("a", 1);
    private static final InetSocketAddress B = VirtualNetwork.address("b", 2);

    @Nested
    class Waterfall {
        @Test
        void showsTheWholeRaceAtAGlance() {
            RaceReport report = network()
                    .rfc8305()
                    .drops("six1")
                    .refuses("a", 30)
                    .unreachable("six2")
                    .drops("b")
                    .accepts("six3", 60)
                    .drops("c")
                    .report();
            assertThat(report.toString()).isEqualTo("""
                    connected to [2001:db8::5]:443 in 590.0 ms, 5 of 6 addresses tried
                      address            start ms  took ms  0 ms      590.0 ms  result
                      [2001:db8::1]:443       0.0    590.0  |================|  closed, another won
                      192.0.2.2:443         250.0     30.0  |       -        |  Connection refused
                      [2001:db8::3]:443     280.0      0.0  |        -       |  Network is unreachable
                      192.0.2.4:443         280.0    310.0  |        ========|  closed, another won
                      [2001:db8::5]:443     530.0     60.0  |              ##|  connected
                      192.0.2.6:443             -        -  |                |  not tried""");
        }

        @Test
        void showsARaceThatRanOutOfTime() {
            RaceReport report = network()
                    .timeout(1_500)
                    .drops("a")
                    .refuses("six", 750)
                    .maxAttemptsInFlight(2)
                    .drops("b")
                    .report();
            assertThat(report.toString()).isEqualTo("""
                    timed out after 1500.0 ms, 3 of 3 addresses tried
                      address            start ms  took ms  0 ms     1500.0 ms  result
                      192.0.2.1:443           0.0   1500.0  |----------------|  Connect timed out
                      [2001:db8::2]:443       0.0    750.0  |--------        |  Connection refused
                      192.0.2.3:443         750.0    750.0  |        --------|  Connect timed out""");
        }

        @Test
        void showsARaceOutOfTimeBeforeItBegan() {
            RaceReport report = new RaceReport(List.of(), List.of(A), Duration.ofMillis(1), true);
            assertThat(report.toString()).isEqualTo("""
                    timed out after 1.0 ms, 0 of 1 address tried
                      address        start ms  took ms  0 ms        1.0 ms  result
                      192.0.2.1:443         -        -  |                |  not tried""");
        }

        @Test
        void showsARaceThatAllLost() {
            RaceReport report = network().refuses("a", 3).unreachable("six").report();
            assertThat(report.toString()).isEqualTo("""
                    no connection after 3.0 ms, 2 of 2 addresses tried
                      address            start ms  took ms  0 ms        3.0 ms  result
                      192.0.2.1:443           0.0      3.0  |----------------|  Connection refused
                      [2001:db8::2]:443       0.0      0.0  |-               |  Network is unreachable""");
        }

        @Test
        void showsARaceThatWasCalledOff() {
            RaceReport report = network().drops("a").abandonedAt(8).report();
            assertThat(report.toString()).isEqualTo("""
                    no connection after 8.0 ms, 1 of 1 address tried
                      address        start ms  took ms  0 ms        8.0 ms  result
                      192.0.2.1:443       0.0      8.0  |================|  abandoned""");
        }

        @Test
        void showsARaceThatStillRuns() {
            Race race = new Race(RacePolicy.allAtOnce(), List.of(A), Duration.ZERO, 1, 0);
            race.startNext(0);
            assertThat(race.report(5_000_000).toString()).isEqualTo("""
                    no connection after 5.0 ms, 1 of 1 address tried
                      address        start ms  took ms  0 ms        5.0 ms  result
                      192.0.2.1:443       0.0      5.0  |================|  still connecting""");
        }

        @Test
        void columnsLineUpWhateverTheirWidth() {
            RaceReport report =
                    network().rfc8305().drops("a").accepts("six", 12_345_678).report();
            assertThat(report.toString()).isEqualTo("""
                    connected to [2001:db8::2]:443 in 12345928.0 ms, 2 of 2 addresses tried
                      address            start ms     took ms  0 ms 12345928.0 ms  result
                      192.0.2.1:443           0.0  12345928.0  |================|  closed, another won
                      [2001:db8::2]:443     250.0  12345678.0  |################|  connected""");
        }

        @Test
        void showsARaceThatTookNoTimeAtAll() {
            RaceReport report = network().accepts("a", 0).report();
            assertThat(report.toString()).isEqualTo("""
                    connected to 192.0.2.1:443 in 0.0 ms, 1 of 1 address tried
                      address        start ms  took ms  0 ms        0.0 ms  result
                      192.0.2.1:443       0.0      0.0  |#               |  connected""");
        }

        @Test
        void anAttemptThatStartsAtTheEndStillHasABar() {
            RaceReport report = network().rfc8305().drops("a").accepts("b", 0).report();
            assertThat(report.toString()).isEqualTo("""
                    connected to 192.0.2.2:443 in 250.0 ms, 2 of 2 addresses tried
                      address        start ms  took ms  0 ms      250.0 ms  result
                      192.0.2.1:443       0.0    250.0  |================|  closed, another won
                      192.0.2.2:443     250.0      0.0  |               #|  connected""");
        }

        @Test
        void fitsIntoATerminalOf80ColumnsIfTheAddressesAreIpv4() {
            InetSocketAddress address = new InetSocketAddress("198.51.100.100", 443);
            Duration late = Duration.ofMillis(9_999);
            RaceReport report = new RaceReport(
                    List.of(
                            new AttemptReport(
                                    address, late, late, Outcome.FAILED, new ConnectException("Connection refused")),
                            new AttemptReport(address, Duration.ZERO, late, Outcome.LOST, null),
                            new AttemptReport(address, Duration.ZERO, late, Outcome.WON, null)),
                    List.of(address),
                    late,
                    false);
            assertThat(report.toString().lines()).hasSize(6).allMatch(line -> line.length() <= 80);
        }

        @Test
        void timesTooLongForTheAxisAreStillShown() {
            RaceReport report = new RaceReport(List.of(), List.of(A), Duration.ofDays(100_000), true);
            assertThat(report.toString()).contains("0 ms 8640000000000.0 ms");
        }

        @Test
        void isTheSameInEveryLocale() {
            RaceReport report =
                    network().rfc8305().drops("a").accepts("b", 1_234).report();
            Locale before = Locale.getDefault();
            try {
                Locale.setDefault(Locale.ROOT);
                String expected = report.toString();
                for (String tag : List.of("de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "tr-TR", "fr-FR")) {
                    Locale.setDefault(Locale.forLanguageTag(tag));
                    assertThat(report.toString()).as(tag).isEqualTo(expected);
                }
            } finally {
                Locale.setDefault(before);
            }
        }

        @Test
        void isPlainAsciiWithoutTrailingBlanks() {
            String picture = network()
                    .timeout(100)
                    .maxAttemptsInFlight(1)
                    .drops("a")
                    .drops("six")
                    .report()
                    .toString();
            assertThat(picture).isASCII();
            assertThat(picture.lines()).noneMatch(line -> line.endsWith(" "));
        }
    }

    @Nested
    class FailuresInOneLine {
        @Test
        void namesEveryAddressAndWhatBecameOfIt() {
            RaceReport report = network()
                    .rfc8305()
                    .timeout(300)
                    .refuses("a", 7)
                    .unreachable("six")
                    .drops("b")
                    .drops("c")
                    .drops("d")
                    .report();
            assertThat(report.failures())
                    .isEqualTo("192.0.2.1:443: Connection refused, [2001:db8::2]:443: Network is unreachable, "
                            + "192.0.2.3:443: Connect timed out, 192.0.2.4:443: Connect timed out, "
                            + "192.0.2.5:443: not tried");
        }

        @Test
        void namesAddressesThoughNoneWasTried() {
            assertThat(new RaceReport(List.of(), List.of(A, B), Duration.ZERO, true).failures())
                    .isEqualTo("192.0.2.1:443: not tried, 192.0.2.2:443: not tried");
        }

        @Test
        void namesTheKindOfAFailureThatHasNoMessage() {
            AttemptReport attempt =
                    new AttemptReport(A, Duration.ZERO, Duration.ofMillis(1), Outcome.FAILED, new ConnectException());
            assertThat(new RaceReport(List.of(attempt), List.of(), Duration.ofMillis(1), false).failures())
                    .isEqualTo("192.0.2.1:443: ConnectException");
        }

        @Test
        void saysWhatBecameOfAttemptsThatHaveNoError() {
            List<AttemptReport> attempts = new ArrayList<>();
            for (Outcome outcome : Outcome.values()) {
                attempts.add(new AttemptReport(A, Duration.ZERO, Duration.ZERO, outcome, null));
            }
            assertThat(new RaceReport(attempts, List.of(), Duration.ZERO, false)
                            .failures()
                            .split(", 192.0.2.1:443: "))
                    .containsExactly(
                            "192.0.2.1:443: still connecting",
                            "connected",
                            "closed, another won",
                            "failed",
                            "failed",
                            "Connect timed out",
                            "abandoned",
                            "no answer");
        }
    }

    @Nested
    class Value {
        @Test
        void aReportDoesNotChangeWithTheListsItWasMadeOf() {
            List<AttemptReport> attempts = new ArrayList<>();
            List<InetSocketAddress> notStarted = new ArrayList<>();
            RaceReport report = new RaceReport(attempts, notStarted, Duration.ZERO, false);
            attempts.add(new AttemptReport(A, Duration.ZERO, Duration.ZERO, Outcome.FAILED, new IOException()));
            notStarted.add(B);
            assertThat(report.attempts()).isEmpty();
            assertThat(report.notStarted()).isEmpty();
        }

        @Test
        void aRaceThatNobodyWonHasNoWinner() {
            assertThat(network().refuses("a", 1).report().winner()).isEmpty();
        }

        @Test
        void destinationsAreWrittenAsInAUrl() {
            assertThat(RaceReport.destination(A)).isEqualTo("192.0.2.1:443");
            assertThat(RaceReport.destination(VirtualNetwork.address("six", 9))).isEqualTo("[2001:db8::9]:443");
        }
    }
}
