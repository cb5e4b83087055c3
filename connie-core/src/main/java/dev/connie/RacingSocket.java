package dev.connie;

import java.net.Socket;

/** A socket that connects by a {@link SocketConnector}. */
final class RacingSocket extends Socket {
    RacingSocket(SocketConnector connector) {}
}
