package dev.connie.benchmarks.jmh;

import static java.net.StandardSocketOptions.SO_LINGER;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
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

    private final Connector allAtOnce = Connector.create();
    private final Connector rfc8305 =
            Connector.builder().policy(RacePolicy.rfc8305()).build();
    private final Connector adaptive =
            Connector.builder().policy(RacePolicy.adaptive()).build();
    private final Duration timeout = Duration.ofMillis(TIMEOUT_MILLIS);
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

    /** A host of several addresses, all of which answer. */
    @State(Scope.Benchmark)
    public static class Host {
        @Param({"1", "2", "4", "8", "16"})
        public int addresses;

        private List<InetSocketAddress> targets;

        @Setup
        public void list(ConnectBenchmark benchmark) {
            targets = new ArrayList<>();
            for (int i = 1; i <= addresses; i++) {
                targets.add(new InetSocketAddress("127.0.0." + i, benchmark.peer.port()));
            }
        }
    }

    /** What most clients do today. */
    @Benchmark
    public void socketWithTimeout() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(target, TIMEOUT_MILLIS);
            socket.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
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
    public void connieAllAtOnce(Host host) throws IOException {
        try (var channel = allAtOnce.connect(host.targets, timeout)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** The same, staggered. */
    @Benchmark
    public void connieRfc8305(Host host) throws IOException {
        try (var channel = rfc8305.connect(host.targets, timeout)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** The same, by a policy that has learned that the addresses are alike. */
    @Benchmark
    public void connieAdaptive(Host host) throws IOException {
        try (var channel = adaptive.connect(host.targets, timeout)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** What a library that takes a SocketFactory does: one literal address, nothing to race. */
    @Benchmark
    public void connieSocket() throws IOException {
        try (var socket = allAtOnce.socketFactory().createSocket()) {
            socket.connect(target, TIMEOUT_MILLIS);
            socket.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }
}
