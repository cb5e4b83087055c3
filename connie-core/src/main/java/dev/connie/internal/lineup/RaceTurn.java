package dev.connie.internal.lineup;

import dev.connie.internal.drive.Winner;
import dev.connie.internal.socket.Conversation.Impression;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to race in a {@link LineupRound}: one connect runs a race, the others wait for what it brings. Thread-safe;
 * all but {@link #await} is called with the lock of the round held.
 */
final class RaceTurn {
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
        // Guarded by the lock: what the runner of the race has left for this connect.
        @Nullable
        Winner handed;

        Waiter(LineupConnect connect) {
            this.connect = connect;
        }
    }

    private final ReentrantLock lock;
    // All guarded by the lock.
    private final RoundMembership membership;
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean running;
    private boolean won;

    /** @param lock the round's */
    RaceTurn(ReentrantLock lock, RoundMembership membership) {
        this.lock = lock;
        this.membership = membership;
    }

    boolean isRunning() {
        return running;
    }

    /** Returns whether the last race has been won. */
    boolean isWon() {
        return won;
    }

    /** Begins a race, which the caller runs. */
    void begin() {
        running = true;
        won = false;
    }

    /**
     * Ends the race, and wakes those who wait.
     *
     * @param winner the place of the address that won; negative if none did
     * @return whether what was won goes to a connect that waits and was given the winning address itself, so that the
     *     client's books are right
     */
    boolean end(int winner, @Nullable Winner prize) {
        running = false;
        won = winner >= 0;
        boolean handedOn = false;
        for (Waiter waiter : waiters) {
            if (won && !handedOn && waiter.connect.own == winner && !waiter.connect.abort.isAborted()) {
                waiter.handed = prize;
                handedOn = true;
            }
            LockSupport.unpark(waiter.thread);
        }
        return handedOn;
    }

    /** Waits while a race runs, then a while to be closed. Returns null when there may be something to race. */
    @Nullable
    Winner await(LineupConnect connect) throws IOException {
        Waiter waiter = new Waiter(connect);
        connect.abort.willPark();
        boolean interrupted = false;
        Winner unclaimed = null;
        enqueue(waiter);
        try {
            long graceEnd = 0;
            boolean inGrace = false;
            while (true) {
                lock.lock();
                try {
                    if (waiter.handed != null) {
                        Winner mine = waiter.handed;
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
                if (unclaimed != null) {
                    membership.ended(Impression.NONE, System.nanoTime());
                }
            } finally {
                lock.unlock();
            }
            if (unclaimed != null) {
                unclaimed.discard();
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
}
