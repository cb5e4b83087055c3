package dev.connie;

import dev.connie.internal.lineup.LineupBook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/**
 * The addresses of one name resolution and what became of each, shared by the sockets that one client call opens.
 *
 * <p>Clients try the addresses of a host one by one, each with a fresh socket, and move on when a connect or a TLS
 * handshake fails. Sockets of one lineup make that loop and the race agree: the first connect races all addresses; after
 * it has won, a further connect races those that are left; once all have failed, further connects fail at once. A connect
 * that comes while a race runs joins it.
 *
 * <p>For adapters to such clients, which get one from {@link Connector#lineup}. Thread-safe.
 */
public final class Lineup {
    private final LineupBook book;

    Lineup(LineupBook book) {
        this.book = book;
    }

    LineupBook book() {
        return book;
    }

    /**
     * Returns a lineup of the same addresses in which a close() of a socket, by a thread other than the one that made it,
     * ends the whole lineup: sockets that connect are aborted, later connects fail at once. For clients whose cancel
     * closes one socket and whose loop would then try the next address.
     */
    public Lineup endedByForeignClose() {
        return new Lineup(book.endedByForeignClose());
    }

    /** Returns the addresses, in the order in which the client is to try them. */
    public List<InetAddress> addresses() {
        return book.addresses();
    }

    /**
     * Returns an unconnected socket. When it connects to an address of this lineup it takes part in the race; when it
     * connects to another address, just that is connected to.
     */
    public Socket newSocket() {
        return book.newSocket();
    }

    /** Returns a new exception for each address that has failed so far, of its own type, with the address in it. */
    public List<IOException> failures() {
        return book.failures();
    }

    /** Aborts the sockets that connect and makes later connects fail with "Socket closed". */
    public void cancel() {
        book.cancel();
    }

    @Override
    public String toString() {
        return "Lineup[" + book + "]";
    }
}
