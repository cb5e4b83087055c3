package dev.connie.race;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection attempt of a {@link Race}, from its start to its end. Belongs to the race; not thread-safe. */
public final class Attempt {
    private final InetSocketAddress address;
    private final long startNanos;
    private long endNanos;
    private Outcome outcome = Outcome.RUNNING;
    private @Nullable IOException error;
    private boolean established;

    /** The attempt that started after it, in {@link Attempts}. */
    @Nullable
    Attempt next;

    Attempt(InetSocketAddress address, long startNanos) {
        this.address = address;
        this.startNanos = startNanos;
    }

    /** Returns the address to connect to. */
    public InetSocketAddress address() {
        return address;
    }

    /** Returns what became of it; {@link Outcome#RUNNING} until it has ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** Returns why it failed; null unless it failed or timed out. */
    public @Nullable IOException error() {
        return error;
    }

    long startNanos() {
        return startNanos;
    }

    /** Returns how long it took; only once it has ended. */
    long tookNanos() {
        return endNanos - startNanos;
    }

    /** Returns whether its handshake is known to have been completed, although perhaps another attempt won. */
    public boolean isEstablished() {
        return established;
    }

    void establish() {
        established = true;
    }

    boolean isRunning() {
        return outcome == Outcome.RUNNING;
    }

    void end(Outcome how, @Nullable IOException cause, long nowNanos) {
        outcome = how;
        error = cause;
        endNanos = nowNanos;
    }

    /** Reports an attempt of a race that began at {@code raceStartNanos}. */
    AttemptReport report(long raceStartNanos, long nowNanos, boolean outOfTime) {
        boolean timesOutNow = isRunning() && outOfTime;
        return new AttemptReport(
                address,
                Duration.ofNanos(startNanos - raceStartNanos),
                Duration.ofNanos((isRunning() ? nowNanos : endNanos) - raceStartNanos),
                timesOutNow ? Outcome.TIMED_OUT : outcome,
                timesOutNow ? timeout() : error,
                established);
    }

    /** Returns the exception that a plain socket throws. */
    static IOException timeout() {
        return new SocketTimeoutException("Connect timed out");
    }

    @Override
    public String toString() {
        return Addresses.format(address) + " " + outcome;
    }
}
