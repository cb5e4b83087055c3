package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.Sightings.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a deployment, one at each address of each copy. One thread accepts for all of them, and reads from
 * those that are never answered; who is to be answered gets a thread of the lab's pool.
 *
 * <p>A {@linkplain Fault#REFUSES refusing} one is none: its listener is closed when the fault begins and opened when it
 * ends, so that it is the kernel that resets; connections that it had go on. One that is silent, or mute in TLS, when it
 * accepts a connection is so to that connection's end.
 */
final class LabServers implements Closeable {
    // Linux holds it down to net.core.somaxconn, which is 4096 by default.
    private static final int BACKLOG = 1 << 16;
    private static final long FOR_EVER = 0;
    /** How late a server that refuses for a time may begin or end that. */
    private static final long REFUSAL_MILLIS = 5;

    private final Service service;
    private final Executor threads;
    private final Sightings sightings;
    private final Selector selector;
    private final List<Listener> listeners = new ArrayList<>();
    /** Those that a thread of the pool serves. */
    private final Set<SocketChannel> served = ConcurrentHashMap.newKeySet();

    private final ByteBuffer unread = ByteBuffer.allocateDirect(64 * 1024);
    private long startNanos;
    private CompletableFuture<Void> accepting = CompletableFuture.completedFuture(null);

    /** Written by who closes this, read by the accepting thread. */
    private volatile boolean stopping;
    /** Written by the accepting thread, read by who closes this. */
    private volatile @Nullable IOException failure;

    LabServers(Service service, Executor threads, Sightings sightings) throws IOException {
        this.service = service;
        this.threads = threads;
        this.sightings = sightings;
        selector = Selector.open();
    }

    /** Opens a server. Who connects is not served before {@link #start}. */
    void add(Place place) throws IOException {
        var listener = new Listener(place);
        listeners.add(listener);
        listener.openOrClose(0);
    }

    /** @param start when the deployment began, by {@link System#nanoTime} */
    void start(long start) {
        startNanos = start;
        accepting = CompletableFuture.runAsync(this::run, threads);
    }

    /** @throws IOException if some connections could not be accepted, so that the figures mean nothing */
    @Override
    public void close() throws IOException {
        stopping = true;
        selector.wakeup();
        accepting.join();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        for (SocketChannel channel : served) {
            channel.close();
        }
        IOException cause = failure;
        if (cause != null) {
            throw new IOException("The lab's servers could not accept: " + cause.getMessage(), cause);
        }
    }

    private void run() {
        List<Listener> refusing = listeners.stream()
                .filter(listener -> listener.place.replica.fault() == Fault.REFUSES)
                .toList();
        while (!stopping) {
            try {
                for (Listener listener : refusing) {
                    listener.openOrClose(elapsedNanos());
                }
                selector.select(this::ready, refusing.isEmpty() ? FOR_EVER : REFUSAL_MILLIS);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    private long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    private void fail(IOException cause) {
        failure = cause;
        // Likely there are no descriptors left, and others may close some.
        LockSupport.parkNanos(10_000_000);
    }

    private void ready(SelectionKey key) {
        try {
            if (key.attachment() instanceof Listener listener) {
                accept(listener, (ServerSocketChannel) key.channel());
            } else {
                drain((SocketChannel) key.channel());
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void accept(Listener listener, ServerSocketChannel server) throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            sightings.add(Kind.HANDSHAKE, listener.place.copy, listener.place.index);
            if (isAnswered(listener.place.replica.faultAfter(elapsedNanos()))) {
                SocketChannel connection = channel;
                served.add(connection);
                threads.execute(() -> serve(connection, listener.place.server));
            } else {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
            }
        }
    }

    private boolean isAnswered(Fault fault) {
        return switch (service) {
            case SINK -> false;
            case HTTP -> fault != Fault.SILENT;
            case HTTPS -> fault != Fault.SILENT && fault != Fault.MUTE_IN_TLS;
        };
    }

    private void serve(SocketChannel channel, HttpServer server) {
        try (channel) {
            server.serve(channel.socket());
        } catch (IOException ignored) {
            // The client has left, as the losers of a race do.
        } finally {
            served.remove(channel);
        }
    }

    /** Reads whatever has come, and closes when the client has. */
    private void drain(SocketChannel channel) throws IOException {
        int count = 1;
        try {
            while (count > 0) {
                count = channel.read(unread.clear());
            }
        } catch (IOException reset) {
            // That is an end, too.
            count = -1;
        }
        if (count < 0) {
            channel.close();
        }
    }

    /** Where which replica of which copy listens, and how it answers. */
    record Place(InetSocketAddress address, Replica replica, int copy, int index, HttpServer server) {}

    /** Who listens there. Used by the accepting thread once that runs. */
    private final class Listener {
        final Place place;
        private @Nullable ServerSocketChannel channel;

        Listener(Place place) {
            this.place = place;
        }

        /** Listens unless it is to refuse now. */
        void openOrClose(long elapsedNanos) throws IOException {
            boolean refuses = place.replica.faultAfter(elapsedNanos) == Fault.REFUSES;
            if (channel == null && !refuses) {
                channel = open();
            } else if (channel != null && refuses) {
                channel.close();
                channel = null;
                // Until then the kernel goes on listening.
                selector.selectNow();
            }
        }

        private ServerSocketChannel open() throws IOException {
            ServerSocketChannel opened = ServerSocketChannel.open();
            try {
                // Connections that it had before are no reason not to listen again.
                opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                opened.bind(place.address, BACKLOG);
                opened.configureBlocking(false);
                opened.register(selector, SelectionKey.OP_ACCEPT, this);
                return opened;
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        }
    }
}
