package dev.connie;

import dev.connie.internal.drive.Failures;
import dev.connie.race.RaceReport;
import java.net.ConnectException;

/**
 * No address of a host could be connected to. The message names the host, the port and what became of each address; the
 * failures of the attempts are suppressed exceptions of this one.
 */
public final class ConnectRaceException extends ConnectException {
    private static final long serialVersionUID = 1;

    private final transient RaceReport report;

    public ConnectRaceException(String target, RaceReport report) {
        super("Could not connect to " + target + " (" + report.failures() + ")");
        this.report = report;
        Failures.suppressInto(this, report);
    }

    /** Returns what happened in the race. */
    public RaceReport report() {
        return report;
    }
}
