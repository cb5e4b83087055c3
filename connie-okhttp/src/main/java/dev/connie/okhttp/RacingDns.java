package dev.connie.okhttp;

import dev.connie.Connector;
import dev.connie.Lineup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import okhttp3.Dns;

/**
 * Answers with addresses by whose identity the sockets of the connector's factory find their race. OkHttp carries the
 * objects it gets from here through to {@link java.net.Socket#connect}, also when it retries.
 *
 * <p>Has {@code lookup} only, which every version of OkHttp knows. In 5.5 and up it inherits a {@code newCall} whose
 * result OkHttp recognizes, and then calls {@code lookup} on its own thread.
 */
class RacingDns implements Dns {
    private final Connector connector;

    RacingDns(Connector connector) {
        this.connector = connector;
    }

    /** Returns the addresses that come first, where the connector's resolver hands them over as they come. */
    @Override
    public final List<InetAddress> lookup(String host) throws UnknownHostException {
        // OkHttp does not tell a Dns how long a connect may take. The resolver has a limit of its own.
        return enlist(connector.lineupOf(host, Duration.ZERO));
    }

    /**
     * Returns copies of these addresses that make one race; the one that won last comes first.
     *
     * @throws UnknownHostException if none of them can be connected to
     */
    final List<InetAddress> enlist(String host, List<InetAddress> addresses) throws UnknownHostException {
        return enlist(connector.lineup(host, addresses));
    }

    private List<InetAddress> enlist(Lineup lineup) {
        return connector.socketFactory().enlist(lineup);
    }

    @Override
    public final String toString() {
        return "RacingDns[" + connector.resolver() + "]";
    }
}
