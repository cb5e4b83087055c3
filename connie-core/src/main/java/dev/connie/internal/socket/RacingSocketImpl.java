package dev.connie.internal.socket;

import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.Failures;
import dev.connie.internal.drive.OpeningDriver;
import dev.connie.internal.drive.VirtualThread;
import dev.connie.internal.drive.Winner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is inside a {@link RacingSocket}: a channel that behaves as a plain socket does, to the exceptions' messages. The
 * channel is non-blocking all its life, because a blocking one dies when an interrupted thread reads it, and with it the
 * calls of everybody else on the same connection.
 *
 * <p>Client side only. Thread-safe; {@link #close} takes no lock.
 */
public final class RacingSocketImpl extends SocketImpl implements OpeningDriver.Owner {
    private final SocketConnector connector;
    private final ChannelSlot slot = new ChannelSlot();
    private final SocketSettings settings = new SocketSettings(slot);
    private final ReentrantLock connectLock = new ReentrantLock();
    // Both are aborted by close, and say to every thread that the socket is closed. A connect comes before all reads.
    private final Abort connectingOrReading = new Abort();
    private final Abort writing = new Abort();

    // Written once, when the socket comes into use.
    private volatile Cleaner.@Nullable Cleanable cleanable;
    // Written once, by the connecting thread.
    private volatile @Nullable Connected connected;
    // Written once, by the thread that asks: whether the socket came into use after it was closed, as JDK 17 lets it
    // when
    // it is asked for its traffic class. A plain socket is open again inside, with a new descriptor.
    private volatile boolean broughtUpClosed;

    RacingSocketImpl(SocketConnector connector) {
        this.connector = connector;
    }

    void presetTcpNoDelay() {
        settings.preset(StandardSocketOptions.TCP_NODELAY, true);
    }

    boolean isOpen() {
        return !connectingOrReading.isAborted();
    }

    void requireOpen() throws SocketException {
        if (!isOpen()) {
            throw new SocketException("Socket closed");
        }
    }

    int soTimeoutMillis() {
        return settings.soTimeoutMillis();
    }

    /** Returns whether the connected channel was closed, by us or by something that reached it otherwise. */
    boolean isChannelClosed() {
        Connected now = connected;
        return now != null && !now.channel().isOpen();
    }

    /** Returns the exception that a plain socket throws where the channel threw the given one. */
    IOException asPlainSocketThrows(IOException thrown) {
        if (!isOpen() || thrown instanceof ClosedChannelException) {
            return new SocketException("Socket closed");
        }
        if (thrown instanceof SocketException) {
            return thrown;
        }
        SocketException error = new SocketException(thrown.getMessage());
        error.setStackTrace(thrown.getStackTrace());
        return error;
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new IOException("Datagram socket creation not supported");
        }
        broughtUpClosed = !isOpen();
        cleanable = slot.closeAfter(this);
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(new InetSocketAddress(address, port), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int timeoutMillis) throws IOException {
        if (!(remote instanceof InetSocketAddress target)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        if (target.isUnresolved()) {
            throw new UnknownHostException(target.getHostName());
        }
        if (target.getAddress().isAnyLocalAddress()) {
            target = new InetSocketAddress(InetAddress.getLocalHost(), target.getPort());
        }
        boolean done = false;
        connectLock.lock();
        try {
            requireOpen();
            if (connected != null) {
                throw new SocketException("Already connected");
            }
            adopt(
                    connector.connect(target, timeoutMillis, settings, connectingOrReading, VirtualThread.isCurrent()),
                    target);
            done = true;
        } catch (ClosedByInterruptException e) {
            throw new SocketException(isOpen() ? "Closed by interrupt" : "Socket closed");
        } catch (IOException e) {
            throw isOpen() ? e : new SocketException("Socket closed");
        } finally {
            connectLock.unlock();
            if (!done) {
                // After a failed connect a plain socket's inside is closed; its outside says so from JDK 25 on only.
                close();
            }
        }
    }

    /** Takes over the channel: it is the socket's from here on, or closed. */
    private void adopt(Winner winner, InetSocketAddress target) throws IOException {
        int ownPort = settings.adopt(winner);
        SocketChannel channel = winner.channel();
        InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
        // The caller's own object knows the name that was asked for.
        address = peer.getAddress().equals(target.getAddress()) ? target.getAddress() : peer.getAddress();
        port = peer.getPort();
        localport = ownPort;
        Readiness readable = new Readiness(SelectionKey.OP_READ, connectingOrReading);
        Readiness writable = new Readiness(SelectionKey.OP_WRITE, writing);
        OpeningDriver opening = winner.opening();
        Conversation conversation = new Conversation();
        connected = new Connected(
                channel,
                opening,
                peer,
                new ChannelInput(winner, this, readable, conversation),
                new ChannelOutput(winner, this, writable, conversation),
                conversation);
        if (opening != null) {
            opening.adoptedBy(settings);
        }
    }

    /** Called on a thread that reads or writes. */
    @Override
    public void keepChannel(OpeningDriver opening) {
        settings.decided();
        decide(opening, opening.channel(), null);
    }

    /** Called on a thread that reads or writes. */
    @Override
    public void takeOver(OpeningDriver opening, SocketChannel newcomer) {
        InetSocketAddress peer = null;
        try {
            localport = settings.decidedFor(newcomer);
            peer = (InetSocketAddress) newcomer.getRemoteAddress();
        } catch (IOException ignored) {
            // It broke just now. Whoever reads or writes next will see how.
        }
        if (peer != null) {
            address = peer.getAddress();
            port = peer.getPort();
        }
        decide(opening, newcomer, peer);
    }

    private void decide(OpeningDriver opening, SocketChannel channel, @Nullable InetSocketAddress peer) {
        slot.decide(opening, channel);
        Connected before = connected;
        if (before != null) {
            connected = new Connected(
                    channel,
                    null,
                    peer == null ? before.peer() : peer,
                    before.input(),
                    before.output(),
                    before.conversation());
        }
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        requireOpen();
        try {
            localport = settings.bind(host, port);
        } catch (RuntimeException e) {
            throw Failures.asIOException(e);
        } catch (IOException e) {
            throw asPlainSocketThrows(e);
        }
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("Not a server socket");
    }

    @Override
    protected void accept(SocketImpl s) throws IOException {
        throw new SocketException("Not a server socket");
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return requireConnected().input();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return requireConnected().output();
    }

    @Override
    protected int available() throws IOException {
        return requireConnected().input().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        try {
            requireDecided().channel().shutdownInput();
        } catch (IOException e) {
            throw asPlainSocketThrows(e);
        }
    }

    @Override
    protected void shutdownOutput() throws IOException {
        try {
            requireDecided().channel().shutdownOutput();
        } catch (IOException e) {
            throw asPlainSocketThrows(e);
        }
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        requireConnected().output().writeUrgent(data);
    }

    /** Ends whatever the socket is doing, from any thread. */
    @Override
    protected void close() {
        // Before anything else: the connecting thread must not go on to another address when it wakes up, and it
        // may well be the first to close the slot.
        connector.socketClosed();
        // Then those that wait: a channel that a selector still knows keeps its descriptor, and sends no reset.
        connectingOrReading.abort();
        writing.abort();
        if (slot.close(settings.lingerSeconds() == 0)) {
            Cleaner.Cleanable registered = cleanable;
            if (registered != null) {
                registered.clean();
            }
            // Last of all, since a policy has locks of its own.
            Connected last = connected;
            if (last != null) {
                connector.ended(last.peer(), last.conversation().impression());
            }
        }
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return SupportedOptions.all();
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        SupportedOptions.require(option, value);
        requireOpen();
        try {
            settings.set(option, value);
        } catch (ClosedChannelException e) {
            throw asPlainSocketThrows(e);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        SupportedOptions.require(option);
        requireOpen();
        try {
            return settings.get(option);
        } catch (ClosedChannelException e) {
            throw asPlainSocketThrows(e);
        }
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        requireOpen();
        try {
            LegacyOptions.set(settings, id, value);
        } catch (IOException | RuntimeException e) {
            throw asSocketException(e);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        if (broughtUpClosed && id == SocketOptions.IP_TOS) {
            return 0;
        }
        requireOpen();
        try {
            return LegacyOptions.get(settings, id);
        } catch (IOException | RuntimeException e) {
            throw asSocketException(e);
        }
    }

    private Connected requireConnected() throws SocketException {
        if (!broughtUpClosed) {
            requireOpen();
        }
        Connected now = connected;
        if (now == null) {
            throw new SocketException("Not connected");
        }
        return now;
    }

    /** Decides which channel is the socket's, if that is open. */
    private Connected requireDecided() throws SocketException {
        OpeningDriver opening = requireConnected().opening();
        if (opening != null) {
            opening.commit(this);
        }
        return requireConnected();
    }

    private SocketException asSocketException(Exception e) {
        IOException error = asPlainSocketThrows(e instanceof IOException io ? io : new IOException(e.getMessage()));
        return error instanceof SocketException socketError ? socketError : new SocketException(error.getMessage());
    }

    /** @param opening decides which channel it will be; null once that is decided */
    private record Connected(
            SocketChannel channel,
            @Nullable OpeningDriver opening,
            InetSocketAddress peer,
            ChannelInput input,
            ChannelOutput output,
            Conversation conversation) {}
}
