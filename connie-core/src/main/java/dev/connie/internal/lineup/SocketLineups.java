package dev.connie.internal.lineup;

import dev.connie.HostResolver;
import dev.connie.internal.drive.Abort;
import dev.connie.internal.drive.ChannelSource;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.drive.Winner;
import dev.connie.internal.lineup.LineupConnect.Sharing;
import dev.connie.internal.socket.Conversation.Impression;
import dev.connie.internal.socket.RacingSocket;
import dev.connie.internal.socket.SingleAddress;
import dev.connie.internal.socket.SocketConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the sockets of one factory find their lineup: by the address object that they are told to connect to, else by the
 * host name which it carries. Thread-safe.
 */
public final class SocketLineups {
    private final RaceSetup races;
    private final LineupsByHost byHost;
    private final LineupsByAddress byAddress = new LineupsByAddress();

    public SocketLineups(RaceSetup races, HostResolver resolver) {
        this.races = races;
        this.byHost = new LineupsByHost(races, resolver);
    }

    /** Returns an unconnected socket. */
    public Socket newSocket(boolean tcpNoDelay) {
        RacingSocket socket = RacingSocket.connectingBy(new LineupFinder());
        if (tcpNoDelay) {
            socket.presetTcpNoDelay();
        }
        return socket;
    }

    /** Returns the first address of a host. Like an enlisted one it leads to its lineup, whatever name it carries. */
    public InetAddress firstAddress(String host) throws UnknownHostException {
        return enlist(byHost.lineup(host)).get(0);
    }

    /** Returns copies of a lineup's addresses, in its order, by whose identity sockets find it. */
    public List<InetAddress> enlist(LineupBook lineup) {
        return byAddress.enlist(lineup);
    }

    /** Connects one socket of this factory. */
    private final class LineupFinder implements SocketConnector {
        // All written by the connecting thread, read by the closing one.
        private volatile @Nullable LineupBook lineup;
        private volatile @Nullable LineupConnect connect;
        private volatile boolean endedByForeignClose;

        @Override
        public Winner connect(
                InetSocketAddress remote, int timeoutMillis, ChannelSource source, Abort abort, boolean interruptible)
                throws IOException {
            int port = remote.getPort();
            LineupsByAddress.Place place = byAddress.find(remote.getAddress());
            NameWait wait = new NameWait(timeoutMillis, abort, interruptible);
            LineupBook found = place == null ? byHost.lineup(remote, wait) : place.lineup();
            int millisLeft = wait.timeoutMillisLeft();
            if (found == null) {
                return new SingleAddress(races).connect(remote, millisLeft, source, abort, interruptible);
            }
            int own = place == null ? found.indexOf(remote.getAddress()) : place.index();
            Sharing sharing = place == null ? Sharing.BY_HOST : Sharing.BY_ADDRESS;
            LineupConnect ours = new LineupConnect(sharing, own, port, millisLeft, source, abort, interruptible);
            connect = ours;
            lineup = found;
            endedByForeignClose = found.isEndedByForeignClose();
            return found.connect(ours);
        }

        @Override
        public void socketClosed() {
            LineupBook ours = lineup;
            LineupConnect connecting = connect;
            if (endedByForeignClose
                    && ours != null
                    && connecting != null
                    && Thread.currentThread().getId() != connecting.threadId) {
                ours.cancel();
            }
        }

        @Override
        public void ended(InetSocketAddress remote, Impression impression) {
            LineupBook ours = lineup;
            LineupConnect connected = connect;
            if (ours != null && connected != null) {
                ours.ended(connected, remote, impression);
            }
            if (impression == Impression.DISAPPOINTING) {
                races.disappointed(remote);
            }
        }
    }

    @Override
    public String toString() {
        return races.toString();
    }
}
