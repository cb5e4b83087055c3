package dev.connie.internal.drive;

import dev.connie.race.Attempt;
import dev.connie.race.FirstAnswer;
import dev.connie.race.FirstFlight;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One server of an opening: the winner, or one that may take its place. Owns its channel. Guarded by the lock of its {@link OpeningDriver}.
 */
final class RunnerUp {
    final Attempt attempt;
    final SocketChannel channel;
    private final AttemptChannel connect;
    private final AttemptPermits permits;
    private final boolean late;

    private boolean connected;
    private boolean asked;
    private int sent;
    private boolean failed;
    private boolean closed;
    private final FirstAnswer answer = new FirstAnswer();
    // How many bytes of the answer the client has read.
    private int taken;
    private @Nullable IOException failure;

    /** @param late whether it started after the race was won */
    RunnerUp(AttemptChannel connect, AttemptPermits permits, boolean late) {
        this.attempt = connect.attempt;
        this.channel = connect.channel;
        this.connect = connect;
        this.permits = permits;
        this.late = late;
        this.connected = attempt.isEstablished();
    }

    /** Returns whether it started after the race was won. */
    boolean isLate() {
        return late;
    }

    boolean isConnected() {
        return connected;
    }

    boolean isAsked() {
        return asked;
    }

    /** Says that the hello is to be sent to it. */
    void ask() {
        asked = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns whether it has failed, and there is nothing more to do with it. */
    boolean hasFailed() {
        return failed;
    }

    /** Returns the failure, if it was a broken connection: the kernel reports that only once. */
    @Nullable
    IOException failure() {
        return failure;
    }

    FirstAnswer answer() {
        return answer;
    }

    /** Says that it failed. At the end of a stream or after a reset it would be ready for ever. */
    void fail(@Nullable IOException brokenBy) {
        failed = true;
        failure = brokenBy;
        connect.unregister();
    }

    /** Returns the bytes of the hello that were not sent to it yet. */
    ByteBuffer unsent(FirstFlight hello) {
        return ByteBuffer.wrap(hello.bytes(), sent, hello.length() - sent);
    }

    /** Sends as much of the hello as the kernel has room for. Returns whether all that there is of it was sent. */
    boolean send(FirstFlight hello) throws IOException {
        finishIfEstablished();
        ByteBuffer rest = unsent(hello);
        while (rest.hasRemaining()) {
            int count = channel.write(rest);
            if (count == 0) {
                return false;
            }
            sent += count;
        }
        return true;
    }

    /**
     * Reads as much as is needed to tell what the server says.
     *
     * @return whether it has said anything more
     * @throws EOFException if it has ended the connection
     */
    boolean hear() throws IOException {
        finishIfEstablished();
        ByteBuffer space = ByteBuffer.wrap(answer.bytes(), answer.length(), answer.wanted());
        int count = channel.read(space);
        if (count < 0) {
            throw new EOFException("The server ended the connection");
        }
        answer.added(count);
        return count > 0;
    }

    /** Returns how many bytes of the answer the client has not read. */
    int available() {
        return answer.length() - taken;
    }

    /**
     * Hands bytes of the answer to the client.
     *
     * @return their count, 0 if there are no more
     * @throws IOException if there are no more, and the connection is broken
     */
    int read(ByteBuffer buffer) throws IOException {
        int count = Math.min(buffer.remaining(), available());
        buffer.put(answer.bytes(), taken, count);
        taken += count;
        if (count == 0 && failure != null) {
            throw failure;
        }
        return count;
    }

    /** Finishes the connect of a loser that was established at the win: only its selector's key has shown it so far. */
    private void finishIfEstablished() throws IOException {
        if (channel.isConnectionPending()) {
            channel.finishConnect();
        }
    }

    /** Returns whether its connect is over. */
    boolean finishConnect() throws IOException {
        connected = connect.finishConnect();
        return connected;
    }

    /**
     * Has the selector watch it, as far as there is anything to wait for.
     *
     * @param connects whether it matters that it connects
     */
    void register(Selector selector, FirstFlight hello, boolean connects) throws ClosedChannelException {
        int operations = 0;
        if (!connected) {
            operations = connects ? SelectionKey.OP_CONNECT : 0;
        } else if (asked || hello.length() == 0) {
            operations = SelectionKey.OP_READ | (asked && sent < hello.length() ? SelectionKey.OP_WRITE : 0);
        }
        connect.register(selector, operations, null);
    }

    /** Returns whether it is worth trying: without a selector it may be. */
    boolean isReady() {
        return connect.mayBeReady();
    }

    /** Says that no selector knows its channel any more. */
    void isUnregistered() {
        connect.isUnregistered();
    }

    void releasePermit() {
        connect.releasePermit(permits);
    }

    void close() {
        if (!closed) {
            closed = true;
            connect.unregister();
            connect.close(permits);
        }
    }
}
