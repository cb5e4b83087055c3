package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connie.internal.observe.FlightRecording;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import dev.connie.testing.LoopbackNetwork;
import dev.connie.testing.TlsHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events for JDK Flight Recorder. */
class FlightRecordingTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String RACE = "dev.connie.Race";
    private static final String ATTEMPT = "dev.connie.Attempt";
    private static final String REGRET = "dev.connie.Regret";
    private static final String FIRST_BYTE = "dev.connie.FirstByte";

    @TempDir
    private Path directory;

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final RecordingListener listener = new RecordingListener();
    private final Connector connector = Connector.builder()
            .policy(RacePolicy.allAtOnce())
            .listener(listener)
            .build();

    @AfterEach
    void close() {
        connector.close();
        network.close();
    }

    /** Records all events but some; the JVM records those of libraries unless told otherwise. */
    private List<RecordedEvent> recorded(SocketPlay.Deed deed, String... without) throws Exception {
        try (Recording recording = new Recording()) {
            for (String event : without) {
                recording.disable(event);
            }
            recording.start();
            deed.run();
            recording.stop();
            Path file = directory.resolve("races.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().startsWith("dev.connie."))
                    .toList();
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    private InetSocketAddress named(InetAddress address) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress("h.test", address.getAddress()), network.port());
    }

    @Test
    void aRaceAndItsAttemptsAreRecorded() throws Exception {
        InetSocketAddress silent = named(network.silent());
        InetSocketAddress refusing = named(network.refusing());
        InetSocketAddress live = named(network.listening().getInetAddress());
        InetSocketAddress alsoLive = named(network.listening().getInetAddress());

        List<RecordedEvent> events = recorded(() -> connector
                .connect(List.of(silent, refusing, live, alsoLive), TIMEOUT)
                .close());

        RecordedEvent race = named(events, RACE).get(0);
        assertThat(race.getString("target")).isEqualTo("h.test:" + network.port());
        assertThat(race.getString("policy")).isEqualTo("allAtOnce()");
        assertThat(race.getString("outcome")).isEqualTo("WON");
        assertThat(race.getString("winner")).isEqualTo(RaceReport.destination(live));
        assertThat(race.getInt("winnerIndex")).isEqualTo(2);
        assertThat(race.getInt("addresses")).isEqualTo(4);
        assertThat(race.getInt("attempts")).isEqualTo(4);
        assertThat(race.getInt("failed")).isEqualTo(1);
        assertThat(race.getInt("discarded")).isEqualTo(1);

        List<RecordedEvent> attempts = named(events, ATTEMPT);
        assertThat(attempts)
                .extracting(attempt -> attempt.getString("address") + " " + attempt.getString("outcome") + " "
                        + attempt.getBoolean("established") + " " + attempt.getString("error"))
                .containsExactlyInAnyOrder(
                        RaceReport.destination(silent) + " LOST false null",
                        RaceReport.destination(refusing) + " FAILED false Connection refused",
                        RaceReport.destination(live) + " WON true null",
                        RaceReport.destination(alsoLive) + " LOST true null");
        assertThat(attempts).allSatisfy(attempt -> {
            assertThat(attempt.getString("target")).isEqualTo("h.test");
            assertThat(attempt.getDuration()).isPositive().isLessThanOrEqualTo(race.getDuration());
        });
        // The listener is told all the same.
        assertThat(listener.started).containsExactly(silent, refusing, live, alsoLive);
    }

    @Test
    void whatComesAfterTheRaceOfASocketIsRecorded() throws Exception {
        try (TlsHost resetting = TlsHost.in(network, "a", TlsHost.RESETS);
                TlsHost good = TlsHost.in(network, "b", TlsHost.SPEAKS_HTTP)) {
            Connector racing = Connector.builder()
                    .policy(RacePolicy.allAtOnce())
                    .resolver(LoopbackNetwork.resolving("h.test", resetting.address(), good.address()))
                    .build();
            List<RecordedEvent> events = recorded(() -> {
                try (Socket socket = racing.socketFactory().createSocket("h.test", network.port())) {
                    socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0});
                    socket.getInputStream().read();
                }
            });
            RecordedEvent event = named(events, FIRST_BYTE).get(0);
            assertThat(event.getString("target")).isEqualTo("h.test:" + network.port());
            assertThat(event.getString("firstHandshake"))
                    .isEqualTo(RaceReport.destination(network.at(resetting.address())));
            assertThat(event.getString("outcome")).isEqualTo("FAILED");
            assertThat(event.getInt("hellos")).isEqualTo(2);
            assertThat(event.getInt("mute")).isZero();
        }
    }

    @Test
    void aRaceThatNobodyWonIsRecorded() throws Exception {
        List<InetSocketAddress> refusing = network.at(network.refusing(), network.refusing());
        List<InetSocketAddress> silent = List.of(network.at(network.silent()));

        List<RecordedEvent> events = recorded(
                () -> {
                    assertThatThrownBy(() -> connector.connect(refusing, TIMEOUT))
                            .isInstanceOf(ConnectRaceException.class);
                    assertThatThrownBy(() -> connector.connect(silent, Duration.ofMillis(1)))
                            .isInstanceOf(ConnectRaceTimeoutException.class);
                    connector.connectAsync(silent, TIMEOUT).cancel(true);
                    connector.close();
                    join("connie-connector");
                },
                ATTEMPT);

        assertThat(events)
                .extracting(race -> race.getString("outcome") + " " + race.getInt("winnerIndex"))
                .containsExactly("FAILED -1", "TIMED_OUT -1", "ABANDONED -1");
    }

    private static void join(String name) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(name)) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        }
    }

    @Test
    void aDriverOfOnesOwnIsRecordedToo() throws Exception {
        Connector plain = Connector.builder().policy(RacePolicy.allAtOnce()).build();
        List<RecordedEvent> events = recorded(() -> {
            RaceListener ofRace = plain.listener();
            ofRace.raceFinished(plain.newRace(List.of(network.at(network.refusing())), TIMEOUT)
                    .report(System.nanoTime()));
        });
        assertThat(events).extracting(race -> race.getInt("addresses")).containsExactly(1);
    }

    @Test
    void theRegretOfARaceIsRecorded() throws Exception {
        InetSocketAddress silent = named(network.silent());
        InetSocketAddress live = named(network.listening().getInetAddress());
        InetSocketAddress alsoLive = named(network.listening().getInetAddress());
        CountDownLatch told = new CountDownLatch(1);
        RaceListener awaiting = new RaceListener() {
            @Override
            public void losersFinished(RegretReport report) {
                told.countDown();
            }
        };
        List<RecordedEvent> events = recorded(
                () -> {
                    try (Connector sampling = Connector.builder()
                            .policy(RacePolicy.allAtOnce())
                            .listener(awaiting)
                            .sampleRegret(1)
                            .build()) {
                        sampling.connect(List.of(silent, live, alsoLive), Duration.ofMillis(500))
                                .close();
                        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
                    }
                },
                RACE,
                ATTEMPT);
        RecordedEvent regret = events.get(0);
        assertThat(regret.getEventType().getName()).isEqualTo(REGRET);
        assertThat(regret.getString("target")).isEqualTo("h.test:" + network.port());
        assertThat(regret.getInt("losers")).isEqualTo(2);
        assertThat(regret.getDuration("bestTook")).isPositive();
        assertThat(List.of(RaceReport.destination(live), RaceReport.destination(alsoLive)))
                .contains(regret.getString("best"));
    }

    @Test
    void oneKindMayBeRecordedWithoutTheOther() throws Exception {
        InetSocketAddress live = network.at(network.listening().getInetAddress());
        List<RecordedEvent> events =
                recorded(() -> connector.connect(List.of(live), TIMEOUT).close(), RACE, REGRET);
        assertThat(events).extracting(event -> event.getEventType().getName()).containsExactly(ATTEMPT);
    }

    @Test
    void whoRecordsSomethingElseDoesNotPayForIt() throws Exception {
        recorded(
                () -> assertThat(FlightRecording.ofRace(RacePolicy.allAtOnce())).isNull(),
                RACE,
                ATTEMPT,
                REGRET,
                FIRST_BYTE);
        // The recorder is there, and nobody records.
        assertThat(FlightRecording.ofRace(RacePolicy.allAtOnce())).isNull();
    }
}
