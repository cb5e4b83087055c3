package dev.connie.internal.drive;

import dev.connie.race.Race;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a race that have a channel, in the order of their starts, which is the order of preference on a tie. They are
 * linked by themselves, because most races have only one. Not thread-safe.
 *
 * <p>A walk along the line may take out the one where it stands: that one still knows its next.
 */
final class AttemptLine {
    @Nullable
    AttemptChannel first;

    private @Nullable AttemptChannel last;

    void add(AttemptChannel one) {
        if (last == null) {
            first = one;
        } else {
            last.next = one;
        }
        last = one;
    }

    void remove(AttemptChannel one) {
        AttemptChannel previous = null;
        AttemptChannel each = first;
        while (each != one) {
            if (each == null) {
                return;
            }
            previous = each;
            each = each.next;
        }
        if (previous == null) {
            first = one.next;
        } else {
            previous.next = one.next;
        }
        if (last == one) {
            last = previous;
        }
    }

    /**
     * Tells the race which attempts are established as well, as far as selectors have seen it: to ask is a system call
     * each.
     */
    void reportEstablished(Race race) {
        for (AttemptChannel one = first; one != null; one = one.next) {
            if (one.isEstablished()) {
                race.established(one.attempt);
            }
        }
    }

    void closeAll(AttemptPermits permits) {
        for (AttemptChannel one = first; one != null; one = one.next) {
            one.close(permits);
        }
    }
}
