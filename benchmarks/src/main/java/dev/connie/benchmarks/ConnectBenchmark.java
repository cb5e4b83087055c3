package dev.connie.benchmarks;

import static java.net.StandardSocketOptions.SO_LINGER;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
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

    private ServerSocket server;
    private Thread acceptor;

    @Setup
    public void startServer() throws IOException {
        server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
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
            socket.connect(server.getLocalSocketAddress(), TIMEOUT_MILLIS);
            socket.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** The least that any connect on the JVM can cost. */
    @Benchmark
    public void blockingChannel() throws IOException {
        try (var channel = SocketChannel.open(server.getLocalSocketAddress())) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
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
