package dev.connie.benchmarks.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The program that a {@link Peer} runs: prints its port, and serves until its standard input ends. */
final class PeerMain {
    private static final int BACKLOG = 4_096;
    private static final int CHUNK = 64 * 1024;
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private PeerMain() {}

    public static void main(String[] args) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        // Bound to all of 127.0.0.0/8, so that each address of a host reaches it.
        server.bind(new InetSocketAddress("0.0.0.0", 0), BACKLOG);
        daemon(() -> {
            if (args[0].equals("accept")) {
                acceptAndClose(server);
            } else {
                play(server);
            }
        });
        System.out.println(server.socket().getLocalPort());
        while (System.in.read() >= 0) {
            // Nothing is ever said; the end is what counts.
        }
    }

    /** Looks for connections now and then, in batches: a client would pay for waking up who waits for each. */
    private static void acceptAndClose(ServerSocketChannel server) throws IOException {
        server.configureBlocking(false);
        while (true) {
            SocketChannel accepted = server.accept();
            if (accepted == null) {
                LockSupport.parkNanos(POLL_NANOS);
            } else {
                accepted.close();
            }
        }
    }

    private static void play(ServerSocketChannel server) throws IOException {
        while (true) {
            Socket accepted = server.accept().socket();
            daemon(() -> play(accepted));
        }
    }

    /** Plays the {@link Peer.Role} that the first byte asks for. */
    private static void play(Socket accepted) throws IOException {
        try (accepted) {
            accepted.setTcpNoDelay(true);
            InputStream in = accepted.getInputStream();
            OutputStream out = accepted.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            switch (in.read()) {
                case 'E' -> {
                    for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                        out.write(chunk, 0, count);
                    }
                }
                case 'P' -> {
                    while (true) {
                        out.write(chunk);
                    }
                }
                default -> {
                    while (in.read(chunk) > 0) {
                        // It only has to be gone.
                    }
                }
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException clientLeft) {
                // As it does at the end of each benchmark.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
