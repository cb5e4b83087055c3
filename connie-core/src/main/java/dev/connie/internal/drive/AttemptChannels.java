package dev.connie.internal.drive;

import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.Attempt;
import dev.connie.race.Race;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one race: starts what the race says is due, tells it what happened, and closes what did not win. The
 * part that the blocking and the asynchronous driver share; they differ in how they wait. Not thread-safe.
 *
 * <p>Owns every channel it opens until {@link #end} hands out the winner and closes the others, or gives them to a {@link
 * LosersWatch}.
 */
public final class AttemptChannels implements Winner {
    private final Race race;
    private final ChannelSource source;
    private final AttemptPermits extraAttempts;
    private final @Nullable GuardedListener listener;
    private final @Nullable RegretSampler sampler;
    private final boolean toFirstByte;
    private final AttemptLine inFlight = new AttemptLine();
    private @Nullable AttemptChannel winner;
    private long wonNanos;
    private @Nullable Joiners joiners;
    // Whether the losers' channels are somebody else's.
    private boolean losersLent;
    // Whether the race had to do without a descriptor or a permit.
    private boolean isShort;
    private @Nullable OpeningDriver opening;

    /**
     * @param sampler may let the losers finish
     * @param toFirstByte whether the race goes on until the server speaks, if the source is one that can do that
     */
    public AttemptChannels(
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

    /** Returns the addresses that join after the start, to add to. */
    public Joiners joiners() {
        if (joiners == null) {
            joiners = new Joiners(race);
        }
        return joiners;
    }

    @Nullable
    LateAddresses late() {
        return joiners == null ? null : joiners.late();
    }

    /** Returns whether somebody may still win: also when all have failed, if more addresses may come. */
    boolean isRunning(long nowNanos) {
        boolean mayGrow = joiners != null && joiners.mayCome() && !isWon();
        return race.isRunning(nowNanos) || mayGrow && !race.isOutOfTime(nowNanos);
    }

    /** Returns how long to sleep if nothing happens, as {@link Race#nanosUntilNextEvent} has it. */
    long nanosUntilNextEvent(long nowNanos) {
        long wait = race.nanosUntilNextEvent(nowNanos);
        return joiners == null ? wait : isRunning(nowNanos) ? Math.min(wait, joiners.nanosUntilNext(nowNanos)) : 0;
    }

    /** Starts every attempt that is due. Ends early if one of them is connected at once. */
    void startDue() {
        while (winner == null) {
            long now = System.nanoTime();
            if (joiners != null) {
                joiners.join(now);
            }
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
            AttemptChannel opened = open(attempt, extra);
            if (opened != null) {
                // From here on, whatever is thrown, end() closes it.
                inFlight.add(opened);
                connect(opened);
            }
        }
    }

    /** Returns null if the attempt failed or was put off; its permit is then given back. */
    private @Nullable AttemptChannel open(Attempt attempt, boolean holdsPermit) {
        AttemptChannel opened = null;
        try {
            opened = new AttemptChannel(attempt, IdleOpenings.open(source, attempt.address()), holdsPermit);
        } catch (IOException | RuntimeException noChannel) {
            // Descriptors come back; a family that this machine lacks does not.
            boolean mayComeBack = noChannel instanceof IOException;
            isShort |= mayComeBack;
            if (!mayComeBack || !race.postpone(attempt, System.nanoTime())) {
                tellStarted(attempt);
                notSent(attempt, Failures.asIOException(noChannel));
            }
        } finally {
            if (opened == null && holdsPermit) {
                extraAttempts.release(1);
            }
        }
        return opened;
    }

    private void connect(AttemptChannel one) {
        tellStarted(one.attempt);
        try {
            one.channel.configureBlocking(false);
            source.prepare(one.channel);
            one.channel.connect(one.attempt.address());
        } catch (IOException | RuntimeException e) {
            discard(one);
            if (e instanceof ConnectException refused) {
                // Some systems refuse at once what is on this machine.
                failed(one.attempt, refused);
            } else {
                // NIO reports some bad addresses by unchecked exceptions.
                notSent(one.attempt, Failures.asIOException(e));
            }
            return;
        }
        // On loopback the handshake is over when connect() returns, and then no selector is needed. Elsewhere asking
        // is a system call for nothing, as it is for the attempts behind the first.
        boolean worthAsking =
                !one.holdsPermit() && one.attempt.address().getAddress().isLoopbackAddress();
        if (worthAsking || !one.channel.isConnectionPending()) {
            finishConnect(one);
        }
    }

    /** Registers the attempts that are not yet with this selector, with the attachment. */
    void register(Selector selector, @Nullable Object attachment) {
        for (AttemptChannel one = inFlight.first; one != null; one = one.next) {
            if (!one.isRegistered()) {
                try {
                    one.register(selector, AttemptChannel.CONNECT_OR_FAILED, attachment);
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
        for (AttemptChannel one = inFlight.first; one != null && winner == null; one = one.next) {
            if (one.isRegistered() ? one.isConnectable() : polling) {
                finishConnect(one);
            }
        }
    }

    private void finishConnect(AttemptChannel one) {
        try {
            if (one.finishConnect()) {
                long now = System.nanoTime();
                inFlight.remove(one);
                inFlight.reportEstablished(race);
                race.connected(one.attempt, now);
                winner = one;
                wonNanos = now;
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
        AttemptChannel won = winner;
        if (won != null) {
            disposeOf(won);
            won.releasePermit(extraAttempts);
        } else {
            race.abandon(System.nanoTime());
        }
        if (!losersLent) {
            inFlight.closeAll(extraAttempts);
        }
        return won == null ? null : won.channel;
    }

    /** Hands on what the race leaves, if this is one whose losers are watched, or kept until the server speaks. */
    private void disposeOf(AttemptChannel won) {
        won.handOn();
        boolean kept = opening == null && toFirstByte && source.keepsRunnersUp();
        boolean mayBeWatched = inFlight.first != null && !losersLent && source.lendsLosers();
        RegretSampler picked = mayBeWatched && sampler != null && sampler.picks() ? sampler : null;
        if (!kept && picked == null) {
            return;
        }
        Losers losers = new Losers(race, wonNanos, inFlight, extraAttempts, listener);
        if (picked != null) {
            losersLent = losers.watch(picked);
        }
        if (kept) {
            // Not the channels, if somebody else may need what they hold.
            boolean channels = !losersLent && !isShort;
            opening = losers.keep(won, channels);
            losersLent |= channels && opening != null;
        }
    }

    /** Tells the listener of the end, and of the attempts that the end ended. */
    void tellFinished() {
        if (listener != null) {
            long now = System.nanoTime();
            for (AttemptChannel loser = inFlight.first; loser != null; loser = loser.next) {
                listener.attemptEnded(race.report(loser.attempt, now));
            }
            listener.raceFinished(race.report(now));
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

    private void discard(AttemptChannel one) {
        inFlight.remove(one);
        one.close(extraAttempts);
    }
}
