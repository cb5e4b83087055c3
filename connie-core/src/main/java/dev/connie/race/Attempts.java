package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connection attempts of one {@link Race}, in the order of their starts, and the addresses to which none has started
 * yet. Counts what is in flight, and puts addresses that became known late in their place. Not thread-safe.
 */
final class Attempts {
    /**
     * How long an attempt that was taken back for want of a descriptor or a permit waits when no other attempt ends first:
     * the delay that RFC 8305, section 8, recommends.
     */
    static final long POSTPONED_NANOS = Duration.ofMillis(250).toNanos();

    private final int maxInFlight;
    // The addresses of the attempts, then those that wait.
    private List<InetSocketAddress> order;
    private int started;
    // Linked by Attempt.next instead of in a list: most races end with their first attempt, and there is one for each
    // connection.
    private @Nullable Attempt first;
    // The attempt that started last, although it may have been taken back.
    private @Nullable Attempt latest;

    /** @param order distinct addresses; of more than {@value Race#MAX_ADDRESSES} the first are kept */
    Attempts(List<InetSocketAddress> order, int maxInFlight) {
        this.order = limited(order);
        this.maxInFlight = maxInFlight;
    }

    /** Returns whether there is an address to which no attempt has started. */
    boolean isAnyWaiting() {
        return started < order.size();
    }

    /** Returns whether there is such an address, and an attempt to it would not be one too many in flight. */
    boolean mayStart() {
        return isAnyWaiting() && inFlight() < maxInFlight;
    }

    /** Returns the address that the next attempt connects to. */
    InetSocketAddress nextAddress() {
        return order.get(started);
    }

    /** Starts the attempt to the next address. */
    Attempt start(long nowNanos) {
        Attempt attempt = new Attempt(nextAddress(), nowNanos);
        Attempt last = null;
        for (Attempt each = first; each != null; each = each.next) {
            last = each;
        }
        if (last == null) {
            first = attempt;
        } else {
            last.next = attempt;
        }
        started++;
        latest = attempt;
        return attempt;
    }

    /** Takes back the attempt that started last, but not the only one, so that its address waits again. */
    void takeBack(Attempt taken) {
        for (Attempt each = first; each != null; each = each.next) {
            if (each.next == taken) {
                each.next = null;
            }
        }
        started--;
    }

    /** Returns the first attempt that is in flight, in the order of the starts; null if none is. */
    @Nullable
    Attempt firstInFlight() {
        Attempt attempt = first;
        while (attempt != null && !attempt.isRunning()) {
            attempt = attempt.next;
        }
        return attempt;
    }

    /** Returns how many attempts are in flight. */
    int inFlight() {
        int count = 0;
        for (Attempt each = first; each != null; each = each.next) {
            count += each.isRunning() ? 1 : 0;
        }
        return count;
    }

    boolean isAnyLost() {
        for (Attempt each = first; each != null; each = each.next) {
            if (each.outcome() == Outcome.LOST) {
                return true;
            }
        }
        return false;
    }

    /** Returns when the latest attempt started that may have sent a packet, or {@code raceStartNanos} if none has. */
    long lastStartNanos(long raceStartNanos) {
        long nanos = raceStartNanos;
        for (Attempt each = first; each != null; each = each.next) {
            if (each.outcome() != Outcome.NOT_SENT) {
                nanos = each.startNanos();
            }
        }
        return nanos;
    }

    /** Returns a copy of the attempts. */
    List<Attempt> started() {
        List<Attempt> copy = new ArrayList<>(started);
        for (Attempt each = first; each != null; each = each.next) {
            copy.add(each);
        }
        return copy;
    }

    /** Returns the addresses to which no attempt has started. Valid until one starts. */
    List<InetSocketAddress> waiting() {
        return order.subList(started, order.size());
    }

    /** Returns all addresses and these, equal ones once. */
    List<InetSocketAddress> addressesWith(Collection<InetSocketAddress> late) {
        List<InetSocketAddress> all = new ArrayList<>(order);
        all.addAll(late);
        return Addresses.distinct(all);
    }

    /** Puts the addresses that wait in the order of this list, which has them and those of the attempts. */
    void reorder(List<InetSocketAddress> all) {
        List<Attempt> attempts = started();
        List<InetSocketAddress> reordered = new ArrayList<>(order.subList(0, started));
        for (InetSocketAddress address : all) {
            // By identity: distinct keeps the first of equal ones, and InetSocketAddress.equals leaves out the scope.
            if (attempts.stream().noneMatch(attempt -> attempt.address() == address)) {
                reordered.add(address);
            }
        }
        order = limited(reordered);
    }

    /** Drops these addresses, as far as they wait. */
    void remove(Collection<InetSocketAddress> gone) {
        List<InetSocketAddress> left = new ArrayList<>(order);
        left.subList(started, left.size())
                .removeIf(address -> gone.stream().anyMatch(other -> Addresses.isSame(address, other)));
        order = left;
    }

    /** @throws IllegalStateException if another attempt started after this one */
    void requireLatest(Attempt attempt) {
        if (attempt != latest) {
            throw new IllegalStateException("not the latest attempt: " + attempt);
        }
    }

    /** @throws IllegalStateException if the attempt has ended, was taken back or belongs to another race */
    void requireRunning(Attempt attempt) {
        if (!attempt.isRunning()) {
            throw new IllegalStateException("the attempt has ended: " + attempt);
        }
        Attempt each = first;
        while (each != attempt) {
            if (each == null) {
                throw new IllegalStateException("the attempt was postponed, or is of another race: " + attempt);
            }
            each = each.next;
        }
    }

    private static List<InetSocketAddress> limited(List<InetSocketAddress> addresses) {
        return addresses.size() <= Race.MAX_ADDRESSES ? addresses : addresses.subList(0, Race.MAX_ADDRESSES);
    }
}
