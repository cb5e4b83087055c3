package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.internal.drive.SelectorPool;
import dev.connie.race.AttemptReport;
import dev.connie.race.RacePolicy;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a race costs: descriptors at its peak, and connects started. */
class DescriptorsAtPeakTest {
    private static final Duration TIMEOUT = Duration.ofMillis(600);

    private final LoopbackNetwork network = LoopbackNetwork.open();

    @BeforeEach
    void emptyThePool() {
        SelectorPool.closeIdle();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private List<InetSocketAddress> silent(int count) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(network.at(network.silent()));
        }
        return addresses;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 16})
    void allAtOnceTakesOneDescriptorAnAddressAndTwoForTheSelector(int count) throws Exception {
        RecordingListener listener = new RecordingListener(count);
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .listener(listener)
                .build();
        List<InetSocketAddress> addresses = silent(count);
        long before = Descriptors.open();
        FutureTask<Void> race = new FutureTask<>(() -> {
            assertThatThrownBy(() -> connector.connect(addresses, TIMEOUT))
                    .isInstanceOf(ConnectRaceTimeoutException.class);
            return null;
        });
        new Thread(race).start();
        long peak = peakWhile(race);
        assertThat(peak - before).isBetween((long) count, count + 2L);
        SelectorPool.closeIdle();
        assertThat(Descriptors.open()).isEqualTo(before);
        assertThat(listener.started).containsExactlyElementsOf(addresses);
    }

    @Test
    void ofManyAsynchronousRacesTheSelectorIsShared() throws Exception {
        List<InetSocketAddress> addresses = silent(4);
        long before = Descriptors.open();
        try (Connector connector =
                Connector.builder().policy(RacePolicy.allAtOnce()).build()) {
            List<CompletableFuture<?>> races = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                races.add(connector.connectAsync(addresses, TIMEOUT));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(races.toArray(CompletableFuture[]::new))
                    .exceptionally(timeout -> null);
            assertThat(peakWhile(all) - before).isBetween(5 * 4L, 5 * 4L + 2);
            assertThat(Descriptors.open()).isLessThanOrEqualTo(before + 2);
        }
    }

    private static long peakWhile(Future<?> race) throws InterruptedException, ExecutionException {
        long peak = 0;
        while (!race.isDone()) {
            peak = Math.max(peak, Descriptors.open());
        }
        race.get();
        return peak;
    }

    @Test
    void maxAttemptsInFlightBoundsIt() throws Exception {
        RecordingListener listener = new RecordingListener();
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .maxAttemptsInFlight(3)
                .listener(listener)
                .build();
        List<InetSocketAddress> addresses = silent(6);
        assertThatThrownBy(() -> connector.connect(addresses, TIMEOUT)).isInstanceOf(ConnectRaceTimeoutException.class);
        assertThat(listener.started).containsExactlyElementsOf(addresses.subList(0, 3));
        assertThat(listener.finished.get(0).notStarted()).containsExactlyElementsOf(addresses.subList(3, 6));
    }

    @Test
    void rfc8305StartsAsManyAsTheDelayLets() {
        RecordingListener listener = new RecordingListener();
        Connector connector = Connector.builder()
                .policy(RacePolicy.rfc8305().withConnectionAttemptDelay(Duration.ofMillis(200)))
                .listener(listener)
                .build();
        List<InetSocketAddress> addresses = silent(6);
        assertThatThrownBy(() -> connector.connect(addresses, Duration.ofMillis(500)))
                .isInstanceOf(ConnectRaceTimeoutException.class);
        // At 0, 200 and 400 ms; a machine that is slow may skip one, but never start one early.
        assertThat(listener.started).hasSizeBetween(1, 3);
        // An attempt that starts late does not put off the next one, so that it is the schedule that counts.
        List<AttemptReport> attempts = listener.finished.get(0).attempts();
        for (int i = 1; i < attempts.size(); i++) {
            assertThat(attempts.get(i).start()).isGreaterThanOrEqualTo(Duration.ofMillis(200L * i));
        }
    }

    @Test
    void aRaceThatItsFirstAddressWinsStartsNoOther() throws Exception {
        RecordingListener listener = new RecordingListener();
        InetSocketAddress live = network.at(network.listening().getInetAddress());
        List<InetSocketAddress> addresses = new ArrayList<>(List.of(live));
        addresses.addAll(silent(3));
        long before = Descriptors.open();
        try (var channel = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .listener(listener)
                .build()
                .connect(addresses, TIMEOUT)) {
            // Not even a selector.
            assertThat(Descriptors.open()).isEqualTo(before + 1);
            assertThat(channel.getRemoteAddress()).isEqualTo(live);
        }
        assertThat(listener.started).containsExactly(live);
    }

    @Test
    void aPooledSelectorIsUsedAgain() throws Exception {
        InetSocketAddress live = network.at(network.listening().getInetAddress());
        List<InetSocketAddress> addresses = List.of(silent(1).get(0), live);
        Connector connector = Connector.builder().policy(RacePolicy.allAtOnce()).build();
        connector.connect(addresses, Duration.ofMinutes(1)).close();
        long before = Descriptors.open();
        for (int i = 0; i < 20; i++) {
            connector.connect(addresses, Duration.ofMinutes(1)).close();
        }
        assertThat(Descriptors.open()).isEqualTo(before);
    }
}
