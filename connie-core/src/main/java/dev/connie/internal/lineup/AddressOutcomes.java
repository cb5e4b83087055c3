package dev.connie.internal.lineup;

import dev.connie.internal.drive.Failures;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What became of each address of a lineup in one round: untried, failed, or connected to. Addresses are told by their
 * place in the lineup. Not thread-safe; belongs to its {@link LineupRound}, under whose lock it is.
 */
final class AddressOutcomes {
    private List<InetSocketAddress> targets = List.of();
    private @Nullable IOException[] errors = new IOException[0];
    private final BitSet connected = new BitSet();
    private @Nullable RaceReport lastFailure;

    /** Takes in a list that has grown at its end. */
    void grow(List<InetSocketAddress> targets) {
        this.targets = targets;
        this.errors = Arrays.copyOf(errors, targets.size());
    }

    /** Returns the addresses that have neither failed nor been connected to, equal ones once; these first. */
    List<Integer> fresh(int... first) {
        List<Integer> fresh = new ArrayList<>();
        for (int place : first) {
            addIfFresh(place, fresh);
        }
        for (int place = 0; place < targets.size(); place++) {
            addIfFresh(place, fresh);
        }
        return fresh;
    }

    private void addIfFresh(int place, List<Integer> fresh) {
        if (errors[place] != null || connected.get(place)) {
            return;
        }
        for (int other : fresh) {
            if (isSame(place, other)) {
                return;
            }
        }
        fresh.add(place);
    }

    /** Returns the addresses that were connected to. */
    List<Integer> connected() {
        return connected.stream().boxed().toList();
    }

    /** Returns whether waiting for this address has cost a whole timeout. */
    boolean hasTimedOut(int place) {
        return errors[place] instanceof SocketTimeoutException;
    }

    /**
     * Records what a race tells.
     *
     * @param allFailed whether the race failed, and was not called off
     * @return the place of the winner, or -1
     */
    int record(List<Integer> places, RaceReport report, boolean allFailed) {
        int winner = -1;
        for (AttemptReport attempt : report.attempts()) {
            int place = placeOf(places, attempt.address());
            switch (attempt.outcome()) {
                case WON -> winner = place;
                case FAILED, NOT_SENT, TIMED_OUT -> setError(place, attempt.error());
                case RUNNING, LOST, ABANDONED, MUTE -> {}
            }
        }
        if (winner >= 0) {
            connected.set(winner);
        }
        if (allFailed) {
            lastFailure = report;
            // There is one timeout for all addresses, also for those that were not tried.
            IOException late = report.timedOut()
                    ? new SocketTimeoutException("Connect timed out")
                    : new ConnectException("not tried: too many addresses");
            places.forEach(place -> setError(place, late));
        }
        return winner;
    }

    private int placeOf(List<Integer> places, InetSocketAddress address) {
        for (int place : places) {
            if (targets.get(place) == address) {
                return place;
            }
        }
        throw new AssertionError("an address that was not raced: " + address);
    }

    /** Equal addresses share a failure: they are one destination. */
    private void setError(int place, @Nullable IOException error) {
        for (int other = 0; other < errors.length; other++) {
            if (errors[other] == null && isSame(place, other)) {
                errors[other] = error;
            }
        }
    }

    /** Notes that an address has been connected to, and perhaps how that ended. */
    void use(InetAddress address, @Nullable IOException error) {
        for (int place = 0; place < targets.size(); place++) {
            if (InetAddressCopies.isSame(targets.get(place).getAddress(), address)) {
                connected.set(place);
                if (error != null) {
                    setError(place, error);
                }
            }
        }
    }

    /** Forgets what became of an address that is to be tried again. */
    void forget(int place) {
        for (int other = 0; other < errors.length; other++) {
            if (isSame(place, other)) {
                errors[other] = null;
                connected.clear(other);
            }
        }
    }

    private boolean isSame(int place, int other) {
        return InetAddressCopies.isSame(
                targets.get(place).getAddress(), targets.get(other).getAddress());
    }

    /**
     * Returns the exception for a connect when no address is left: its own address's failure, if there is one.
     *
     * @param ofWholeRace whether it is to tell of the whole race instead, if one failed that had several addresses
     */
    IOException exhausted(String host, int own, boolean ofWholeRace) {
        RaceReport report = lastFailure;
        IOException error = errors[own];
        if (ofWholeRace && report != null && hasSeveralAddresses()) {
            return Failures.of(host + ":" + targets.get(own).getPort(), report);
        }
        if (error != null) {
            IOException copy = Failures.copyOf(error);
            if (error instanceof SocketTimeoutException) {
                // The message is a plain socket's. It names no address, and clients add none to a timeout.
                copy.initCause(Failures.named(RaceReport.destination(targets.get(own)), error));
            }
            return copy;
        }
        String message = "every address of " + host + " has had its turn (" + history() + ")";
        return report != null && report.timedOut()
                ? new SocketTimeoutException("Connect timed out: " + message)
                : new ConnectException(message);
    }

    /** Returns false if there was nothing to race; the failure is then a plain socket's. */
    private boolean hasSeveralAddresses() {
        return IntStream.range(1, targets.size()).anyMatch(place -> !isSame(0, place));
    }

    private String history() {
        StringBuilder history = new StringBuilder();
        for (int place = 0; place < errors.length; place++) {
            IOException error = errors[place];
            history.append(place == 0 ? "" : ", ")
                    .append(RaceReport.destination(targets.get(place)))
                    .append(": ")
                    .append(error == null ? "was connected to" : error.getMessage());
        }
        return history.toString();
    }

    /** Adds a new exception for each address that failed. */
    void addFailures(List<IOException> failures) {
        for (int place = 0; place < errors.length; place++) {
            IOException error = errors[place];
            if (error != null) {
                failures.add(Failures.named(RaceReport.destination(targets.get(place)), error));
            }
        }
    }
}
