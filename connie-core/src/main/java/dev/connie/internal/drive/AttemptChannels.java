package dev.connie.internal.drive;

import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.Attempt;
import dev.connie.race.Opening;
import dev.connie.race.Race;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one race: starts what the race says is due, tells it what happened, and closes what did not win. The
 * part that the blocking and the asynchronous driver share; they differ in how they wait. Not thread-safe.
 *
 * <p>Owns every channel it opens until {@link #end} hands out the winner and closes the others, or gives them to a {@link
 * LosersWatch}.
 */
public final class AttemptChannels implements Winner {
    /** An attempt under way, and the one that started after it. */
    private static final class Running {
        final Attempt attempt;
        final SocketChannel channel;
        boolean holdsPermit;

        @Nullable
        SelectionKey key;

        @Nullable
        Running next;

        Running(Attempt attempt, SocketChannel channel, boolean holdsPermit) {
            this.attempt = attempt;
            this.channel = channel;
            this.holdsPermit = holdsPermit;
        }
    }

    /**
     * A channel that has connected is ready to connect, and to write only once finishConnect() was called; one that has
     * failed is ready for all that was asked for. So the key of a loser tells which it was, without a system call.
     */
    private static final int CONNECT_OR_FAILED = SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE;

    /** The delay that RFC 8305, section 8, recommends between two attempts. */
    private static final long RESERVE_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Race race;
    private final ChannelSource source;
    private final AttemptPermits extraAttempts;
    private final @Nullable GuardedListener listener;
    private final @Nullable RegretSampler sampler;
    private final boolean toFirstByte;
    // In the order of their starts, which is the order of preference on a tie. Linked by themselves, because most races
    // have only one.
    private @Nullable Running first;
    private @Nullable Running last;
    private @Nullable Running winner;
    private long wonNanos;
    private List<InetSocketAddress> reserve = List.of();
    private long reserveDueNanos;
    // Whether the losers' channels are somebody else's.
    private boolean losersLent;
    // Whether the race had to do without a descriptor or a permit.
    private boolean isShort;
    private @Nullable OpeningDriver opening;

    public AttemptChannels(
            Race race, ChannelSource source, AttemptPermits extraAttempts, @Nullable GuardedListener listener) {
        this(race, source, extraAttempts, listener, null, false);
    }

    /**
     * @param sampler may let the losers finish
     * @param toFirstByte whether the race goes on until the server speaks, if the source is one that can do that
     */
    AttemptChannels(
            Race race,
            ChannelSource source,
            AttemptPermits extraAttempts,
            @Nullable GuardedListener listener,
            @Nullable RegretSampler sampler,
            boolean toFirstByte) {
        this.race = race;
        this.toFirstByte = toFirstByte;
        this.sampler = sampler;
        this.source = source;
        this.extraAttempts = extraAttempts;
        this.listener = listener;
    }

    public Race race() {
        return race;
    }

    /** Adds addresses that join the race when all others have failed, or after 250 ms without a winner. */
    public void addReserve(List<InetSocketAddress> addresses) {
        reserve = addresses;
        reserveDueNanos = System.nanoTime() + RESERVE_DELAY_NANOS;
    }

    /** Returns how long to sleep if nothing happens, as {@link Race#nanosUntilNextEvent} has it. */
    long nanosUntilNextEvent(long nowNanos) {
        long wait = race.nanosUntilNextEvent(nowNanos);
        return reserve.isEmpty() ? wait : Math.max(0, Math.min(wait, reserveDueNanos - nowNanos));
    }

    private void addDueReserve(long now) {
        if (!reserve.isEmpty() && (now - reserveDueNanos >= 0 || !race.isRunning(now))) {
            race.add(reserve);
            reserve = List.of();
        }
    }

    /** Starts every attempt that is due. Ends early if one of them is connected at once. */
    void startDue() {
        while (winner == null) {
            long now = System.nanoTime();
            addDueReserve(now);
            Attempt attempt = race.startNext(now);
            if (attempt == null) {
                return;
            }
            boolean extra = race.attemptsInFlight() > 1;
            if (extra && !extraAttempts.tryAcquire()) {
                isShort = true;
                race.postpone(attempt, now);
                return;
            }
            Running opened = open(attempt, extra);
            if (opened != null) {
                // From here on, whatever is thrown, end() closes it.
                add(opened);
                connect(opened);
            }
        }
    }

    /** Returns null if the attempt failed or was put off; its permit is then given back. */
    private @Nullable Running open(Attempt attempt, boolean holdsPermit) {
        Running opened = null;
        try {
            opened = new Running(attempt, IdleOpenings.open(source, attempt.address()), holdsPermit);
        } catch (IOException noDescriptor) {
            isShort = true;
            if (!race.postpone(attempt, System.nanoTime())) {
                tellStarted(attempt);
                notSent(attempt, noDescriptor);
            }
        } catch (RuntimeException noSuchFamily) {
            tellStarted(attempt);
            notSent(attempt, Failures.asIOException(noSuchFamily));
        } finally {
            if (opened == null && holdsPermit) {
                extraAttempts.release(1);
            }
        }
        return opened;
    }

    private void connect(Running one) {
        tellStarted(one.attempt);
        try {
            one.channel.configureBlocking(false);
            source.prepare(one.channel);
            one.channel.connect(one.attempt.address());
        } catch (ConnectException refused) {
            // Some systems refuse at once what is on this machine.
            discard(one);
            failed(one.attempt, refused);
            return;
        } catch (IOException | RuntimeException notOurs) {
            // NIO reports some bad addresses by unchecked exceptions.
            discard(one);
            notSent(one.attempt, Failures.asIOException(notOurs));
            return;
        }
        // On loopback the handshake is over when connect() returns, and then no selector is needed. Elsewhere asking
        // is a system call for nothing, as it is for the attempts behind the first.
        boolean worthAsking =
                !one.holdsPermit && one.attempt.address().getAddress().isLoopbackAddress();
        if (worthAsking || !one.channel.isConnectionPending()) {
            finishConnect(one);
        }
    }

    /** Registers the attempts that are not yet with this selector, with the attachment. */
    void register(Selector selector, @Nullable Object attachment) {
        for (Running one = first; one != null; one = one.next) {
            if (one.key == null) {
                try {
                    one.key = one.channel.register(selector, CONNECT_OR_FAILED, attachment);
                } catch (ClosedChannelException | RuntimeException e) {
                    discard(one);
                    failed(one.attempt, Failures.asIOException(e));
                }
            }
        }
    }

    /**
     * Finishes the attempts that are ready, in the order of preference, until one wins.
     *
     * @param polling whether there is no selector, so that those without a key are just asked
     */
    void finishReady(boolean polling) {
        for (Running one = first; one != null && winner == null; one = one.next) {
            if (one.key == null ? polling : isReady(one.key)) {
                finishConnect(one);
            }
        }
    }

    private static boolean isReady(SelectionKey key) {
        return key.isValid() && key.isConnectable();
    }

    /** Lets the race know which of the losers have connected as well. None is asked: that would cost a system call each. */
    private void reportEstablished(Running winner) {
        for (Running one = first; one != null; one = one.next) {
            if (one != winner && one.key != null && isReady(one.key) && !one.key.isWritable()) {
                race.established(one.attempt);
            }
        }
    }

    private void finishConnect(Running one) {
        try {
            if (one.channel.finishConnect()) {
                if (one.channel.getLocalAddress().equals(one.channel.getRemoteAddress())) {
                    // TCP simultaneous open with itself: a free port of this machine was both source and target.
                    throw new ConnectException("Connection refused");
                }
                long now = System.nanoTime();
                reportEstablished(one);
                race.connected(one.attempt, now);
                winner = one;
                wonNanos = now;
                remove(one);
                tellEnded(one.attempt, now);
            }
        } catch (IOException | RuntimeException e) {
            discard(one);
            failed(one.attempt, Failures.asIOException(e));
        }
    }

    boolean isWon() {
        return winner != null;
    }

    @Override
    public SocketChannel channel() {
        return Objects.requireNonNull(winner, "nobody won").channel;
    }

    @Override
    public @Nullable OpeningDriver opening() {
        return opening;
    }

    /**
     * Ends the race: closes every channel but the winner's, or has the losers watched, or keeps them as runners-up. The keys of all are cancelled; the
     * driver's selector must select once more, which is what frees the descriptors. May be called again, after a failure.
     *
     * @return the winner's channel, now the caller's; null if nobody won
     */
    @Nullable
    SocketChannel end() {
        if (winner == null) {
            race.abandon(System.nanoTime());
        }
        if (first != null && !losersLent) {
            losersLent = lendLosers();
        }
        if (winner != null && opening == null && toFirstByte && source.keepsRunnersUp()) {
            opening = keepRunnersUp(winner);
        }
        if (!losersLent) {
            for (Running loser = first; loser != null; loser = loser.next) {
                close(loser);
            }
        }
        Running won = winner;
        if (won == null) {
            return null;
        }
        if (won.key != null) {
            won.key.cancel();
        }
        releasePermit(won);
        return won.channel;
    }

    /** Has the losers watched, if this race is one of those; they are then the watch's. */
    private boolean lendLosers() {
        if (winner == null || sampler == null || !source.lendsLosers() || !sampler.picks()) {
            return false;
        }
        LosersWatch watch;
        try {
            watch = watch(sampler);
        } catch (RuntimeException | Error outOfMemory) {
            sampler.letGo();
            return false;
        }
        for (Running loser = first; loser != null; loser = loser.next) {
            loser.holdsPermit = false;
            if (loser.key != null) {
                // The watch has its own, perhaps with another selector.
                loser.key.cancel();
            }
        }
        sampler.watch(watch);
        return true;
    }

    /**
     * Keeps what the race leaves: the losers too, unless they are watched, or descriptors or permits are short; then just
     * their addresses. Returns null if there is nothing.
     */
    private @Nullable OpeningDriver keepRunnersUp(Running won) {
        Opening left = race.opening();
        if (left == null) {
            return null;
        }
        RunnersUp runnersUp = new RunnersUp(left, won.attempt, won.channel, extraAttempts, listener);
        if (losersLent || isShort) {
            left.giveBack();
            return new OpeningDriver(runnersUp);
        }
        losersLent = true;
        for (Running loser = first; loser != null; loser = loser.next) {
            if (!loser.holdsPermit && won.holdsPermit) {
                // Of a race's descriptors all but one have a permit, whichever that is.
                won.holdsPermit = false;
                loser.holdsPermit = true;
            }
            runnersUp.add(loser.attempt, loser.channel, loser.holdsPermit);
            loser.holdsPermit = false;
            if (loser.key != null) {
                loser.key.cancel();
            }
        }
        return new OpeningDriver(runnersUp);
    }

    private LosersWatch watch(RegretSampler sampler) {
        RaceReport report = race.report(wonNanos);
        long raceStart = wonNanos - report.duration().toNanos();
        long deadline = wonNanos + Math.min(RegretSampler.MAX_WATCH_NANOS, race.nanosLeft(wonNanos));
        LosersWatch watch = new LosersWatch(sampler, extraAttempts, listener, report, raceStart, deadline);
        for (Running loser = first; loser != null; loser = loser.next) {
            watch.add(race.report(loser.attempt, wonNanos), loser.channel, loser.holdsPermit);
        }
        return watch;
    }

    /** Tells the listener of the end, and of the attempts that the end ended. */
    void tellFinished() {
        if (listener != null) {
            long now = System.nanoTime();
            RaceReport report = race.report(now);
            for (Running loser = first; loser != null; loser = loser.next) {
                listener.attemptEnded(race.report(loser.attempt, now));
            }
            listener.raceFinished(report);
        }
    }

    private void failed(Attempt attempt, IOException cause) {
        long now = System.nanoTime();
        race.failed(attempt, cause, now);
        tellEnded(attempt, now);
    }

    private void notSent(Attempt attempt, IOException cause) {
        long now = System.nanoTime();
        race.notSent(attempt, cause, now);
        tellEnded(attempt, now);
    }

    private void tellStarted(Attempt attempt) {
        if (listener != null) {
            listener.attemptStarted(attempt.address());
        }
    }

    private void tellEnded(Attempt attempt, long now) {
        if (listener != null) {
            listener.attemptEnded(race.report(attempt, now));
        }
    }

    private void add(Running one) {
        if (last == null) {
            first = one;
        } else {
            last.next = one;
        }
        last = one;
    }

    /** Takes it out of the line. It still knows its next, so that a walk along the line goes on. */
    private void remove(Running one) {
        Running previous = null;
        Running each = first;
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

    private void discard(Running one) {
        remove(one);
        close(one);
    }

    private void close(Running one) {
        close(one.channel);
        releasePermit(one);
    }

    private void releasePermit(Running one) {
        if (one.holdsPermit) {
            one.holdsPermit = false;
            extraAttempts.release(1);
        }
    }

    public static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (Throwable ignored) {
            // Nothing is left to do with it, and there may be others to close.
        }
    }
}
