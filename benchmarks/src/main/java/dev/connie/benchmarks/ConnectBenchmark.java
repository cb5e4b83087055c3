package dev.connie.benchmarks;

import static java.net.StandardSocketOptions.SO_LINGER;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What one connect and close costs over the loopback interface, where the network itself costs next to nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ConnectBenchmark {
    private static final int TIMEOUT_MILLIS = 5_000;
    // A port in TIME_WAIT for each connect, and soon the kernel's search for a free one is what is measured.
    private static final int CLOSE_WITH_RESET = 0;

    /** How many addresses the host has; all are this server's. Only Connie's benchmarks depend on it. */
    @Param({"1", "8"})
    public int addresses;

    private final Connector allAtOnce = Connector.create();
    private final Connector rfc8305 =
            Connector.builder().policy(RacePolicy.rfc8305()).build();
    private final Duration timeout = Duration.ofMillis(TIMEOUT_MILLIS);
    private ServerSocket server;
    private List<InetSocketAddress> targets;
    private Thread acceptor;

    @Setup
    public void startServer() throws IOException {
        // Bound to all of 127.0.0.0/8, so that each of the addresses reaches it.
        server = new ServerSocket(0, 1_024, InetAddress.getByName("0.0.0.0"));
        targets = new ArrayList<>();
        for (int i = 1; i <= addresses; i++) {
            targets.add(new InetSocketAddress("127.0.0." + i, server.getLocalPort()));
        }
        acceptor = new Thread(this::acceptAndClose, "acceptor");
        acceptor.start();
    }

    @TearDown
    public void stopServer() throws IOException, InterruptedException {
        server.close();
        acceptor.join();
    }

    /** What most clients do today. */
    @Benchmark
    public void socketWithTimeout() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(targets.get(0), TIMEOUT_MILLIS);
            socket.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** The least that any connect on the JVM can cost. */
    @Benchmark
    public void blockingChannel() throws IOException {
        try (var channel = SocketChannel.open(targets.get(0))) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** A race in which the first address answers at once, as on loopback all do. */
    @Benchmark
    public void connieAllAtOnce() throws IOException {
        try (var channel = allAtOnce.connect(targets, timeout)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** The same, staggered. */
    @Benchmark
    public void connieRfc8305() throws IOException {
        try (var channel = rfc8305.connect(targets, timeout)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** What a library that takes a SocketFactory does: one literal address, nothing to race. */
    @Benchmark
    public void connieSocket() throws IOException {
        try (var socket = allAtOnce.socketFactory().createSocket()) {
            socket.connect(targets.get(0), TIMEOUT_MILLIS);
            socket.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    private void acceptAndClose() {
        while (!server.isClosed()) {
            try {
                server.accept().close();
            } catch (IOException ignored) {
                // Closing the server is how this thread is told to end.
            }
        }
    }
}
