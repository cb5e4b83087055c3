package dev.connie.internal.drive;

import dev.connie.race.Opening;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs one {@link Opening} on the threads that read and write the socket, until it is decided which channel is the
 * socket's. Thread-safe; {@link #close} waits for nobody.
 *
 * <p>It knows nothing of the socket, so that it can be closed when the user dropped that.
 */
public final class OpeningDriver {
    /** Named, they are loaded with this class. */
    static final List<Class<?>> NEEDED =
            List.of(Losers.class, PendingNotices.class, RunnersUp.class, RunnerUp.class, IdleOpenings.class);

    /** The socket whose channel may change. Called with the lock held. */
    public interface Owner {
        /** Makes this channel, which was not its own, the socket's. */
        void takeOver(OpeningDriver opening, SocketChannel newcomer);

        /** Keeps the channel that it has. */
        void keepChannel(OpeningDriver opening);
    }

    /** Is told of the end, without a lock held. */
    public interface Books {
        /** @param connection the address that the socket is connected to, well or ill; null if it was closed before */
        void ended(RaceReport report, @Nullable InetSocketAddress connection);
    }

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, as is what is not final below, but where that says otherwise.
    private final RunnersUp servers;
    private final SocketChannel winnersChannel;
    private @Nullable Books books;
    // Who waits for an answer, and is woken when there is something to do.
    private @Nullable Abort waiter;
    // Written once, by whoever decides; read without the lock by both streams.
    private volatile @Nullable RunnerUp connection;
    // Written by whoever closes, without the lock.
    private volatile boolean closed;

    OpeningDriver(RunnersUp servers) {
        this.servers = servers;
        this.winnersChannel = servers.winner().channel;
    }

    /** Begins to work for a socket, which has these settings. */
    public void adoptedBy(ChannelSource settings) {
        lock.lock();
        boolean holdsAny = servers.holdsAny();
        servers.openFrom(settings);
        unlock();
        if (holdsAny) {
            IdleOpenings.watch(this);
        }
    }

    /** Has somebody told of the end, however that comes. */
    public void tellAtEnd(Books whom) {
        lock.lock();
        books = whom;
        unlock();
    }

    /** Returns the channel that is the socket's: the winner's, until it is decided. */
    public SocketChannel channel() {
        RunnerUp decided = connection;
        return decided == null ? winnersChannel : decided.channel;
    }

    /** Returns whether it is decided which channel is the socket's. */
    public boolean isDecided() {
        return connection != null;
    }

    /**
     * Looks at what the client writes.
     *
     * @return how many bytes are taken over; if not all are, it is decided, and the caller writes the rest itself
     * @throws IOException if nobody is left to send the hello to
     */
    public int write(byte[] bytes, int offset, int count, Owner owner) throws IOException {
        lock.lock();
        try {
            if (servers.opening().isOver() || closed) {
                return 0;
            }
            int hellos = servers.write(bytes, offset, count, () -> closed);
            settle(owner);
            RunnerUp decided = connection;
            IOException failure = decided == null ? null : decided.failure();
            if (failure != null && hellos > 0) {
                throw failure;
            }
            return hellos;
        } finally {
            wakeWaiter();
            unlock();
        }
    }

    /** Decides for the channel that leads, because it is to be used in a way that knows no other. */
    public void commit(Owner owner) {
        lock.lock();
        try {
            if (!servers.opening().isOver() && !closed) {
                servers.opening().commit(System.nanoTime());
                settle(owner);
            }
        } finally {
            wakeWaiter();
            unlock();
        }
    }

    /** Returns what the connection still has to be sent of what {@link #write} took over; once it is decided. */
    public ByteBuffer unsent() {
        lock.lock();
        try {
            RunnerUp decided = connection;
            return decided == null ? ByteBuffer.allocate(0) : decided.unsent(servers.hello());
        } finally {
            unlock();
        }
    }

    /**
     * Reads what the server had said when it was decided for. Waits until it is, on the calling thread.
     *
     * @param abort ends the wait
     * @return the count of bytes; 0 if there are no more, or if the wait was aborted
     * @throws SocketTimeoutException if there was no decision in time; it may still come
     * @throws IOException if the connection turned out to be broken
     */
    public int read(ByteBuffer buffer, Abort abort, boolean timed, long deadlineNanos, Owner owner) throws IOException {
        if (connection == null && !await(abort, timed, deadlineNanos, owner)) {
            throw new SocketTimeoutException("Read timed out");
        }
        lock.lock();
        try {
            RunnerUp decided = connection;
            return decided == null ? 0 : decided.read(buffer);
        } finally {
            unlock();
        }
    }

    /** Returns how many bytes {@link #read} has without waiting. */
    public int available() {
        lock.lock();
        try {
            RunnerUp decided = connection;
            return decided == null ? 0 : decided.available();
        } finally {
            unlock();
        }
    }

    /** Waits until it is decided, or aborted; false if time ran out. */
    private boolean await(Abort abort, boolean timed, long deadlineNanos, Owner owner) throws IOException {
        Selector selector = null;
        boolean interrupted = false;
        lock.lock();
        try {
            waiter = abort;
            while (true) {
                // Also before the first wait, in which everybody is tried: the answer may be here.
                if (!closed && !abort.isAborted()) {
                    servers.hear();
                    servers.drive(() -> closed);
                    settle(owner);
                }
                if (servers.opening().isOver() || closed || abort.isAborted()) {
                    return true;
                }
                long now = System.nanoTime();
                long left = timed ? deadlineNanos - now : Long.MAX_VALUE;
                if (left <= 0) {
                    return false;
                }
                long nanos = Math.min(servers.opening().nanosUntilNextEvent(now), left);
                if (selector == null) {
                    selector = SelectorPool.take();
                }
                if (selector == null) {
                    abort.willPark();
                } else {
                    servers.register(selector);
                    selector.selectedKeys().clear();
                    abort.willSelect(selector);
                }
                unlock();
                try {
                    SelectorPool.await(selector, nanos, abort);
                } finally {
                    lock.lock();
                }
                // While the interrupt status is set, every wait ends at once.
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (VirtualThread.isCurrent()) {
                        throw new InterruptedIOException();
                    }
                }
            }
        } finally {
            abort.waitsNoMore();
            waiter = null;
            if (selector != null) {
                // Which also frees the descriptors of what was closed.
                SelectorPool.giveBack(selector);
                servers.areUnregistered();
            }
            unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void wakeWaiter() {
        if (waiter != null) {
            waiter.wake();
        }
    }

    /** Once it is decided, makes the connection's channel the socket's, and closes the others. */
    private void settle(Owner owner) {
        RunnerUp decided = servers.connection();
        if (decided == null || servers.hasEnded()) {
            return;
        }
        if (decided == servers.winner()) {
            owner.keepChannel(this);
        } else {
            owner.takeOver(this, decided.channel);
        }
        connection = decided;
        servers.end(books);
    }

    /**
     * Gives back the runners-up, unless somebody waits for an answer just now. Returns whether none is left that could be
     * given back.
     */
    boolean giveBackIfIdle() {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            boolean idle = waiter == null;
            if (idle && !servers.opening().isOver()) {
                servers.giveBack();
            }
            return idle;
        } finally {
            unlock();
        }
    }

    /** Says that the socket is about to close its channel: to find that broken is then no failure of the server. */
    public void willClose() {
        closed = true;
    }

    /** Closes all but the connection; if need be as soon as who works with it lets go. */
    public void close() {
        closed = true;
        if (lock.tryLock()) {
            unlock();
        }
    }

    /** Lets go of the lock; and does what must not be done, or could not be, while it was held. */
    private void unlock() {
        do {
            if (closed && !servers.hasEnded()) {
                servers.opening().abandon(System.nanoTime());
                servers.end(books);
            }
            List<Runnable> notices = servers.takeNotices();
            lock.unlock();
            notices.forEach(Runnable::run);
            // Who closed meanwhile has found the lock taken.
        } while (closed && !servers.hasEnded() && lock.tryLock());
    }
}
