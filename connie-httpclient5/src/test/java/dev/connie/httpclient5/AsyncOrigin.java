package dev.connie.httpclient5;

import dev.connie.testing.LoopbackNetwork;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 server on an address of its own. It answers with its name and counts its connections. */
final class AsyncOrigin {
    private enum Manner {
        SPEAKS,
        IS_MUTE,
        IS_SLOW,
        HANGS_UP
    }

    // A thread for each connection, but not a new one: there are tests with many thousand.
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "origin");
        thread.setDaemon(true);
        return thread;
    });

    private final ServerSocket server;
    private final String name;
    private final @Nullable SSLContext tls;
    private final Manner manner;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch maySpeak = new CountDownLatch(1);

    private AsyncOrigin(LoopbackNetwork network, String name, @Nullable SSLContext tls, Manner manner) {
        this(network.listening(), name, tls, manner);
    }

    private AsyncOrigin(ServerSocket server, String name, @Nullable SSLContext tls, Manner manner) {
        this.server = server;
        this.name = name;
        this.tls = tls;
        this.manner = manner;
        start(this::accept);
    }

    static AsyncOrigin http(LoopbackNetwork network, String name) {
        return new AsyncOrigin(network, name, null, Manner.SPEAKS);
    }

    static AsyncOrigin httpAt(LoopbackNetwork network, InetAddress address, String name) {
        return new AsyncOrigin(network.listeningAt(address), name, null, Manner.SPEAKS);
    }

    static AsyncOrigin https(LoopbackNetwork network, String name, SSLContext tls) {
        return new AsyncOrigin(network, name, tls, Manner.SPEAKS);
    }

    /** Accepts connections and never says anything. */
    static AsyncOrigin mute(LoopbackNetwork network) {
        return new AsyncOrigin(network, "mute", null, Manner.IS_MUTE);
    }

    /** Shakes no hands until it is {@link #letSpeak told to}. */
    static AsyncOrigin slow(LoopbackNetwork network, String name, SSLContext tls) {
        return new AsyncOrigin(network, name, tls, Manner.IS_SLOW);
    }

    /** Closes every connection as soon as the client has spoken. */
    static AsyncOrigin hangingUp(LoopbackNetwork network) {
        return new AsyncOrigin(network, "hanging up", null, Manner.HANGS_UP);
    }

    InetAddress address() {
        return server.getInetAddress();
    }

    /** Returns how many connections there have been. */
    int accepted() {
        return accepted.get();
    }

    /** Returns how many connections the clients have not closed. */
    int open() {
        return open.get();
    }

    void letSpeak() {
        maySpeak.countDown();
    }

    private static void start(Runnable task) {
        THREADS.execute(task);
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = server.accept();
                accepted.incrementAndGet();
                open.incrementAndGet();
                start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Socket socket = connection;
            if (manner == Manner.IS_SLOW) {
                maySpeak.await();
            }
            if (tls != null) {
                SSLSocket layered = (SSLSocket) tls.getSocketFactory().createSocket(connection, null, true);
                layered.setUseClientMode(false);
                socket = layered;
            }
            BufferedReader requests =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            switch (manner) {
                case SPEAKS, IS_SLOW -> answer(requests, socket);
                case IS_MUTE -> {
                    while (requests.read() >= 0) {
                        // Reads until the client closes.
                    }
                }
                case HANGS_UP -> requests.read();
            }
        } catch (IOException gone) {
            // The client's way to close a connection that it does not need may be a reset.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            open.decrementAndGet();
        }
    }

    private void answer(BufferedReader requests, Socket socket) throws IOException {
        boolean last = false;
        for (String line = requests.readLine(); line != null && !last; line = last ? null : requests.readLine()) {
            boolean close = false;
            for (; line != null && !line.isEmpty(); line = requests.readLine()) {
                close |= line.equalsIgnoreCase("Connection: close");
            }
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n"
                    + (close ? "Connection: close\r\n" : "") + "\r\n";
            socket.getOutputStream().write((head + name).getBytes(StandardCharsets.US_ASCII));
            last = close;
        }
    }
}
