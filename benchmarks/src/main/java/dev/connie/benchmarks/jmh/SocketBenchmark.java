package dev.connie.benchmarks.jmh;

import static java.net.StandardSocketOptions.SO_LINGER;

import dev.connie.Connector;
import dev.connie.benchmarks.Policy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a connect and what reading and writing costs over the loopback interface, where the network itself costs next to
 * nothing: a plain socket and Connie take turns.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class SocketBenchmark {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration TIMEOUT = Duration.ofMillis(TIMEOUT_MILLIS);

    // A port in TIME_WAIT for each connect, and soon the kernel's search for a free one is what is measured.
    private static final int CLOSE_WITH_RESET = 0;

    // About 1 MiB a turn, or one operation: a turn that is too short measures the clock.
    private static final int BYTES_A_TURN = 1024 * 1024;
    private static final int PINGS_A_TURN = 10;

    // 1 GiB for each of the two.
    private static final int WARM_UP_TURNS = 1_000;

    // After a rest for each, in which the other end catches up. Else who comes second pays for what the other end still
    // has to do for the first.
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What takes turns. */
    public enum What {
        /** A race of several addresses, the first of which answers at once, as on loopback all do; and its close. */
        CONNECT,
        /** What a library that takes a SocketFactory does: one literal address, nothing to race; and its close. */
        CONNECT_BY_FACTORY,
        /** A byte there and back: every read has to wait. */
        PING_PONG,
        /** Reads so many bytes, of which most are there already. */
        READ,
        /** Writes so many bytes, for which there is room most of the time. */
        WRITE;

        boolean isConnect() {
            return this == CONNECT || this == CONNECT_BY_FACTORY;
        }
    }

    @Param({"CONNECT", "CONNECT_BY_FACTORY", "PING_PONG", "READ", "WRITE"})
    public What what = What.CONNECT;

    @Param("adaptive")
    public String policy = "adaptive";

    @Param("1")
    public int addresses;

    @Param("0")
    public int timeoutMillis;

    @Param("16384")
    public int bytes;

    private Peer peer;
    private Connector connector;
    private List<InetSocketAddress> targets;
    private Socket plainSocket;
    private Socket connieSocket;
    private Turns.Operation plain;
    private Turns.Operation connie;

    @Setup
    public void connect() throws IOException {
        peer = what.isConnect() ? Peer.accepting() : Peer.playing();
        List<InetAddress> hosts = new ArrayList<>();
        for (byte i = 1; i <= addresses; i++) {
            // A name that somebody has to look up, or there is nothing to race.
            hosts.add(InetAddress.getByAddress(addresses > 1 ? "race.test" : null, new byte[] {127, 0, 0, i}));
        }
        targets = hosts.stream()
                .map(host -> new InetSocketAddress(host, peer.port()))
                .toList();
        connector = Policy.SIMULATED.stream()
                .filter(each -> each.name().equals(policy))
                .map(each -> Connector.builder().policy(each.fresh().get()))
                .findFirst()
                .orElseThrow()
                .resolver(name -> hosts)
                .build();
        plainSocket = new Socket();
        connieSocket = connector.socketFactory().createSocket();
        if (what.isConnect()) {
            plain = () -> connectAndClose(new Socket());
            connie = what == What.CONNECT
                    ? this::race
                    : () -> connectAndClose(connector.socketFactory().createSocket());
        } else {
            plain = connected(plainSocket);
            connie = connected(connieSocket);
            warmUp();
        }
    }

    /**
     * Lets the compiler see the code often enough, while it may still have a CPU to itself. The rests leave JMH's own
     * warm-up time for a few hundred turns: after those alone, Connie's reads looked 5 % dearer than they are.
     */
    private void warmUp() throws IOException {
        for (int i = 0; what != What.PING_PONG && i < WARM_UP_TURNS * (BYTES_A_TURN / bytes); i++) {
            plain.run();
            connie.run();
        }
        peer.shareOneCpu();
    }

    private void race() throws IOException {
        try (var channel = connector.connect(targets, TIMEOUT)) {
            channel.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    private void connectAndClose(Socket unconnected) throws IOException {
        try (unconnected) {
            unconnected.connect(targets.get(0), TIMEOUT_MILLIS);
            unconnected.setOption(SO_LINGER, CLOSE_WITH_RESET);
        }
    }

    /** Connects, with a timeout, as clients do; from JDK 25 on it makes a difference to a plain socket's reads. */
    private Turns.Operation connected(Socket socket) throws IOException {
        socket.connect(targets.get(0), TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        if (addresses > 1) {
            // The race ends as it does under TLS, with the server's answer.
            out.write(Peer.HELLO);
            in.skipNBytes(Peer.HELLO.length);
        }
        byte[] buffer = new byte[bytes];
        out.write(what == What.PING_PONG ? 'E' : what == What.READ ? 'S' : 'D');
        socket.setSoTimeout(timeoutMillis);
        return switch (what) {
            case WRITE -> () -> out.write(buffer);
            case READ -> () -> readFully(in, buffer);
            default ->
                () -> {
                    out.write(1);
                    if (in.read() < 0) {
                        throw new EOFException();
                    }
                };
        };
    }

    private static void readFully(InputStream in, byte[] buffer) throws IOException {
        if (in.readNBytes(buffer, 0, buffer.length) < buffer.length) {
            throw new EOFException();
        }
    }

    @TearDown
    public void close() throws IOException {
        plainSocket.close();
        connieSocket.close();
        connector.close();
        peer.close();
    }

    @Benchmark
    public void turns(Turns turns) throws IOException {
        switch (what) {
            case READ, WRITE -> turns.take(BYTES_A_TURN / bytes, REST_NANOS, plain, connie);
            case PING_PONG -> turns.take(PINGS_A_TURN, 0, plain, connie);
            default -> turns.take(1, 0, plain, connie);
        }
    }
}
