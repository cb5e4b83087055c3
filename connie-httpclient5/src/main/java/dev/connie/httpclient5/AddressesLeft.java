package dev.connie.httpclient5;

import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The addresses that no round of an {@link AsyncRacedConnect} has used up, and those that become known late. Thread-safe. */
final class AddressesLeft implements LateTargets {
    // All guarded by this.
    private List<InetSocketAddress> left;
    private List<InetSocketAddress> late = List.of();
    private boolean mayGrow;

    /** @param mayGrow whether more may become known */
    AddressesLeft(List<InetSocketAddress> addresses, boolean mayGrow) {
        this.left = addresses;
        this.mayGrow = mayGrow;
    }

    synchronized void found(List<InetSocketAddress> addresses) {
        late = new ArrayList<>(late);
        late.addAll(addresses);
    }

    synchronized void foundAll() {
        mayGrow = false;
    }

    @Override
    public synchronized List<InetSocketAddress> take() {
        List<InetSocketAddress> taken = late;
        late = List.of();
        return taken;
    }

    @Override
    public synchronized boolean mayCome() {
        return mayGrow;
    }

    /** Returns those that the next round races: also the late ones. */
    synchronized List<InetSocketAddress> toRace() {
        left = new ArrayList<>(left);
        left.addAll(take());
        return left;
    }

    /** Uses up the addresses whose attempts failed or won. Addresses whose attempts lost or never started are left. */
    synchronized void useUp(RaceReport report) {
        List<InetSocketAddress> notUsed = new ArrayList<>();
        for (AttemptReport attempt : report.attempts()) {
            if (attempt.error() == null && attempt.outcome() == Outcome.LOST) {
                notUsed.add(attempt.address());
            }
        }
        notUsed.addAll(report.notStarted());
        left = notUsed;
    }

    synchronized boolean areNone() {
        return left.isEmpty();
    }

    synchronized void clear() {
        left = List.of();
    }
}
