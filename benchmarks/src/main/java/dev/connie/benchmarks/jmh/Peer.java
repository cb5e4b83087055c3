package dev.connie.benchmarks.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The other end of a benchmark's connections, in a process of its own, so that neither what it allocates nor what it
 * computes is charged to the client. It ends when it is closed, or with this process.
 *
 * @param port where it listens, at all addresses of 127.0.0.0/8
 */
record Peer(Process process, int port) implements AutoCloseable {
    /** What a TLS client says first, as short as it can be. An answer that begins with the same byte ends the race. */
    static final byte[] HELLO = {0x16, 3, 1, 0, 4, 1, 0, 0, 0};

    private static final String ACCEPT = "accept";
    private static final String PLAY = "play";
    private static final String ALLOWED_CPUS = "Cpus_allowed_list:";
    private static final int BACKLOG = 4_096;
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    /** Starts one that accepts connections and closes them. */
    static Peer accepting() throws IOException {
        return start(ACCEPT);
    }

    /**
     * Starts one that does with each connection what its first byte says: with an E it sends back what comes, with an S
     * it sends without end, else it reads without end. A {@link #HELLO} may come before that byte; it is sent back.
     */
    static Peer playing() throws IOException {
        return start(PLAY);
    }

    private static Peer start(String mode) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        classPath,
                        Peer.class.getName(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Not closed: the process would lose its standard output.
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            process.destroy();
            throw new IOException("the peer did not start");
        }
        return new Peer(process, Integer.parseInt(line));
    }

    /**
     * Has this process and the peer share one CPU, where there is a {@code taskset}. Else a ping-pong measures whether the
     * scheduler puts them on one or on two, which it makes up its mind about anew now and then, and which is a factor of
     * four.
     */
    void shareOneCpu() {
        try {
            String cpu = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(ALLOWED_CPUS))
                    .map(line -> line.substring(ALLOWED_CPUS.length()).strip().split("[-,]", 2)[0])
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + ALLOWED_CPUS));
            for (long pid : new long[] {ProcessHandle.current().pid(), process.pid()}) {
                new ProcessBuilder("taskset", "-a", "-c", "-p", cpu, Long.toString(pid))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor(10, TimeUnit.SECONDS);
            }
        } catch (IOException notLinux) {
            // Then the figures jump about, as they say themselves by their quartiles.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** The other process: prints its port, and serves until its standard input ends. */
    public static void main(String[] args) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        server.bind(new InetSocketAddress("0.0.0.0", 0), BACKLOG);
        daemon(() -> {
            if (args[0].equals(ACCEPT)) {
                acceptAndClose(server);
            }
            while (true) {
                Socket accepted = server.accept().socket();
                daemon(() -> play(accepted));
            }
        });
        System.out.println(server.socket().getLocalPort());
        // Nothing is ever said; the end is what counts.
        System.in.transferTo(OutputStream.nullOutputStream());
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

    private static void play(Socket accepted) throws IOException {
        try (accepted) {
            accepted.setTcpNoDelay(true);
            InputStream in = accepted.getInputStream();
            OutputStream out = accepted.getOutputStream();
            byte[] chunk = new byte[64 * 1024];
            int role = in.read();
            if (role == HELLO[0]) {
                in.skipNBytes(HELLO.length - 1);
                out.write(HELLO);
                role = in.read();
            }
            while (role == 'S') {
                out.write(chunk);
            }
            for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                if (role == 'E') {
                    out.write(chunk, 0, count);
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
