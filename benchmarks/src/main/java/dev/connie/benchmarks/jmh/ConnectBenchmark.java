package dev.connie.benchmarks.jmh;

import static java.net.StandardSocketOptions.SO_LINGER;

import dev.connie.Connector;
import dev.connie.benchmarks.Policy;
import java.io.IOException;
import java.net.InetSocketAddress;
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

/**
 * What one connect and close costs over the loopback interface, where the network itself costs next to nothing. What is
 * called paired takes turns with a plain socket, for {@link Overhead}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ConnectBenchmark {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration TIMEOUT = Duration.ofMillis(TIMEOUT_MILLIS);

    // A port in TIME_WAIT for each connect, and soon the kernel's search for a free one is what is measured.
    private static final int CLOSE_WITH_RESET = 0;

    private final Connector connector = Connector.create();
    private Peer peer;
    private InetSocketAddress target;

    @Setup
    public void start() throws IOException {
        peer = Peer.accepting();
        target = new InetSocketAddress("127.0.0.1", peer.port());
    }

    @TearDown
    public void stop() throws IOException {
        peer.close();
    }

    /** A host of several addresses, all of which answer, and a policy to race them by, which learns that. */
    @State(Scope.Benchmark)
    public static class Host {
        @Param({"allAtOnce", "rfc8305", "adaptive"})
        public String policy = "allAtOnce";

        @Param({"1", "2", "4", "8", "16"})
        public int addresses;

        private Connector connector;
        private List<InetSocketAddress> targets;

        @Setup
        public void list(ConnectBenchmark benchmark) {
            targets = new ArrayList<>();
            for (int i = 1; i <= addresses; i++) {
                targets.add(new InetSocketAddress("127.0.0." + i, benchmark.peer.port()));
            }
            connector = Policy.SIMULATED.stream()
                    .filter(each -> each.name().equals(policy))
                    .map(each -> Connector.builder().policy(each.fresh().get()).build())
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What most clients do today. */
    @Benchmark
    public void socketWithTimeout() throws IOException {
        connect(new Socket());
    }

    /** The least that any connect on the JVM can cost. */
    @Benchmark
    public void blockingChannel() throws IOException {
        try (var channel = SocketChannel.open(target)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** A race in which the first address answers at once, as on loopback all do. */
    @Benchmark
    public void connie(Host host) throws IOException {
        try (var channel = host.connector.connect(host.targets, TIMEOUT)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** What a library that takes a SocketFactory does: one literal address, nothing to race. */
    @Benchmark
    public void connieSocket() throws IOException {
        connect(connector.socketFactory().createSocket());
    }

    private void connect(Socket unconnected) throws IOException {
        try (unconnected) {
            unconnected.connect(target, TIMEOUT_MILLIS);
            unconnected.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    @Benchmark
    public void paired(Host host, Turns turns) throws IOException {
        turns.take(1, 0, this::socketWithTimeout, () -> connie(host));
    }

    @Benchmark
    public void pairedSocket(Turns turns) throws IOException {
        turns.take(1, 0, this::socketWithTimeout, this::connieSocket);
    }
}
