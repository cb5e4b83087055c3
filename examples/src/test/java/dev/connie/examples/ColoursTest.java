package dev.connie.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColoursTest {
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";

    private final RaceReport report = new RaceReport(
            List.of(
                    attempt("192.0.2.1", Outcome.LOST),
                    attempt("192.0.2.2", Outcome.FAILED),
                    attempt("192.0.2.3", Outcome.TIMED_OUT),
                    attempt("192.0.2.4", Outcome.WON)),
            List.of(new InetSocketAddress("192.0.2.5", 443)),
            Duration.ofMillis(7),
            false);

    @Test
    void theWinnerIsGreenFailuresAreRedAndAllElseIsDim() {
        List<String> lines = Waterfall.of(report, new Colours(true)).lines().toList();

        assertThat(lines).hasSize(7).allMatch(line -> line.endsWith("\u001b[0m"));
        assertThat(lines.get(0)).startsWith(BOLD + "connected to 192.0.2.4:443");
        assertThat(lines.get(1)).startsWith(DIM + "  address");
        assertThat(lines.get(2)).startsWith(DIM + "  192.0.2.1:443");
        assertThat(lines.get(3)).startsWith(RED + "  192.0.2.2:443");
        assertThat(lines.get(4)).startsWith(RED + "  192.0.2.3:443");
        assertThat(lines.get(5)).startsWith(GREEN + "  192.0.2.4:443");
        assertThat(lines.get(6)).startsWith(DIM + "  192.0.2.5:443");
    }

    @Test
    void withoutColoursTheWaterfallIsTheReportAsItIs() {
        assertThat(Waterfall.of(report, Colours.NONE)).isEqualTo(report.toString());
    }

    @Test
    void onlyATerminalWhoseUserWantsThemGetsColours() {
        assertThat(Colours.of(Map.of("TERM", "xterm"), true).on()).isTrue();
        assertThat(Colours.of(Map.of("NO_COLOR", ""), true).on()).isTrue();
        assertThat(Colours.of(Map.of("NO_COLOR", "1"), true).on()).isFalse();
        assertThat(Colours.of(Map.of("TERM", "dumb"), true).on()).isFalse();
        assertThat(Colours.of(Map.of("TERM", "xterm"), false).on()).isFalse();
    }

    @Test
    void aPipeIsNotATerminal() {
        // The tests' own JVM writes to one.
        assertThat(Colours.ofThisTerminal().on()).isFalse();
    }

    private static AttemptReport attempt(String address, Outcome outcome) {
        return new AttemptReport(
                new InetSocketAddress(address, 443),
                Duration.ZERO,
                Duration.ofMillis(7),
                outcome,
                outcome == Outcome.FAILED ? new ConnectException("Connection refused") : null);
    }
}
