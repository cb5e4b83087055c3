package dev.connie.internal.drive;

import dev.connie.internal.observe.GuardedListener;
import dev.connie.race.Attempt;
import dev.connie.race.AttemptReport;
import dev.connie.race.FirstAnswer;
import dev.connie.race.FirstFlight;
import dev.connie.race.Opening;
import dev.connie.race.RaceReport;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one opening: does what the {@link Opening} says is due, tells it what happened, and closes what is not
 * needed any more. The part that does not wait. Not thread-safe: guarded by the lock of its {@link OpeningDriver}.
 *
 * <p>Owns every channel until {@link #end}, and then the one that is the connection is the caller's.
 */
final class RunnersUp {
    private final Opening opening;
    private final AttemptPermits permits;
    private final FirstFlight hello = new FirstFlight();
    // The winner first, which stays until the end, then in the order of their starts.
    private final List<RunnerUp> servers = new ArrayList<>();
    private ChannelSource source = ChannelSource.PLAIN;
    private final PendingNotices notices;
    private boolean ended;

    /** @param winner the attempt that won the race */
    RunnersUp(Opening opening, AttemptChannel winner, AttemptPermits permits, @Nullable GuardedListener listener) {
        this.opening = opening;
        this.permits = permits;
        this.notices = new PendingNotices(listener);
        servers.add(new RunnerUp(winner, permits, false));
    }

    /** Takes over a loser of the race. */
    void add(AttemptChannel loser) {
        servers.add(new RunnerUp(loser, permits, false));
    }

    /** Sets where the channels of further attempts come from. */
    void openFrom(ChannelSource settings) {
        source = settings;
    }

    Opening opening() {
        return opening;
    }

    RunnerUp winner() {
        return servers.get(0);
    }

    FirstFlight hello() {
        return hello;
    }

    /** Returns whether any but the winner's channel is open. */
    boolean holdsAny() {
        return servers.size() > 1;
    }

    /** Returns whether it is over, and all but the connection are closed. */
    boolean hasEnded() {
        return ended;
    }

    /** Looks at what the client writes; returns how many bytes of it are part of the hello, which is sent. */
    int write(byte[] bytes, int offset, int count, BooleanSupplier closed) {
        int hellos = hello.add(bytes, offset, count);
        long now = System.nanoTime();
        if (hello.kind() == FirstFlight.Kind.HELLO) {
            opening.helloWhole(now);
        } else if (hello.length() > 0) {
            opening.helloBegun(now);
        }
        drive(closed);
        if (hello.kind() == FirstFlight.Kind.OTHER && !opening.isOver()) {
            opening.commit(System.nanoTime());
        }
        return hellos;
    }

    /** Has the selector watch those who may have something to say. */
    void register(Selector selector) {
        for (RunnerUp server : List.copyOf(servers)) {
            try {
                if (!server.hasFailed()) {
                    server.register(selector, hello, opening.awaitsConnects());
                }
            } catch (ClosedChannelException | RuntimeException closedUnderneath) {
                fail(server, new SocketException("Socket closed"));
            }
        }
    }

    /** Says that the selector has forgotten them all. */
    void areUnregistered() {
        servers.forEach(RunnerUp::isUnregistered);
    }

    /** Finishes connects and reads answers, in the order of preference. Whoever is with no selector is just tried. */
    void hear() {
        for (int i = 0; i < servers.size() && !opening.isOver(); i++) {
            RunnerUp server = servers.get(i);
            if (!server.hasFailed() && server.isReady()) {
                try {
                    hear(server);
                } catch (IOException | RuntimeException e) {
                    fail(server, Failures.asIOException(e));
                }
            }
        }
    }

    private void hear(RunnerUp server) throws IOException {
        if (!server.isConnected()) {
            if (opening.awaitsConnects() && server.finishConnect()) {
                opening.connected(server.attempt, System.nanoTime());
                tellEnded(server);
            }
            return;
        }
        boolean mayAnswer = server.isAsked() || hello.length() == 0;
        while (mayAnswer && !opening.isOver() && server.answer().wanted() > 0 && server.hear()) {
            opening.heard(server.attempt, server.answer(), System.nanoTime());
            if (!opening.isOver() && server.answer().kind() != FirstAnswer.Kind.OPEN) {
                server.fail(null);
                closeUnneeded();
                return;
            }
        }
    }

    /** Starts and asks whom the opening wants, and sends what there is to send; nothing more once the socket is closed. */
    void drive(BooleanSupplier closed) {
        boolean goOn = true;
        while (goOn && !opening.isOver() && !closed.getAsBoolean()) {
            goOn = false;
            long now = System.nanoTime();
            for (Attempt due = opening.startNext(now); due != null; due = opening.startNext(now)) {
                // The time may have come for another one to be given up, whose permit this one takes.
                closeUnneeded();
                start(due);
                goOn = true;
            }
            for (Attempt due = opening.askNext(now); due != null; due = opening.askNext(now)) {
                serverOf(due).ask();
                goOn = true;
            }
            for (int i = 0; i < servers.size() && !opening.isOver(); i++) {
                goOn |= send(servers.get(i));
            }
        }
        // Those that did not connect in time.
        closeUnneeded();
    }

    /** Returns whether it failed, so that the opening may want somebody else. */
    private boolean send(RunnerUp server) {
        if (!server.isAsked() || server.hasFailed() || !server.unsent(hello).hasRemaining()) {
            return false;
        }
        try {
            if (server.send(hello) && hello.kind() == FirstFlight.Kind.HELLO) {
                opening.asked(server.attempt, System.nanoTime());
            }
            return false;
        } catch (IOException | RuntimeException e) {
            fail(server, Failures.asIOException(e));
            return true;
        }
    }

    private void start(Attempt attempt) {
        RunnerUp started = open(attempt);
        if (started == null) {
            return;
        }
        servers.add(started);
        notices.add(listening -> listening.attemptStarted(attempt.address()));
        try {
            started.channel.configureBlocking(false);
            source.prepare(started.channel);
            if (started.channel.connect(attempt.address())
                    || attempt.address().getAddress().isLoopbackAddress()) {
                hear(started);
            }
        } catch (IOException | RuntimeException e) {
            fail(started, Failures.asIOException(e));
        }
    }

    /** Returns null if there is no permit, descriptor or such family. */
    private @Nullable RunnerUp open(Attempt attempt) {
        IOException cause = new SocketException("No permit for another attempt");
        boolean mayPostpone = true;
        if (permits.tryAcquire()) {
            try {
                AttemptChannel opened = new AttemptChannel(attempt, source.open(attempt.address()), true);
                return new RunnerUp(opened, permits, true);
            } catch (IOException | RuntimeException noChannel) {
                cause = Failures.asIOException(noChannel);
                // Descriptors come back; a family that this machine lacks does not.
                mayPostpone = noChannel instanceof IOException;
            }
            permits.release(1);
        }
        long now = System.nanoTime();
        if (!mayPostpone || !opening.postpone(attempt, now)) {
            opening.failed(attempt, cause, now);
        }
        return null;
    }

    private void fail(RunnerUp server, IOException cause) {
        boolean connecting = !server.isConnected();
        server.fail(cause instanceof EOFException ? null : cause);
        opening.failed(server.attempt, cause, System.nanoTime());
        if (connecting) {
            tellEnded(server);
        }
        closeUnneeded();
    }

    /** The winner's channel stays until another takes its place: the socket must have one. */
    private void closeUnneeded() {
        for (RunnerUp server : servers) {
            if (server != winner() && !opening.keeps(server.attempt)) {
                server.close();
            }
        }
        servers.removeIf(RunnerUp::isClosed);
    }

    private RunnerUp serverOf(Attempt attempt) {
        return servers.stream()
                .filter(server -> server.attempt == attempt)
                .findFirst()
                .orElseThrow();
    }

    /** Closes those that were not asked. They are connected to anew if they are needed. */
    void giveBack() {
        opening.giveBack().forEach(attempt -> serverOf(attempt).close());
        servers.removeIf(RunnerUp::isClosed);
    }

    /** Returns who is the connection; null while that is open, and if it was abandoned. */
    @Nullable
    RunnerUp connection() {
        Attempt chosen = opening.connection();
        return chosen == null ? null : serverOf(chosen);
    }

    /**
     * Closes all but the connection, whose permit is given back, and keeps for listeners what there is to tell.
     *
     * @param books told as well
     */
    void end(OpeningDriver.@Nullable Books books) {
        ended = true;
        RunnerUp connection = connection();
        for (RunnerUp server : servers) {
            if (server != connection) {
                server.close();
            } else {
                server.releasePermit();
            }
        }
        source = ChannelSource.PLAIN;
        if (books != null || notices.areHeard()) {
            RaceReport report = opening.report(System.nanoTime());
            notices.add(listening -> listening.openingFinished(report));
            if (books != null) {
                notices.add(() -> books.ended(report, connection == null ? null : connection.attempt.address()));
            }
        }
    }

    private void tellEnded(RunnerUp server) {
        if (server.isLate() && notices.areHeard()) {
            AttemptReport report = opening.report(server.attempt, System.nanoTime());
            notices.add(listening -> listening.attemptEnded(report));
        }
    }

    /** Returns what is to be done when the lock is free, once. */
    List<Runnable> takeNotices() {
        return notices.take();
    }
}
