package dev.connie.internal.lineup;

import static dev.connie.testing.Exploration.check;
import static dev.connie.testing.Exploration.explore;
import static dev.connie.testing.Exploration.sideBySide;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.Winner;
import dev.connie.internal.lineup.LineupConnect.Sharing;
import dev.connie.testing.CountedChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One round of a lineup in every interleaving of the connect that races, those that wait for it, and those that close. */
@Timeout(300)
class LineupInterleavings {
    @Test
    void what_a_race_brings_belongs_to_the_one_that_ran_it_or_to_the_one_that_waits_for_it() {
        explore(() -> {
            Turn turn = new Turn();
            turn.begin();
            Prize prize = new Prize();
            Connect waiting = new Connect(1);
            sideBySide(() -> turn.end(1, prize), () -> waiting.await(turn), waiting.abort::abort);
            check(prize.owners(turn.kept, waiting.got) == 1, "the winner has two owners, or none");
            check(turn.inUse() == (prize.discarded ? 0 : 1), "the books do not know who is in use");
        });
    }

    @Test
    void a_failed_race_sends_all_who_wait_on() {
        explore(() -> {
            Turn turn = new Turn();
            turn.begin();
            Connect one = new Connect(1);
            Connect two = new Connect(2);
            sideBySide(() -> turn.end(-1, null), () -> one.await(turn), () -> two.await(turn));
            check(one.got == null && two.got == null, "somebody got what was not won");
        });
    }

    @Test
    void one_of_two_that_wait_for_the_same_address_gets_it() {
        explore(() -> {
            Turn turn = new Turn();
            turn.begin();
            Prize prize = new Prize();
            Connect one = new Connect(1);
            Connect other = new Connect(1);
            sideBySide(
                    () -> {
                        turn.end(1, prize);
                        // As a client does with those it has no more use for.
                        one.abort.abort();
                        other.abort.abort();
                    },
                    () -> one.await(turn),
                    () -> other.await(turn));
            check(prize.owners(turn.kept, one.got, other.got) == 1, "the winner has two owners, or none");
        });
    }

    /** A round's turn and books, each call under the round's lock. */
    private static final class Turn {
        final ReentrantLock lock = new ReentrantLock();
        final RoundMembership membership = new RoundMembership();
        final RaceTurn turn = new RaceTurn(lock, membership);

        @Nullable
        Winner kept;

        void begin() {
            lock.lock();
            try {
                turn.begin();
            } finally {
                lock.unlock();
            }
        }

        void end(int winner, @Nullable Winner prize) {
            lock.lock();
            try {
                if (prize != null) {
                    membership.handedOut();
                }
                kept = turn.end(winner, prize) ? null : prize;
            } finally {
                lock.unlock();
            }
        }

        int inUse() {
            return membership.isAnyInUse() ? 1 : 0;
        }
    }

    private static final class Prize implements Winner {
        private final SocketChannel channel = CountedChannel.accepted();
        // Written by one thread at most, if the test holds; read when all have ended.
        boolean discarded;

        @Override
        public SocketChannel channel() {
            return channel;
        }

        @Override
        public void discard() {
            check(!discarded, "discarded twice");
            discarded = true;
        }

        int owners(@Nullable Winner... those) {
            int owners = discarded ? 1 : 0;
            for (Winner each : those) {
                owners += each == this ? 1 : 0;
            }
            return owners;
        }
    }

    /** A connect that waits for another's race. */
    private static final class Connect {
        final Abort abort = new Abort();
        private final int own;

        @Nullable
        Winner got;

        Connect(int own) {
            this.own = own;
        }

        void await(Turn turn) {
            try {
                got = turn.turn.await(new LineupConnect(Sharing.ONE_CALL, own, 1, 0, ChannelSource.PLAIN, abort, true));
            } catch (IOException closed) {
                // It was aborted.
            }
        }
    }
}
