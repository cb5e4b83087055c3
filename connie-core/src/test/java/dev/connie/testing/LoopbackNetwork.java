package dev.connie.testing;

import dev.connie.HostResolver;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/**
 * A network on loopback addresses of its own, all on one port: hosts that accept, refuse, or swallow SYNs. Closing it
 * closes all of them. Where not all of 127.0.0.0/8 is this machine, as Linux has it, tests that open one are skipped.
 */
public final class LoopbackNetwork implements AutoCloseable {
    /** Another network may stand in for 127.0.0.0/8, in a namespace that has it on its loopback interface. */
    private static final int FIRST_OCTET = Integer.getInteger("connie.test.network", 127);

    private final int subnet = ThreadLocalRandom.current().nextInt(1, 65_000);
    private final int port;
    private final Deque<Closeable> open = new ArrayDeque<>();
    private int nextHost = 1;

    private LoopbackNetwork() throws IOException {
        // Held, so that the port stays ours.
        ServerSocket reservation = new ServerSocket(0, 1, newAddress());
        open.push(reservation);
        port = reservation.getLocalPort();
    }

    public static LoopbackNetwork open() {
        try {
            return new LoopbackNetwork();
        } catch (IOException e) {
            if (!System.getProperty("os.name").equals("Linux")) {
                Assumptions.abort("needs all of 127.0.0.0/8 to be this machine, as Linux has it: " + e.getMessage());
            }
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the port of every host of this network. */
    public int port() {
        return port;
    }

    /** Returns an address at which nobody listens, for a server of the test's own, or to be refused. */
    public InetAddress newAddress() {
        try {
            return InetAddress.getByAddress(new byte[] {
                (byte) FIRST_OCTET, (byte) (1 + subnet / 256 % 250), (byte) (subnet % 256), (byte) nextHost++
            });
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Returns an address that refuses connections. */
    public InetAddress refusing() {
        return newAddress();
    }

    /** Returns a server whose connections the kernel completes; the test may accept them. */
    public ServerSocket listening() {
        return listeningAt(newAddress());
    }

    /** Returns a server like {@link #listening} at an address of this network. */
    public ServerSocket listeningAt(InetAddress address) {
        try {
            ServerSocket server = new ServerSocket(port, 100, address);
            open.push(server);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns an address that answers no SYN: a listener whose queue is full. */
    public InetAddress silent() {
        return silentServer().getInetAddress();
    }

    /**
     * Returns a listener whose queue is full, so that it answers no SYN. Accepting from it makes room: a client's next
     * SYN, about 1 s after its first, is then answered.
     */
    public ServerSocket silentServer() {
        try {
            ServerSocket server = new ServerSocket(port, 1, newAddress());
            open.push(server);
            // A queue of 1 holds two connections; the others keep it from having room for a third.
            for (int i = 0; i < 4; i++) {
                SocketChannel filler = SocketChannel.open();
                open.push(filler);
                filler.configureBlocking(false);
                filler.connect(server.getLocalSocketAddress());
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes room in the queue of a silent server, so that it answers SYNs, until this is true. */
    public static void acceptUntil(ServerSocket server, BooleanSupplier done) throws IOException {
        server.setSoTimeout(50);
        while (!done.getAsBoolean()) {
            try {
                server.accept().close();
            } catch (SocketTimeoutException noneYet) {
                // The next SYN may take a second.
            }
        }
    }

    public InetSocketAddress at(InetAddress address) {
        return new InetSocketAddress(address, port);
    }

    public List<InetSocketAddress> at(InetAddress... addresses) {
        List<InetSocketAddress> result = new ArrayList<>();
        for (InetAddress address : addresses) {
            result.add(at(address));
        }
        return result;
    }

    /** Returns a resolver that knows one host, which has these addresses. */
    public static HostResolver resolving(String host, InetAddress... addresses) {
        return name -> {
            if (!name.equals(host)) {
                throw new UnknownHostException(name);
            }
            List<InetAddress> named = new ArrayList<>();
            for (InetAddress address : addresses) {
                named.add(InetAddress.getByAddress(host, address.getAddress()));
            }
            return named;
        };
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (IOException ignored) {
                // A test fixture that is going away.
            }
        }
    }
}
