package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connect time above the best address's. */
class RegretReportTest {
    private static final InetSocketAddress A = VirtualNetwork.address("a", 1);
    private static final InetSocketAddress B = VirtualNetwork.address("b", 2);
    private static final InetSocketAddress C = VirtualNetwork.address("c", 3);

    private static AttemptReport attempt(InetSocketAddress address, long start, long end, Outcome outcome) {
        return new AttemptReport(address, Duration.ofMillis(start), Duration.ofMillis(end), outcome, null);
    }

    private static AttemptReport established(InetSocketAddress address, long start, long end) {
        return new AttemptReport(address, Duration.ofMillis(start), Duration.ofMillis(end), Outcome.LOST, null, true);
    }

    /** A race that A won at this time, beside B. */
    private static RaceReport wonAt(long millis) {
        return new RaceReport(
                List.of(attempt(A, 0, millis, Outcome.WON), attempt(B, 10, millis, Outcome.LOST)),
                List.of(C),
                Duration.ofMillis(millis),
                false);
    }

    @Test
    void isNoneIfTheWinnerWasTheBest() {
        RegretReport report = new RegretReport(wonAt(50), List.of(established(B, 10, 70)));
        assertThat(report.best().address()).isEqualTo(A);
        assertThat(report.regret()).isZero();
    }

    @Test
    void countsWhatALoserTookByItself() {
        // It lost only because it started late.
        RegretReport report = new RegretReport(wonAt(50), List.of(established(B, 10, 55)));
        assertThat(report.best().address()).isEqualTo(B);
        assertThat(report.regret()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void countsTheWaitForAnAddressThatCameBefore() {
        RaceReport race = new RaceReport(
                List.of(attempt(A, 0, 290, Outcome.LOST), attempt(B, 250, 290, Outcome.WON)),
                List.of(),
                Duration.ofMillis(290),
                false);
        RegretReport report = new RegretReport(race, List.of(attempt(A, 0, 5_000, Outcome.LOST)));
        assertThat(report.best().address()).isEqualTo(B);
        assertThat(report.regret()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void isNotConcernedWithLosersThatFailedOrStayedSilent() {
        AttemptReport failed = new AttemptReport(
                B, Duration.ZERO, Duration.ofMillis(1), Outcome.FAILED, new ConnectException("Connection refused"));
        RegretReport report = new RegretReport(wonAt(50), List.of(failed, attempt(C, 0, 2, Outcome.LOST)));
        assertThat(report.best().address()).isEqualTo(A);
    }

    @Test
    void thereIsNoneOfARaceThatNobodyWon() {
        RaceReport failed = new RaceReport(List.of(), List.of(A), Duration.ZERO, true);
        assertThatIllegalArgumentException().isThrownBy(() -> new RegretReport(failed, List.of()));
    }

    @Test
    void aReportDoesNotChangeWithTheListItWasMadeOf() {
        List<AttemptReport> losers = new ArrayList<>();
        RegretReport report = new RegretReport(wonAt(50), losers);
        losers.add(established(B, 10, 70));
        assertThat(report.losers()).isEmpty();
    }
}
