package dev.connie.internal.socket;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.AttemptChannels;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.Winner;
import dev.connie.race.AttemptReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/** Connects to the one address given, as a plain socket does: same mechanism, nothing to race, plain exceptions. */
public final class SingleAddress implements SocketConnector {
    private final RaceSetup races;

    public SingleAddress(RaceSetup races) {
        this.races = races;
    }

    @Override
    public Winner connect(
            InetSocketAddress remote, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
            throws IOException {
        AttemptChannels channels = races.attempts(List.of(remote), Duration.ofMillis(timeoutMillis), source);
        if (BlockingDriver.run(channels, abort, interruptible) != null) {
            return channels;
        }
        if (abort.isAborted()) {
            throw OpenState.closed();
        }
        throw plainFailure(channels);
    }

    private static IOException plainFailure(AttemptChannels channels) {
        List<AttemptReport> attempts = channels.race().report(System.nanoTime()).attempts();
        if (attempts.isEmpty()) {
            // A short timeout and a busy machine: the time was up before the attempt began.
            return new SocketTimeoutException("Connect timed out");
        }
        IOException error = attempts.get(0).error();
        return error == null ? new SocketException("Connect failed") : error;
    }
}
