package dev.connie.benchmarks.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The other end of a benchmark's connections: a {@link PeerMain} in a process of its own, so that neither what it
 * allocates nor what it computes is charged to the client. It ends when it is closed, or with this process.
 */
final class Peer implements AutoCloseable {
    /** What it does with a connection. The name's first letter is the connection's first byte. */
    enum Role {
        /** Sends back what comes. */
        ECHO,
        /** Sends without end. */
        POUR,
        /** Reads without end. */
        DRAIN;

        byte code() {
            return (byte) name().charAt(0);
        }
    }

    private static final String ALLOWED_CPUS = "Cpus_allowed_list:";

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
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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
