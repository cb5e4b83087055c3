package dev.connie;

import dev.connie.internal.drive.Failures;
import dev.connie.race.RaceReport;
import java.net.SocketTimeoutException;

/**
 * No address of a host could be connected to in time. The message names the host, the port and what became of each
 * address; the failures of the attempts are suppressed exceptions of this one.
 */
public final class ConnectRaceTimeoutException extends SocketTimeoutException {
    private static final long serialVersionUID = 1;

    private final transient RaceReport report;

    public ConnectRaceTimeoutException(String target, RaceReport report) {
        super("Connect timed out: " + target + " after " + report.duration().toMillis() + " ms (" + report.failures()
                + ")");
        this.report = report;
        Failures.suppressInto(this, report);
    }

    /** Returns what happened in the race. */
    public RaceReport report() {
        return report;
    }
}
