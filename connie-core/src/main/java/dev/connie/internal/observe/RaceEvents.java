package dev.connie.internal.observe;

import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import dev.connie.race.RegretReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * Records one race, its attempts and its regret. Thread-safe. The class is loaded only while somebody records: see
 * {@link FlightRecording}.
 */
public final class RaceEvents implements RaceListener {
    private static final RaceEvent RACE = new RaceEvent();
    private static final AttemptEvent ATTEMPT = new AttemptEvent();
    private static final RegretEvent REGRET = new RegretEvent();
    private static final FirstByteEvent FIRST_BYTE = new FirstByteEvent();

    private final RacePolicy policy;
    private final RaceEvent race = new RaceEvent();
    // Written when the race is won, read when its opening is over, perhaps by another thread.
    private volatile @Nullable FirstByteEvent firstByte;
    // By identity: addresses that differ in nothing but their scope are equal.
    private final Map<InetSocketAddress, AttemptEvent> running = Collections.synchronizedMap(new IdentityHashMap<>());

    RaceEvents(RacePolicy policy) {
        this.policy = policy;
        race.begin();
    }

    static boolean isEnabled() {
        return RACE.isEnabled() || ATTEMPT.isEnabled() || REGRET.isEnabled() || FIRST_BYTE.isEnabled();
    }

    @Override
    public void attemptStarted(InetSocketAddress address) {
        AttemptEvent event = new AttemptEvent();
        event.begin();
        running.put(address, event);
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        AttemptEvent event = running.remove(attempt.address());
        if (event == null) {
            return;
        }
        event.end();
        if (event.shouldCommit()) {
            IOException error = attempt.error();
            event.target = attempt.address().getHostString();
            event.address = RaceReport.destination(attempt.address());
            event.outcome = attempt.outcome().name();
            event.established = attempt.established();
            event.error = error == null ? null : error.getMessage();
            event.commit();
        }
    }

    @Override
    public void raceFinished(RaceReport report) {
        if (report.winner().isPresent()) {
            FirstByteEvent begun = new FirstByteEvent();
            begun.begin();
            begun.firstHandshake = RaceReport.destination(report.winner().get().address());
            firstByte = begun;
        }
        race.end();
        if (race.shouldCommit()) {
            race.target = target(report);
            race.policy = policy.toString();
            race.outcome = report.outcome().name();
            race.winner = report.winner()
                    .map(won -> RaceReport.destination(won.address()))
                    .orElse(null);
            race.winnerIndex = report.winnerIndex().orElse(-1);
            race.addresses = report.attempts().size() + report.notStarted().size();
            race.attempts = report.attemptsStarted();
            race.failed = (int) report.attempts().stream()
                    .filter(attempt -> attempt.outcome() == Outcome.FAILED || attempt.outcome() == Outcome.NOT_SENT)
                    .count();
            race.discarded = report.attemptsDiscarded();
            race.commit();
        }
    }

    @Override
    public void openingFinished(RaceReport report) {
        FirstByteEvent event = firstByte;
        if (event == null) {
            return;
        }
        event.end();
        if (event.shouldCommit()) {
            event.target = target(report);
            event.outcome = report.outcome().name();
            event.connection = report.winner()
                    .map(won -> RaceReport.destination(won.address()))
                    .orElse(null);
            event.timeToFirstByte =
                    report.timeToFirstByte().map(Duration::toNanos).orElse(Long.MIN_VALUE);
            event.hellos = report.hellosSent();
            event.mute = (int) report.attempts().stream()
                    .filter(attempt -> attempt.outcome() == Outcome.MUTE)
                    .count();
            event.commit();
        }
    }

    @Override
    public void losersFinished(RegretReport report) {
        RegretEvent event = new RegretEvent();
        if (event.shouldCommit()) {
            event.target = target(report.race());
            event.regret = report.regret().toNanos();
            event.best = RaceReport.destination(report.best().address());
            event.bestTook = report.best().took().toNanos();
            event.losers = report.losers().size();
            event.commit();
        }
    }

    /** Returns the name that the addresses carry, or the first address if they carry none. */
    private static String target(RaceReport report) {
        return Stream.concat(report.attempts().stream().map(AttemptReport::address), report.notStarted().stream())
                .findFirst()
                .map(first -> nameOf(first))
                .orElse("");
    }

    private static String nameOf(InetSocketAddress address) {
        String host = address.getHostString();
        // A literal IPv6 address has colons, and wants brackets.
        return host.indexOf(':') < 0 ? host + ":" + address.getPort() : RaceReport.destination(address);
    }

    @Name("dev.connie.Race")
    @Label("Race")
    @Category("Connie")
    @Description("A race of TCP connects to the addresses of one host")
    private static final class RaceEvent extends Event {
        @Label("Target")
        @Nullable
        String target;

        @Label("Policy")
        @Nullable
        String policy;

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("Winner")
        @Nullable
        String winner;

        @Label("Winner Index")
        @Description("The place of the winner among the attempts, from 0; -1 if there is none")
        int winnerIndex;

        @Label("Addresses")
        int addresses;

        @Label("Attempts")
        @Description("Connects that were started on the network")
        int attempts;

        @Label("Failed")
        int failed;

        @Label("Discarded")
        @Description("Losers known to have been connected when they were closed; perhaps there were more")
        int discarded;
    }

    @Name("dev.connie.Attempt")
    @Label("Attempt")
    @Category("Connie")
    @Description("A connection attempt of a race")
    @StackTrace(false)
    private static final class AttemptEvent extends Event {
        @Label("Target")
        @Nullable
        String target;

        @Label("Address")
        @Nullable
        String address;

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("Established")
        @Description("Whether its handshake is known to have been completed")
        boolean established;

        @Label("Error")
        @Nullable
        String error;
    }

    @Name("dev.connie.FirstByte")
    @Label("First Byte")
    @Category("Connie")
    @Description(
            "From the first handshake of a race until it was decided which server the socket has, or it was closed")
    @StackTrace(false)
    private static final class FirstByteEvent extends Event {
        @Label("Target")
        @Nullable
        String target;

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("First Handshake")
        @Description("The address that won the race of connects")
        @Nullable
        String firstHandshake;

        @Label("Connection")
        @Description("The address that the socket is connected to in the end")
        @Nullable
        String connection;

        @Label("Time To First Byte")
        @Description("Since the start of the race")
        @Timespan(Timespan.NANOSECONDS)
        long timeToFirstByte;

        @Label("Hellos")
        @Description("Servers that were sent the ClientHello")
        int hellos;

        @Label("Mute")
        @Description("Of those, such as said nothing for longer than servers take")
        int mute;
    }

    @Name("dev.connie.Regret")
    @Label("Regret")
    @Category("Connie")
    @Description("What a race would have saved by waiting for one of its losers")
    @StackTrace(false)
    private static final class RegretEvent extends Event {
        @Label("Target")
        @Nullable
        String target;

        @Label("Regret")
        @Description("Connect time above that of the best address")
        @Timespan(Timespan.NANOSECONDS)
        long regret;

        @Label("Best Address")
        @Nullable
        String best;

        @Label("Best Connect Time")
        @Timespan(Timespan.NANOSECONDS)
        long bestTook;

        @Label("Losers")
        int losers;
    }
}
