package dev.connie.internal.lineup;

import dev.connie.internal.drive.AttemptChannels;
import dev.connie.internal.drive.BlockingDriver;
import dev.connie.internal.drive.LateAddresses;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.Winner;
import dev.connie.internal.lineup.LineupConnect.Sharing;
import dev.connie.internal.socket.Conversation.Impression;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One pass of one client call over the addresses of a {@link LineupBook} for one port: which of its connects have taken
 * part, what became of the addresses, and who races. Thread-safe; nothing is called out to while the lock is held.
 */
final class LineupRound {
    private final RaceSetup races;
    private final String host;
    private final int port;
    private final LineupAddresses addresses;

    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock.
    private final RoundMembership membership = new RoundMembership();
    private final AddressOutcomes outcomes = new AddressOutcomes();
    private final RaceTurn turn = new RaceTurn(lock, membership);
    // How many addresses have joined the race that runs, or were known when it began.
    private int joined;

    // Written under the lock. An address's place is that in the lineup.
    private volatile List<InetSocketAddress> targets = List.of();

    LineupRound(RaceSetup races, int port, LineupAddresses addresses) {
        this.races = races;
        this.host = addresses.hostName();
        this.port = port;
        this.addresses = addresses;
    }

    /** Takes in what has become known of the host. With the lock held. */
    private void grow() {
        List<InetAddress> all = addresses.all();
        if (all.size() > targets.size()) {
            List<InetSocketAddress> grown = new ArrayList<>(targets);
            for (InetAddress address : all.subList(grown.size(), all.size())) {
                grown.add(new InetSocketAddress(address, port));
            }
            targets = List.copyOf(grown);
            outcomes.grow(targets);
        }
    }

    /** Returns the targets that join the race that runs, and adds their places. */
    private List<InetSocketAddress> join(List<Integer> places) {
        lock.lock();
        try {
            grow();
            List<InetSocketAddress> late = targets.subList(joined, targets.size());
            for (; joined < targets.size(); joined++) {
                places.add(joined);
            }
            return late;
        } finally {
            lock.unlock();
        }
    }

    private <T> T guarded(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    /** Lets a connect take part; returns false if it does not belong to this round. */
    boolean takePart(LineupConnect connect) {
        return guarded(() -> membership.takePart(connect, turn.isRunning(), System.nanoTime()));
    }

    /**
     * Connects: races what is left, or waits for the race that runs.
     *
     * @param preferred the place of the address to try first
     * @return null if this turns out to be another call's connect
     */
    @Nullable
    Winner connect(LineupConnect connect, int preferred) throws IOException {
        boolean hasResult = true;
        boolean interrupted = false;
        boolean mustWait = false;
        boolean arriving = true;
        try {
            while (true) {
                interrupted |= !connect.interruptible && Thread.interrupted();
                List<Integer> toRace = mustWait ? List.of() : beginRace(connect, preferred, arriving);
                arriving = false;
                Winner channel = toRace.isEmpty() ? turn.await(connect) : race(connect, toRace);
                if (channel != null) {
                    return channel;
                }
                // What this connect won, another one has that was waiting for just that address.
                mustWait = !toRace.isEmpty() && isWon();
                if (!mustWait && connect.sharing != Sharing.ONE_CALL && isInUse()) {
                    // Nobody has closed this connect, although another one has had the winner for a while.
                    hasResult = false;
                    return null;
                }
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

    /** Notes that an address has been connected to for a socket of this round, and perhaps how it failed. */
    void use(InetAddress address, @Nullable IOException error) {
        lock.lock();
        try {
            outcomes.use(address, error);
        } finally {
            lock.unlock();
        }
    }

    /** Takes back {@link #takePart}: a connect closed without a result has its turn still to come. */
    private void leave(int own) {
        lock.lock();
        try {
            membership.leave(own);
        } finally {
            lock.unlock();
        }
    }

    private boolean isWon() {
        return guarded(turn::isWon);
    }

    private boolean isInUse() {
        return guarded(() -> !turn.isRunning() && membership.isAnyInUse());
    }

    /**
     * Begins a race for the caller to run.
     *
     * @param arriving whether the connect comes from the client just now, and has not waited here
     * @return the places of the addresses to race, best first; empty if another connect's race runs
     * @throws IOException if no address is left
     */
    private List<Integer> beginRace(LineupConnect connect, int preferred, boolean arriving) throws IOException {
        int own = connect.own;
        List<Integer> disappointing = List.of();
        List<Integer> toRace;
        lock.lock();
        try {
            if (turn.isRunning()) {
                return List.of();
            }
            grow();
            if (arriving && connect.sharing == Sharing.BY_HOST && !outcomes.hasTimedOut(own)) {
                // The caller's own address is always tried. It costs a round trip, unless it is silent.
                outcomes.forget(own);
            }
            joined = targets.size();
            toRace = outcomes.fresh(preferred, own);
            if (toRace.isEmpty()) {
                membership.failed(System.nanoTime());
                throw outcomes.exhausted(host, own, connect.sharing == Sharing.BY_HOST);
            }
            if (arriving) {
                // The client comes again, so what it got has let it down. One that has waited tells nothing of that.
                disappointing = outcomes.connected();
            }
            turn.begin();
            membership.raceBegins(System.nanoTime());
        } finally {
            lock.unlock();
        }
        disappointing.forEach(this::forgetWinner);
        return toRace;
    }

    private void forgetWinner(int place) {
        InetSocketAddress target = targets.get(place);
        races.recentWinners().disappointed(host, target.getPort(), target.getAddress());
    }

    /** Runs a race. Returns null if all failed, or if the winner went to the connect that waited for it. */
    private @Nullable Winner race(LineupConnect connect, List<Integer> places) throws IOException {
        List<Integer> all = new ArrayList<>(places);
        Winner channel = null;
        RaceReport report = null;
        try {
            AttemptChannels channels = races.attempts(targetsOf(places), connect.timeLeft(), connect.source);
            if (connect.sharing != Sharing.ONE_CALL) {
                // That they let somebody down does not make them worse than none.
                List<Integer> reserve = usedUp();
                reserve.removeAll(places);
                channels.joiners().addReserve(targetsOf(reserve));
                all.addAll(reserve);
            }
            if (addresses.host().mayGrow() || addresses.all().size() > places.size()) {
                channels.joiners().addLate(new LateAddresses(addresses.host(), 0, unused -> join(all)));
            }
            channel = BlockingDriver.run(channels, connect.abort, connect.interruptible) == null ? null : channels;
            report = channels.race().report(System.nanoTime());
        } finally {
            // Also after an exception: those who wait must not wait for ever.
            channel = endRace(connect, all, channel, report);
        }
        if (channel == null && connect.abort.isAborted()) {
            throw new SocketException("Socket closed");
        }
        return channel;
    }

    private List<InetSocketAddress> targetsOf(List<Integer> places) {
        return places.stream().map(targets::get).toList();
    }

    private List<Integer> usedUp() {
        return guarded(() -> new ArrayList<>(outcomes.connected()));
    }

    /** Records what became of the addresses. Returns the channel if it stays with the connect that ran the race. */
    private @Nullable Winner endRace(
            LineupConnect connect, List<Integer> places, @Nullable Winner channel, @Nullable RaceReport report) {
        int winner = -1;
        lock.lock();
        try {
            if (report != null) {
                winner = outcomes.record(places, report, channel == null && !connect.abort.isAborted());
            }
            if (winner >= 0) {
                membership.handedOut();
            } else {
                membership.failed(System.nanoTime());
            }
            if (turn.end(winner, channel)) {
                channel = null;
            }
        } finally {
            lock.unlock();
        }
        if (winner >= 0 && report != null) {
            InetSocketAddress target = targets.get(winner);
            List<InetAddress> beaten = report.attempts().stream()
                    .filter(attempt -> attempt.outcome() != Outcome.WON && !attempt.established())
                    .map(attempt -> attempt.address().getAddress())
                    .toList();
            races.recentWinners().won(host, target.getPort(), target.getAddress(), beaten);
        }
        return channel;
    }

    /** Is told that a winner of this round was closed. */
    void ended(int place, Impression impression) {
        lock.lock();
        try {
            membership.ended(impression, System.nanoTime());
        } finally {
            lock.unlock();
        }
        if (impression == Impression.DISAPPOINTING) {
            forgetWinner(place);
        }
    }

    /** Adds a new exception for each address that failed. */
    void addFailures(List<IOException> failures) {
        lock.lock();
        try {
            outcomes.addFailures(failures);
        } finally {
            lock.unlock();
        }
    }
}
