package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.AttemptReport;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which losers are known to have been connected. On loopback a handshake is over before anybody asks. */
class DiscardedAttemptsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final RecordingListener listener = new RecordingListener();
    private final Connector connector = Connector.builder()
            .policy(RacePolicy.allAtOnce())
            .listener(listener)
            .build();
    private final InetAddress silent = network.silent();
    private final InetAddress live = network.listening().getInetAddress();
    private final InetAddress alsoLive = network.listening().getInetAddress();

    @AfterEach
    void close() {
        connector.close();
        network.close();
    }

    private RaceReport race(InetAddress... addresses) throws Exception {
        List<InetSocketAddress> targets = network.at(addresses);
        connector.connect(targets, TIMEOUT).close();
        return listener.finished.get(0);
    }

    @Test
    void theSecondToConnectIsDiscarded() throws Exception {
        RaceReport report = race(silent, live, alsoLive);
        assertThat(report.winnerIndex()).hasValue(1);
        assertThat(report.attemptsDiscarded()).isEqualTo(1);
        assertThat(report.attempts()).extracting(AttemptReport::established).containsExactly(false, true, true);
        // Those who follow single attempts hear of it as well.
        assertThat(listener.ended).containsExactlyInAnyOrderElementsOf(report.attempts());
    }

    @Test
    void oneThatIsRefusedInTheSameMomentIsNot() throws Exception {
        RaceReport report = race(silent, live, network.refusing());
        assertThat(report.winnerIndex()).hasValue(1);
        assertThat(report.attemptsDiscarded()).isZero();
    }

    @Test
    void nobodyKnowsOfAnAttemptThatNoSelectorWasAskedAbout() throws Exception {
        assertThat(race(live, alsoLive).attemptsStarted()).isEqualTo(1);
    }

    @Test
    void anAsynchronousRaceKnowsItToo() throws Exception {
        connector
                .connectAsync(network.at(silent, live, alsoLive, network.refusing()), TIMEOUT)
                .get(30, TimeUnit.SECONDS)
                .close();
        assertThat(listener.finished.get(0).attemptsDiscarded()).isEqualTo(1);
    }
}
