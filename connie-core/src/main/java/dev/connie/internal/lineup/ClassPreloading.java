package dev.connie.internal.lineup;

import dev.connie.RaceListener;
import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.AttemptChannels;
import dev.connie.internal.drive.AttemptPermits;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Failures;
import dev.connie.internal.drive.LateAddresses;
import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.SelectorPool;
import dev.connie.internal.drive.VirtualThread;
import dev.connie.internal.names.HostAddresses;
import dev.connie.internal.names.Targets;
import dev.connie.internal.observe.FlightRecording;
import dev.connie.internal.observe.GuardedListener;
import dev.connie.internal.socket.ChannelInput;
import dev.connie.internal.socket.ChannelOutput;
import dev.connie.internal.socket.ChannelSlot;
import dev.connie.internal.socket.Connection;
import dev.connie.internal.socket.Conversation;
import dev.connie.internal.socket.LegacyOptions;
import dev.connie.internal.socket.LocalBinding;
import dev.connie.internal.socket.OpenState;
import dev.connie.internal.socket.RacingSocket;
import dev.connie.internal.socket.RacingSocketImpl;
import dev.connie.internal.socket.Readiness;
import dev.connie.internal.socket.RememberedOptions;
import dev.connie.internal.socket.SingleAddress;
import dev.connie.internal.socket.SocketSettings;
import dev.connie.internal.socket.SupportedOptions;
import dev.connie.race.Attempt;
import dev.connie.race.AttemptReport;
import dev.connie.race.FirstAnswer;
import dev.connie.race.FirstFlight;
import dev.connie.race.Opening;
import dev.connie.race.Outcome;
import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Loads the classes that a race needs before there is need of them, by playing through one in which nothing is sent. A
 * process that has run out of descriptors cannot open class files or native libraries either; there a race has to go on
 * with what it has. A class that could not be loaded once is missing for good.
 */
public final class ClassPreloading {
    /** Named, they are loaded with this class: what doors and sockets need, which a race alone does not touch. */
    static final List<Class<?>> AROUND_A_RACE = List.of(
            RaceSetup.class,
            OpeningDriver.class,
            Targets.class,
            RacingSocket.class,
            RacingSocketImpl.class,
            SocketSettings.class,
            LegacyOptions.class,
            LocalBinding.class,
            RememberedOptions.class,
            SupportedOptions.class,
            OpenState.class,
            Connection.class,
            ChannelSlot.class,
            ChannelInput.class,
            ChannelOutput.class,
            Conversation.class,
            Readiness.class,
            VirtualThread.class,
            SingleAddress.class,
            LineupsByHost.class,
            LineupsByAddress.class,
            LineupAddresses.class,
            LineupBook.class,
            SocketLineups.class,
            PortRounds.class,
            LineupRound.class,
            RaceTurn.class,
            RoundMembership.class,
            AddressOutcomes.class,
            LineupConnect.class,
            NameWait.class,
            LateAddresses.class,
            HostAddresses.class);

    private ClassPreloading() {}

    public static void play() {
        try {
            playRace();
            playSelector();
            // If somebody records from the start on.
            FlightRecording.ofRace(RacePolicy.allAtOnce());
            // The JVM's first look-up of a name reads it from a file, and in JDK 17 fails for good if it cannot.
            Security.getProperty("networkaddress.cache.ttl");
        } catch (Exception | LinkageError ignored) {
            // The descriptors are gone already. What is missing will be loaded when it is used.
        }
    }

    /** What comes after a race, as far as nothing is sent. */
    private static void playOpening(List<InetSocketAddress> nowhere) {
        long now = System.nanoTime();
        Race race = new Race(RacePolicy.allAtOnce(), nowhere, Duration.ZERO, 2, now);
        Attempt first = Objects.requireNonNull(race.startNext(now));
        race.connected(first, now);
        Opening opening = Objects.requireNonNull(race.opening());
        new FirstFlight().add(new byte[1], 0, 1);
        opening.helloWhole(now);
        opening.askNext(now);
        opening.asked(first, now);
        opening.heard(first, new FirstAnswer(), now);
        opening.startNext(now + Duration.ofSeconds(1).toNanos());
        opening.nanosUntilNextEvent(now);
        opening.giveBack();
        opening.failed(first, new EOFException(), now);
        opening.abandon(now);
        opening.report(now);
    }

    private static void playRace() throws IOException {
        // More than one address takes more classes.
        InetAddress loopback = InetAddress.getLoopbackAddress();
        List<InetSocketAddress> nowhere =
                List.of(new InetSocketAddress(loopback, 1), new InetSocketAddress(loopback, 2));
        GuardedListener listener = new GuardedListener(new RaceListener() {});
        race(RacePolicy.adaptive(), nowhere, listener);
        RaceReport report = race(RacePolicy.rfc8305(), nowhere, listener);
        playOpening(nowhere);
        listener.openingFinished(report);
        Failures.of("rehearsal", report);
        AttemptReport won = new AttemptReport(nowhere.get(0), Duration.ZERO, Duration.ZERO, Outcome.WON, null);
        listener.losersFinished(
                new RegretReport(new RaceReport(List.of(won), List.of(), Duration.ZERO, false), List.of()));
        Failures.of("rehearsal", new RaceReport(report.attempts(), nowhere, report.duration(), true));
    }

    private static RaceReport race(RacePolicy policy, List<InetSocketAddress> nowhere, GuardedListener listener)
            throws IOException {
        Race race = new Race(policy, nowhere, Duration.ofSeconds(1), 1, System.nanoTime());
        AttemptChannels channels = new AttemptChannels(race, new Stage(), new AttemptPermits(0), listener, null, false);
        channels.joiners().addReserve(nowhere);
        BlockingDriver.run(channels, new Abort(), true);
        return race.report(System.nanoTime());
    }

    private static void playSelector() throws IOException {
        try (Selector selector = SelectorPool.take();
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET)) {
            if (selector != null) {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_CONNECT);
                selector.selectNow();
            }
        }
    }

    /** Where a channel is opened and fails before it connects. */
    private static final class Stage implements ChannelSource {
        @Override
        public void prepare(SocketChannel channel) throws IOException {
            throw new ConnectException("rehearsal");
        }
    }
}
