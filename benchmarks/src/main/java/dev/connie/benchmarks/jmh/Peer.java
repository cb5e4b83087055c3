package dev.connie.benchmarks.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The other end of a benchmark's connections: a {@link PeerMain} in a process of its own, so that neither what it
 * allocates nor what it computes is charged to the client. It ends when it is closed, or with this process.
 */
final class Peer implements AutoCloseable {
    private final Process process;
    private final int port;

    private Peer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one that accepts connections and closes them. */
    static Peer accepting() throws IOException {
        return start("accept");
    }

    /** Starts one that does with each connection what its first byte says: a {@link Role}. */
    static Peer playing() throws IOException {
        return start("play");
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    private static Peer start(String mode) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PeerMain.class.getName(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Not closed: the process would lose its standard output.
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (line == null) {
            process.destroy();
            throw new IOException("the peer did not start");
        }
        return new Peer(process, Integer.parseInt(line));
    }

    @Override
    public void close() throws IOException {
        // The end of its standard input is the peer's sign to leave.
        process.getOutputStream().close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
