package dev.connie.internal.lineup;

import dev.connie.internal.drive.AttemptChannels;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.Failures;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the addresses of a {@link LineupBook} for one port: which connects have had their connect, which addresses are
 * used up, and who races. Thread-safe; nothing is called out to while the lock is held.
 */
public final class LineupRound {
    /**
     * How long a connect whose race somebody else has won waits to be closed before it races what is left. A client that
     * tries addresses side by side closes the others when it has one, in about a millisecond; racing on at once would
     * send SYNs for nothing.
     */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** A connect that waits for a race that another connect runs. */
    private static final class Waiter {
        final LineupConnect connect;
        final Thread thread = Thread.currentThread();
        // Guarded by the lock: the channel that the runner of the race has left for this connect.
        @Nullable
        SocketChannel handed;

        Waiter(LineupConnect connect) {
            this.connect = connect;
        }
    }

    private final RaceSetup races;
    private final String host;
    private final List<InetSocketAddress> targets;
    private final boolean reportsWholeRace;

    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock. The sets and the array are by the address's place in the lineup.
    private final BitSet tookPart = new BitSet();
    private final BitSet used = new BitSet();
    private final @Nullable IOException[] errors;
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean running;
    private boolean won;
    private @Nullable RaceReport lastFailure;

    LineupRound(RaceSetup races, String host, int port, List<InetAddress> addresses, boolean reportsWholeRace) {
        this.races = races;
        this.host = host;
        this.targets = addresses.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
        this.reportsWholeRace = reportsWholeRace;
        this.errors = new IOException[addresses.size()];
    }

    /** Returns false if this address's connect has taken part before. */
    boolean takePart(int own) {
        lock.lock();
        try {
            boolean first = !tookPart.get(own);
            tookPart.set(own);
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Connects: races what is left, or waits for the race that runs.
     *
     * @param preferred the place of the address to try first
     */
    SocketChannel connect(LineupConnect connect, int preferred) throws IOException {
        boolean hasResult = true;
        boolean interrupted = false;
        boolean mustWait = false;
        boolean arriving = true;
        try {
            while (true) {
                interrupted |= !connect.interruptible && Thread.interrupted();
                List<Integer> toRace = mustWait ? List.of() : beginRace(connect.own, preferred, arriving);
                arriving = false;
                SocketChannel channel = toRace.isEmpty() ? await(connect) : race(connect, toRace);
                if (channel != null) {
                    return channel;
                }
                // What this connect won, another one has that was waiting for just that address.
                mustWait = !toRace.isEmpty() && isWon();
            }
        } catch (ClosedByInterruptException | SocketException e) {
            hasResult = !connect.abort.isAborted() && !(e instanceof ClosedByInterruptException);
            throw e;
        } finally {
            if (!hasResult) {
                leave(connect.own);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes back {@link #takePart}: a connect closed without a result has its turn still to come. */
    private void leave(int own) {
        lock.lock();
        try {
            tookPart.clear(own);
        } finally {
            lock.unlock();
        }
    }

    private boolean isWon() {
        lock.lock();
        try {
            return won;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins a race for the caller to run.
     *
     * @param arriving whether the connect comes from the client just now, and has not waited here
     * @return the places of the addresses to race, best first; empty if another connect's race runs
     * @throws IOException if no address is left
     */
    private List<Integer> beginRace(int own, int preferred, boolean arriving) throws IOException {
        List<InetAddress> disappointing = new ArrayList<>();
        List<Integer> toRace;
        lock.lock();
        try {
            if (running) {
                return List.of();
            }
            toRace = fresh(own, preferred);
            if (toRace.isEmpty()) {
                throw exhausted(own);
            }
            if (arriving) {
                // The client comes again, so what it got has let it down. One that has waited tells nothing of that.
                used.stream()
                        .forEach(place -> disappointing.add(targets.get(place).getAddress()));
            }
            running = true;
            won = false;
        } finally {
            lock.unlock();
        }
        disappointing.forEach(address -> races.recentWinners().disappointed(host, address));
        return toRace;
    }

    /** Returns the places of the addresses that have neither failed nor been handed out, equal ones once. */
    private List<Integer> fresh(int own, int preferred) {
        List<Integer> fresh = new ArrayList<>();
        addIfFresh(fresh, preferred);
        addIfFresh(fresh, own);
        for (int place = 0; place < targets.size(); place++) {
            addIfFresh(fresh, place);
        }
        return fresh;
    }

    private void addIfFresh(List<Integer> fresh, int place) {
        if (errors[place] == null && !used.get(place) && fresh.stream().noneMatch(other -> isSame(place, other))) {
            fresh.add(place);
        }
    }

    private boolean isSame(int place, int other) {
        return InetAddressCopies.isSame(
                targets.get(place).getAddress(), targets.get(other).getAddress());
    }

    /** Runs a race. Returns null if all failed, or if the winner went to the connect that waited for it. */
    private @Nullable SocketChannel race(LineupConnect connect, List<Integer> places) throws IOException {
        SocketChannel channel = null;
        RaceReport report = null;
        try {
            AttemptChannels channels =
                    races.attempts(places.stream().map(targets::get).toList(), connect.timeLeft(), connect.source);
            channel = BlockingDriver.run(channels, connect.abort, connect.interruptible);
            report = channels.race().report(System.nanoTime());
        } finally {
            // Also after an exception: those who wait must not wait for ever.
            channel = endRace(connect, places, channel, report);
        }
        if (channel == null && connect.abort.isAborted()) {
            throw new SocketException("Socket closed");
        }
        return channel;
    }

    /** Records what became of the addresses. Returns the channel if it stays with the connect that ran the race. */
    private @Nullable SocketChannel endRace(
            LineupConnect connect, List<Integer> places, @Nullable SocketChannel channel, @Nullable RaceReport report) {
        int winner = -1;
        lock.lock();
        try {
            running = false;
            if (report != null) {
                winner = record(places, report, channel == null && !connect.abort.isAborted());
            }
            if (winner >= 0) {
                won = true;
                used.set(winner);
                Waiter heir = heirOf(winner);
                if (heir != null) {
                    heir.handed = channel;
                    channel = null;
                }
            }
            for (Waiter waiter : waiters) {
                LockSupport.unpark(waiter.thread);
            }
        } finally {
            lock.unlock();
        }
        if (winner >= 0) {
            races.recentWinners().won(host, targets.get(winner).getAddress());
        }
        return channel;
    }

    /** Notes the failures. Returns the place of the winner, or -1. */
    private int record(List<Integer> places, RaceReport report, boolean allFailed) {
        int winner = -1;
        for (AttemptReport attempt : report.attempts()) {
            int place = placeOf(places, attempt.address());
            switch (attempt.outcome()) {
                case WON -> winner = place;
                case FAILED, NOT_SENT, TIMED_OUT -> setError(place, attempt.error());
                case RUNNING, LOST, ABANDONED -> {}
            }
        }
        if (allFailed) {
            lastFailure = report;
            // Those whose turn did not come: there is one timeout for all, not one each.
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

    /** Returns the connect that waits and was given the winning address itself, so that the client's books are right. */
    private @Nullable Waiter heirOf(int winner) {
        for (Waiter waiter : waiters) {
            if (waiter.connect.own == winner && !waiter.connect.abort.isAborted()) {
                return waiter;
            }
        }
        return null;
    }

    /** Waits while a race runs, then a while to be closed. Returns null when there may be something to race. */
    private @Nullable SocketChannel await(LineupConnect connect) throws IOException {
        Waiter waiter = new Waiter(connect);
        connect.abort.willPark();
        boolean interrupted = false;
        SocketChannel unclaimed = null;
        enqueue(waiter);
        try {
            long graceEnd = 0;
            boolean inGrace = false;
            while (true) {
                lock.lock();
                try {
                    if (waiter.handed != null) {
                        SocketChannel mine = waiter.handed;
                        waiter.handed = null;
                        return mine;
                    }
                    if (running) {
                        inGrace = false;
                    } else if (!won) {
                        return null;
                    } else if (!inGrace) {
                        inGrace = true;
                        graceEnd = System.nanoTime() + GRACE_NANOS;
                    }
                } finally {
                    lock.unlock();
                }
                long grace = inGrace ? graceEnd - System.nanoTime() : Long.MAX_VALUE;
                if (grace <= 0) {
                    return null;
                }
                connect.park(grace);
                interrupted |= !connect.interruptible && Thread.interrupted();
            }
        } finally {
            connect.abort.waitsNoMore();
            lock.lock();
            try {
                waiters.remove(waiter);
                unclaimed = waiter.handed;
            } finally {
                lock.unlock();
            }
            if (unclaimed != null) {
                AttemptChannels.close(unclaimed);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void enqueue(Waiter waiter) {
        lock.lock();
        try {
            waiters.add(waiter);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the exception for a connect when no address is left: its own address's failure, if there is one. */
    private IOException exhausted(int own) {
        RaceReport report = lastFailure;
        IOException error = errors[own];
        if (reportsWholeRace && report != null && hasSeveralAddresses()) {
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
        for (int place = 1; place < targets.size(); place++) {
            if (!isSame(0, place)) {
                return true;
            }
        }
        return false;
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
        lock.lock();
        try {
            for (int place = 0; place < errors.length; place++) {
                IOException error = errors[place];
                if (error != null) {
                    failures.add(Failures.named(RaceReport.destination(targets.get(place)), error));
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
