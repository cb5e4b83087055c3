package dev.connie.internal.socket;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/** A client socket that connects by a {@link SocketConnector}; in all else a plain socket. */
public final class RacingSocket extends Socket {
    private final RacingSocketImpl inside;

    private RacingSocket(RacingSocketImpl inside) throws SocketException {
        super(inside);
        this.inside = inside;
    }

    /** Returns an unconnected socket. */
    public static RacingSocket connectingBy(SocketConnector connector) {
        try {
            return new RacingSocket(new RacingSocketImpl(connector));
        } catch (SocketException impossible) {
            // Declared by the constructor of Socket, which opens nothing.
            throw new AssertionError(impossible);
        }
    }

    /** Has TCP_NODELAY set on the channel to come, unless somebody sets it otherwise. Opens nothing. */
    public void presetTcpNoDelay() {
        inside.presetTcpNoDelay();
    }

    @Override
    public void close() throws IOException {
        super.close();
        // Up to JDK 17 at least, the superclass forgets it if another thread is just bringing the socket into use.
        inside.close();
    }

    /** Returns true also when the channel was closed underneath, so that no pool reuses the connection. */
    @Override
    public boolean isClosed() {
        return super.isClosed() || inside.isChannelClosed();
    }
}
