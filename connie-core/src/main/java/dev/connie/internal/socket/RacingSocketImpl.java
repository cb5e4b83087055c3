package dev.connie.internal.socket;

import dev.connie.internal.drive.Failures;
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
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a {@link RacingSocket}: a channel that behaves as a plain socket does, down to the messages of its
 * exceptions. The channel is non-blocking all its life, because a blocking one dies when an interrupted thread reads
 * it, and with it the calls of everybody else on the same connection.
 *
 * <p>Client side only. Thread-safe; {@link #close} takes no lock.
 */
public final class RacingSocketImpl extends SocketImpl {
    private final SocketConnector connector;
    private final ChannelSlot slot = new ChannelSlot();
    private final SocketSettings settings = new SocketSettings(slot);
    private final ReentrantLock connectLock = new ReentrantLock();
    private final OpenState state = new OpenState();

    // Written once, when the socket comes into use.
    private volatile Cleaner.@Nullable Cleanable cleanable;
    // Written once, by the connecting thread.
    private volatile @Nullable Connection connection;
    // Whether the socket came into use after it was closed, as JDK 17 lets it when it is asked for its traffic class. A
    // plain socket is open again inside, with a new descriptor. Written once, by the thread that asks.
    private volatile boolean broughtUpClosed;

    RacingSocketImpl(SocketConnector connector) {
        this.connector = connector;
    }

    void presetTcpNoDelay() {
        settings.preset(StandardSocketOptions.TCP_NODELAY, true);
    }

    int soTimeoutMillis() {
        return settings.soTimeoutMillis();
    }

    /** Returns whether the connected channel was closed, by this socket or by something else. */
    boolean isChannelClosed() {
        Connection now = connection;
        return now != null && !now.isChannelOpen();
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new IOException("Datagram socket creation not supported");
        }
        broughtUpClosed = !state.isOpen();
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
            state.requireOpen();
            if (connection != null) {
                throw new SocketException("Already connected");
            }
            adopt(
                    connector.connect(
                            target, timeoutMillis, settings, state.connectingOrReading(), VirtualThread.isCurrent()),
                    target);
            done = true;
        } catch (ClosedByInterruptException e) {
            throw state.isOpen() ? new SocketException("Closed by interrupt") : OpenState.closed();
        } catch (IOException e) {
            throw state.isOpen() ? e : OpenState.closed();
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
        Connection made = new Connection(this, state, settings, slot, winner);
        InetSocketAddress peer = made.peer();
        // If the target won, its own address object is kept: it knows the name that was asked for.
        boolean asAsked = peer.getAddress().equals(target.getAddress());
        connectedTo(asAsked ? target.getAddress() : peer.getAddress(), peer.getPort(), ownPort);
        connection = made;
        made.beginOpening();
    }

    /** Sets what the socket says of its connection: the remote address and both ports. */
    void connectedTo(InetAddress remote, int remotePort, int localPort) {
        address = remote;
        port = remotePort;
        localport = localPort;
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        state.requireOpen();
        try {
            localport = settings.bind(host, port);
        } catch (RuntimeException e) {
            throw Failures.asIOException(e);
        } catch (IOException e) {
            throw state.asPlainSocketThrows(e);
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
            requireConnected().decidedChannel().shutdownInput();
        } catch (IOException e) {
            throw state.asPlainSocketThrows(e);
        }
    }

    @Override
    protected void shutdownOutput() throws IOException {
        try {
            requireConnected().decidedChannel().shutdownOutput();
        } catch (IOException e) {
            throw state.asPlainSocketThrows(e);
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
        // Then wake those that wait: a channel that a selector still knows keeps its descriptor, and sends no reset.
        state.close();
        if (slot.close(settings.lingerSeconds() == 0)) {
            Cleaner.Cleanable registered = cleanable;
            if (registered != null) {
                registered.clean();
            }
            // Last of all comes the policy, which has locks of its own.
            Connection last = connection;
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
        state.requireOpen();
        try {
            settings.set(option, value);
        } catch (ClosedChannelException e) {
            throw state.asPlainSocketThrows(e);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        SupportedOptions.require(option);
        state.requireOpen();
        try {
            return settings.get(option);
        } catch (ClosedChannelException e) {
            throw state.asPlainSocketThrows(e);
        }
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        state.requireOpen();
        try {
            LegacyOptions.set(settings, id, value);
        } catch (IOException | RuntimeException e) {
            throw state.asSocketException(e);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        if (broughtUpClosed && id == SocketOptions.IP_TOS) {
            return 0;
        }
        state.requireOpen();
        try {
            return LegacyOptions.get(settings, id);
        } catch (IOException | RuntimeException e) {
            throw state.asSocketException(e);
        }
    }

    private Connection requireConnected() throws SocketException {
        if (!broughtUpClosed) {
            state.requireOpen();
        }
        Connection now = connection;
        if (now == null) {
            throw new SocketException("Not connected");
        }
        return now;
    }
}
