package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaceReportWidthTest {
    @Test
    void theWaterfallOfIpv4AddressesFitsIntoATerminalOf80Columns() {
        InetSocketAddress address = new InetSocketAddress("198.51.100.100", 443);
        Duration late = Duration.ofMillis(9999);
        RaceReport report = new RaceReport(
                List.of(
                        new AttemptReport(
                                address, late, late, Outcome.FAILED, new ConnectException("Connection refused")),
                        new AttemptReport(address, Duration.ZERO, late, Outcome.LOST, null),
                        new AttemptReport(address, Duration.ZERO, late, Outcome.WON, null)),
                List.of(address),
                late,
                false);

        assertThat(report.toString().lines()).hasSize(5).allMatch(line -> line.length() <= 80);
    }
}
