package dev.connie.internal.socket;

import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Writes a connected non-blocking channel as a plain socket's stream writes: it blocks. Thread-safe. */
public final class ChannelOutput extends OutputStream {
    private static final String BROKEN = "Broken pipe";
    private static final String ADAPTOR_HAS_NO_ROOM = "Socket buffer full";
    private static final String NO_ROOM = "No buffer space available";

    // Both guarded by the lock. While it is undecided which channel is the socket's, the opening decides; then it is
    // null.
    private SocketChannel channel;
    private @Nullable OpeningDriver opening;
    private final RacingSocketImpl socket;
    private final OpenState state;
    private final Connection connection;
    private final Readiness writable;
    // One writer at a time, whose bytes go out together. Not a monitor, which a virtual thread could not leave.
    private final ReentrantLock lock = new ReentrantLock();
    private final Conversation conversation;

    ChannelOutput(Winner winner, RacingSocketImpl socket, OpenState state, Connection connection, Readiness writable) {
        this.channel = winner.channel();
        this.opening = winner.opening();
        this.socket = socket;
        this.state = state;
        this.connection = connection;
        this.conversation = connection.conversation();
        this.writable = writable;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0) {
            return;
        }
        lock.lock();
        try {
            int end = off + len;
            int first = opening == null ? 0 : writeFirst(opening, b, off, len);
            for (int position = off + first; position < end; ) {
                int size = Math.min(end - position, ChannelInput.MAX_BYTES_AT_ONCE);
                position += write(ByteBuffer.wrap(b, position, size));
            }
        } finally {
            lock.unlock();
            // The Cleaner must not close the socket under a writer that nobody else shares the socket with.
            Reference.reachabilityFence(socket);
        }
    }

    /** Gives the bytes to the opening; returns how many of them need not be written any more. */
    private int writeFirst(OpeningDriver undecided, byte[] b, int off, int len) throws IOException {
        state.requireOpen();
        conversation.asks(ByteBuffer.wrap(b, off, len));
        int taken;
        try {
            taken = undecided.write(b, off, len, connection);
        } catch (IOException e) {
            conversation.breaks();
            throw state.asPlainSocketThrows(e);
        }
        if (undecided.isDecided()) {
            follow(undecided);
        }
        return taken;
    }

    private void follow(OpeningDriver decided) throws IOException {
        channel = decided.channel();
        opening = null;
        ByteBuffer unsent = decided.unsent();
        while (unsent.hasRemaining()) {
            write(unsent);
        }
    }

    private int write(ByteBuffer buffer) throws IOException {
        for (int round = 0; ; round++) {
            state.requireOpen();
            int count;
            if (!conversation.isOver()) {
                conversation.asks(buffer);
            }
            try {
                count = channel.write(buffer);
            } catch (ClosedChannelException e) {
                // A channel whose output was shut down says that it is closed; the kernel says that the pipe is broken.
                throw channel.isOpen() ? new SocketException(BROKEN) : state.asPlainSocketThrows(e);
            } catch (IOException e) {
                conversation.breaks();
                throw state.asPlainSocketThrows(e);
            }
            if (count > 0) {
                return count;
            }
            writable.await(channel, false, 0, round);
        }
    }

    /** Sends one byte of urgent data. */
    void writeUrgent(int data) throws IOException {
        lock.lock();
        try {
            state.requireOpen();
            if (opening != null) {
                opening.commit(connection);
                follow(opening);
            }
            // Only the channel's adaptor can send it; on a non-blocking channel it does not wait.
            channel.socket().sendUrgentData(data);
        } catch (ClosedChannelException e) {
            // A plain socket throws an IOException here, too, that is no SocketException.
            throw channel.isOpen() ? new IOException(BROKEN) : state.asPlainSocketThrows(e);
        } catch (IOException e) {
            throw ADAPTOR_HAS_NO_ROOM.equals(e.getMessage()) ? new SocketException(NO_ROOM) : e;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
