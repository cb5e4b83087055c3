package dev.connie.benchmarks.jmh;

import dev.connie.Connector;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
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
 * What reading and writing costs once a socket is connected, over the loopback interface: a plain socket's and Connie's
 * take turns.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class SocketBenchmark {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    // About 1 MiB a turn, or one operation: a turn that is too short measures the clock.
    private static final int BYTES_A_TURN = 1024 * 1024;
    private static final int PINGS_A_TURN = 10;

    // 1 GiB for each of the two.
    private static final int WARM_UP_TURNS = 1_000;

    // After a rest for each, in which the other end catches up. Else who comes second pays for what the other end still
    // has to do for the first.
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A connection and what it reads into or writes from. */
    private record Connection(Socket socket, InputStream in, OutputStream out, byte[] buffer) {
        static Connection of(Socket socket, Peer peer, Peer.Role role, int timeoutMillis, int bytes)
                throws IOException {
            // With a timeout, as clients do; from JDK 25 on it makes a difference to a plain socket's reads.
            socket.connect(new InetSocketAddress("127.0.0.1", peer.port()), CONNECT_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(role.code());
            socket.setSoTimeout(timeoutMillis);
            return new Connection(socket, socket.getInputStream(), socket.getOutputStream(), new byte[bytes]);
        }

        /** A byte there and back: every read has to wait. */
        void pingPong() throws IOException {
            out.write(1);
            if (in.read() < 0) {
                throw new EOFException();
            }
        }

        /** Reads so many bytes, of which most are there already. */
        void read() throws IOException {
            for (int done = 0; done < buffer.length; ) {
                int count = in.read(buffer, done, buffer.length - done);
                if (count < 0) {
                    throw new EOFException();
                }
                done += count;
            }
        }

        /** Writes so many bytes, for which there is room most of the time. */
        void write() throws IOException {
            out.write(buffer);
        }
    }

    /** Two connections to a peer, which plays the same role to both. */
    @State(Scope.Benchmark)
    // Each kind connects before JMH measures.
    @SuppressWarnings("NullAway.Init")
    public abstract static class Pair {
        Peer peer;
        Connection plain;
        Connection connie;

        void connect(Peer.Role role, int timeoutMillis, int bytes) throws IOException {
            peer = Peer.playing();
            plain = Connection.of(new Socket(), peer, role, timeoutMillis, bytes);
            Socket raced = Connector.create().socketFactory().createSocket();
            connie = Connection.of(raced, peer, role, timeoutMillis, bytes);
        }

        /**
         * Lets the compiler see the code often enough, while it may still have a CPU to itself. The rests leave JMH's own
         * warm-up time for a few hundred turns: after those alone, Connie's reads looked 5 % dearer than they are.
         */
        void warmUp(int bytes, Turns.Operation ofPlain, Turns.Operation ofConnie) throws IOException {
            for (int i = 0; i < WARM_UP_TURNS * (BYTES_A_TURN / bytes); i++) {
                ofPlain.run();
                ofConnie.run();
            }
        }

        @TearDown
        public void close() throws IOException {
            plain.socket.close();
            connie.socket.close();
            peer.close();
        }
    }

    /** The other end answers. */
    @State(Scope.Benchmark)
    public static class Echoes extends Pair {
        @Param({"0", "10000"})
        public int timeoutMillis;

        @Setup
        public void connect() throws IOException {
            connect(Peer.Role.ECHO, timeoutMillis, 1);
            peer.shareOneCpu();
        }
    }

    /** The other end sends as much as there is room for. */
    @State(Scope.Benchmark)
    public static class Sources extends Pair {
        @Param({"0", "10000"})
        public int timeoutMillis;

        @Param({"16384", "1048576"})
        public int bytes;

        @Setup
        public void connect() throws IOException {
            connect(Peer.Role.POUR, timeoutMillis, bytes);
            warmUp(bytes, plain::read, connie::read);
            peer.shareOneCpu();
        }
    }

    /** The other end takes as much as it can. */
    @State(Scope.Benchmark)
    public static class Sinks extends Pair {
        @Param({"16384", "1048576"})
        public int bytes;

        @Setup
        public void connect() throws IOException {
            connect(Peer.Role.DRAIN, 0, bytes);
            warmUp(bytes, plain::write, connie::write);
            peer.shareOneCpu();
        }
    }

    @Benchmark
    public void pingPong(Echoes echoes, Turns turns) throws IOException {
        turns.take(PINGS_A_TURN, 0, echoes.plain::pingPong, echoes.connie::pingPong);
    }

    @Benchmark
    public void read(Sources sources, Turns turns) throws IOException {
        turns.take(BYTES_A_TURN / sources.bytes, REST_NANOS, sources.plain::read, sources.connie::read);
    }

    @Benchmark
    public void write(Sinks sinks, Turns turns) throws IOException {
        turns.take(BYTES_A_TURN / sinks.bytes, REST_NANOS, sinks.plain::write, sinks.connie::write);
    }
}
