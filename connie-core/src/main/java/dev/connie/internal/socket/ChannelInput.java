package dev.connie.internal.socket;

import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Reads a connected non-blocking channel as a plain socket's stream reads: it blocks, up to SO_TIMEOUT. Thread-safe. */
public final class ChannelInput extends InputStream {
    /** As plain sockets do: a larger read would pin a direct buffer of its size to the thread. */
    static final int MAX_BYTES_AT_ONCE = 128 * 1024;

    // Both written under the lock. While it is undecided which channel is the socket's, the opening decides; then it is
    // null.
    private SocketChannel channel;
    private volatile @Nullable OpeningDriver opening;
    private final RacingSocketImpl socket;
    private final OpenState state;
    private final Connection connection;
    private final Readiness readable;
    // One reader at a time. Not a monitor, which a virtual thread could not leave while it waits.
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock. A plain socket that was read to the end says so again, even after it was closed.
    private boolean atEnd;
    // Guarded by lock. A plain socket that was reset says so again, also once its input is shut down, unlike a channel.
    private boolean reset;
    private final Conversation conversation;

    ChannelInput(Winner winner, RacingSocketImpl socket, OpenState state, Connection connection, Readiness readable) {
        this.channel = winner.channel();
        this.opening = winner.opening();
        this.socket = socket;
        this.state = state;
        this.connection = connection;
        this.conversation = connection.conversation();
        this.readable = readable;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) > 0 ? one[0] & 0xff : -1;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0) {
            return 0;
        }
        int timeoutMillis = socket.soTimeoutMillis();
        boolean timed = timeoutMillis > 0;
        long deadlineNanos = timed ? System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis) : 0;
        lock(timed, deadlineNanos);
        try {
            if (atEnd) {
                return -1;
            }
            ByteBuffer buffer = ByteBuffer.wrap(b, off, Math.min(len, MAX_BYTES_AT_ONCE));
            OpeningDriver undecided = opening;
            int count = undecided == null ? 0 : readFirst(undecided, buffer, timed, deadlineNanos);
            if (count == 0) {
                count = read(buffer, timed, deadlineNanos);
            }
            atEnd = count < 0;
            return count;
        } finally {
            lock.unlock();
            // The Cleaner must not close the socket under a reader that nobody else shares the socket with.
            Reference.reachabilityFence(socket);
        }
    }

    /**
     * Reads what the opening has read ahead, or waits until it is decided; returns 0 if the channel is to be read now.
     */
    private int readFirst(OpeningDriver undecided, ByteBuffer buffer, boolean timed, long deadlineNanos)
            throws IOException {
        state.requireOpen();
        // The reader waits in any case: no server has answered yet.
        conversation.waits();
        try {
            int count = undecided.read(buffer, readable.abort(), timed, deadlineNanos, connection);
            state.requireOpen();
            if (count > 0) {
                conversation.answers(buffer.duplicate().flip().position(buffer.position() - count));
                return count;
            }
        } catch (SocketException e) {
            reset = true;
            throw state.asPlainSocketThrows(e);
        } catch (ClosedChannelException e) {
            throw state.asPlainSocketThrows(e);
        }
        channel = undecided.channel();
        opening = null;
        return 0;
    }

    private int read(ByteBuffer buffer, boolean timed, long deadlineNanos) throws IOException {
        for (int round = 0; ; round++) {
            state.requireOpen();
            if (reset) {
                throw new SocketException("Connection reset");
            }
            int count;
            try {
                count = channel.read(buffer);
            } catch (SocketException e) {
                // A channel throws this type for a reset only.
                reset = true;
                conversation.waits();
                throw state.asPlainSocketThrows(e);
            } catch (IOException e) {
                throw state.asPlainSocketThrows(e);
            }
            if (count > 0) {
                if (!conversation.isOver()) {
                    conversation.answers(buffer.duplicate().flip().position(buffer.position() - count));
                }
                return count;
            }
            conversation.waits();
            if (count < 0) {
                state.requireOpen();
                return count;
            }
            if (!readable.await(channel, timed, deadlineNanos, round)) {
                throw new SocketTimeoutException("Read timed out");
            }
        }
    }

    private void lock(boolean timed, long deadlineNanos) throws SocketTimeoutException {
        if (!timed) {
            lock.lock();
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (!lock.tryLock(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        throw new SocketTimeoutException("Read timed out");
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public int available() throws IOException {
        state.requireOpen();
        OpeningDriver first = opening;
        int ahead = first == null ? 0 : first.available();
        try {
            // The channel itself cannot tell. Its adaptor asks the kernel, and neither waits nor changes the mode.
            Socket adaptor = (first == null ? channel : first.channel()).socket();
            return adaptor.isInputShutdown()
                    ? 0
                    : ahead + adaptor.getInputStream().available();
        } catch (IOException e) {
            throw state.asPlainSocketThrows(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
