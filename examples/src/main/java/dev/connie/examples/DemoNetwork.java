package dev.connie.examples;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The network of the demonstration: hosts on loopback addresses, all on one port, most of them broken, each in the way that
 * its {@link Host} says. The working ones answer HTTP and say who they are. Closing it closes everything.
 *
 * <p>Linux only: there all of 127.0.0.0/8 is this machine, and a listener whose queue is full drops SYNs.
 */
final class DemoNetwork implements AutoCloseable {
    /** How long the busy host has no room for a connection, from the moment a round begins. */
    static final Duration BUSY = Duration.ofMillis(1500);

    private static final int PORTS_TO_TRY = 5;

    /**
     * A host of the network.
     *
     * @param behaviour what becomes of a connect to it, in words
     */
    record Host(InetAddress address, String behaviour) {}

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<Host> hosts = new ArrayList<>();
    private final InetAddress refusing = address("127.0.8.1");
    private final InetAddress busy = address("127.0.8.3");
    private final InetAddress working = address("127.0.8.4");
    private final int port;

    private DemoNetwork() throws IOException {
        try {
            port = keep(new DemoServer(new ServerSocket(0, 50, working), Duration.ZERO))
                    .port();
            if (hasIpv6()) {
                hosts.add(new Host(silent("::1"), "drops every SYN: IPv6 that leads nowhere"));
            }
            // Bound, so that nobody else listens there; not listening, so that the kernel refuses.
            keep(SocketChannel.open()).bind(new InetSocketAddress(refusing, port));
            hosts.add(new Host(refusing, "refuses: a server that is being restarted"));
            hosts.add(new Host(silent("127.0.8.2"), "drops every SYN: a dead server"));
            // Once, to see that the port is free there too.
            newRound().close();
            hosts.add(
                    new Host(busy, "drops every SYN for " + BUSY.toMillis() / 1000.0 + " s: a server that is overrun"));
            hosts.add(new Host(working, "answers at once"));
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /**
     * Opens a network on a port that is free on all its addresses.
     *
     * @throws IOException if this machine lacks such addresses
     */
    static DemoNetwork open() throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IOException("it needs Linux, where all of 127.0.0.0/8 is this machine");
        }
        for (int i = 1; ; i++) {
            try {
                return new DemoNetwork();
            } catch (BindException taken) {
                if (i == PORTS_TO_TRY) {
                    throw taken;
                }
            }
        }
    }

    /** Returns all hosts, in the order in which a resolver is to list them. */
    List<Host> hosts() {
        return List.copyOf(hosts);
    }

    /** Returns the address of the host that works. */
    InetAddress working() {
        return working;
    }

    /** Returns the address of the host that refuses. */
    InetAddress refusing() {
        return refusing;
    }

    int port() {
        return port;
    }

    /** Makes the busy host busy, for {@link #BUSY} from now. Each client gets a round, so that all find the same network. */
    Round newRound() throws IOException {
        return new Round();
    }

    /** A time in which the busy host exists. */
    final class Round implements AutoCloseable {
        private final List<SocketChannel> fillers = new ArrayList<>();
        private final DemoServer server;

        private Round() throws IOException {
            ServerSocket listener = new ServerSocket(port, 1, busy);
            server = new DemoServer(listener, BUSY);
            try {
                fill(listener, fillers);
            } catch (Throwable failure) {
                close();
                throw failure;
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (SocketChannel filler : fillers) {
                filler.close();
            }
        }
    }

    private InetAddress silent(String literal) throws IOException {
        ServerSocket listener = keep(new ServerSocket(port, 1, address(literal)));
        List<SocketChannel> fillers = new ArrayList<>();
        fill(listener, fillers);
        fillers.forEach(this::keep);
        return listener.getInetAddress();
    }

    /** Fills the queue of a listener, so that the kernel drops further SYNs. */
    static void fill(ServerSocket listener, List<SocketChannel> fillers) throws IOException {
        // A queue of 1 holds two connections; the others keep it from having room for a third.
        for (int i = 0; i < 4; i++) {
            SocketChannel filler = SocketChannel.open();
            fillers.add(filler);
            filler.configureBlocking(false);
            filler.connect(listener.getLocalSocketAddress());
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket(0, 1, address("::1"))) {
            return probe.isBound();
        } catch (IOException none) {
            // Not on this machine, or not in this JVM; the demonstration then shows IPv4 alone.
            return false;
        }
    }

    private static InetAddress address(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.push(opened);
        return opened;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception ignored) {
                // Of loopback sockets, at the end of the demonstration: nothing is lost.
            }
        }
    }
}
