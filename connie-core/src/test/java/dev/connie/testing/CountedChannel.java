package dev.connie.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A channel without a socket, so that an explorer can run it thousands of times: it connects, or is refused, at once. It
 * counts how often somebody closed it that had to, for closing it again does nothing.
 */
public final class CountedChannel extends SocketChannel {
    private final boolean refused;
    private @Nullable SocketAddress remote;
    private boolean isClosed;

    private CountedChannel(boolean refused) {
        super(SelectorProvider.provider());
        this.refused = refused;
    }

    public static CountedChannel accepted() {
        return new CountedChannel(false);
    }

    public static CountedChannel refused() {
        return new CountedChannel(true);
    }

    public boolean isClosed() {
        return isClosed;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        if (refused) {
            throw new ConnectException("Connection refused");
        }
        this.remote = remote;
        return true;
    }

    @Override
    public boolean finishConnect() {
        return remote != null;
    }

    @Override
    public boolean isConnected() {
        return remote != null;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return new InetSocketAddress(0);
    }

    @Override
    protected void implCloseSelectableChannel() {
        isClosed = true;
    }

    @Override
    protected void implConfigureBlocking(boolean block) {}

    @Override
    public SocketChannel shutdownInput() {
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() {
        return this;
    }

    @Override
    public SocketChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer dst) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer src) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}
