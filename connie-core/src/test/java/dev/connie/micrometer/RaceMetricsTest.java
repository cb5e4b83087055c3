package dev.connie.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.ConnectRaceException;
import dev.connie.Connector;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import dev.connie.testing.LoopbackNetwork;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RaceMetricsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RaceMetrics metrics = new RaceMetrics(registry, Tags.of("client", "test"));
    private final Connector connector = Connector.builder().listener(metrics).build();

    @AfterEach
    void close() {
        network.close();
    }

    private double count(String meter, String... tags) {
        Meter found = registry.get(meter).tags(tags).meter();
        return found.measure().iterator().next().getValue();
    }

    @Test
    void aRaceThatWasWonIsTimedAndItsAttemptsCounted() throws Exception {
        InetAddress silent = network.silent();
        InetAddress live = network.listening().getInetAddress();
        InetAddress alsoLive = network.listening().getInetAddress();
        connector
                .connect(network.at(silent, network.refusing(), live, alsoLive), TIMEOUT)
                .close();

        assertThat(count("connie.race", "outcome", "won", "client", "test")).isEqualTo(1);
        assertThat(registry.get("connie.race").tag("outcome", "won").timer().totalTime(TimeUnit.NANOSECONDS))
                .isPositive();
        assertThat(registry.get("connie.race.attempts").summary().totalAmount()).isEqualTo(4);
        assertThat(registry.get("connie.race.winner").summary().totalAmount()).isEqualTo(2);
        assertThat(count("connie.race.discarded")).isEqualTo(1);
        assertThat(count("connie.attempt.failures", "outcome", "failed")).isEqualTo(1);
    }

    @Test
    void aRaceThatNobodyWonIsCountedByItsOutcome() {
        assertThatThrownBy(() -> connector.connect(network.at(network.refusing(), network.refusing()), TIMEOUT))
                .isInstanceOf(ConnectRaceException.class);

        assertThat(count("connie.race", "outcome", "failed")).isEqualTo(1);
        assertThat(count("connie.race", "outcome", "won")).isZero();
        assertThat(count("connie.attempt.failures", "outcome", "failed")).isEqualTo(2);
        assertThat(registry.get("connie.race.winner").summary().count()).isZero();
    }

    @Test
    void theFirstByteIsTimedAndTheHellosForItAreCounted() {
        Duration ten = Duration.ofMillis(10);
        Duration twenty = Duration.ofMillis(20);
        AttemptReport mute =
                new AttemptReport(ADDRESS, Duration.ZERO, twenty, Outcome.MUTE, null, true, Duration.ZERO, null);
        AttemptReport reset = new AttemptReport(
                ADDRESS, Duration.ZERO, twenty, Outcome.FAILED, new IOException(), true, Duration.ZERO, null);
        AttemptReport answered =
                new AttemptReport(ADDRESS, Duration.ZERO, Duration.ZERO, Outcome.WON, null, true, ten, twenty);
        metrics.openingFinished(new RaceReport(List.of(mute, reset, answered), List.of(), twenty, false));

        assertThat(registry.get("connie.first.byte").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(20);
        assertThat(registry.get("connie.first.byte.hellos").summary().totalAmount())
                .isEqualTo(3);
        assertThat(count("connie.first.byte.failures", "outcome", "mute")).isEqualTo(1);
        assertThat(count("connie.first.byte.failures", "outcome", "failed")).isEqualTo(1);
    }

    @Test
    void regretIsTimed() {
        AttemptReport won =
                new AttemptReport(ADDRESS, Duration.ofMillis(250), Duration.ofMillis(290), Outcome.WON, null);
        RaceReport race = new RaceReport(List.of(won), List.of(), Duration.ofMillis(290), false);
        metrics.losersFinished(new RegretReport(race, List.of()));

        assertThat(registry.get("connie.race.regret").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(250);
    }

    @Test
    void nothingIsTaggedWithAnAddress() throws Exception {
        int meters = registry.getMeters().size();
        connector
                .connect(network.at(network.listening().getInetAddress(), network.silent()), TIMEOUT)
                .close();
        assertThat(registry.getMeters()).hasSize(meters);
    }
}
