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

/** What reading and writing costs once a socket is connected, over the loopback interface. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class SocketBenchmark {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** Who made the socket. */
    public enum Kind {
        PLAIN,
        CONNIE
    }

    /** Where the connections lead. */
    @State(Scope.Benchmark)
    public static class Server {
        private Peer peer;

        @Setup
        public void start() throws IOException {
            peer = Peer.playing();
        }

        @TearDown
        public void stop() throws IOException {
            peer.close();
        }

        void shareOneCpu() {
            OneCpu.share(ProcessHandle.current().pid(), peer.pid());
        }

        private Socket connect(Kind kind, Role role) throws IOException {
            Socket socket = kind == Kind.PLAIN
                    ? new Socket()
                    : Connector.create().socketFactory().createSocket();
            // With a timeout, as clients do; from JDK 25 on it makes a difference to a plain socket's reads.
            socket.connect(new InetSocketAddress("127.0.0.1", peer.port()), CONNECT_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(role.code());
            return socket;
        }
    }

    /** A connection whose other end answers. */
    @State(Scope.Benchmark)
    public static class Echo {
        @Param
        public Kind kind = Kind.PLAIN;

        /** SO_TIMEOUT; 0 for none. */
        @Param({"0", "10000"})
        public int timeoutMillis;

        private Socket socket;
        private InputStream in;
        private OutputStream out;

        @Setup
        public void connect(Server server) throws IOException {
            socket = server.connect(kind, Role.ECHO);
            socket.setSoTimeout(timeoutMillis);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        @TearDown
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A connection whose other end sends as much as there is room for. */
    @State(Scope.Benchmark)
    public static class Source {
        @Param
        public Kind kind = Kind.PLAIN;

        /** SO_TIMEOUT; 0 for none. */
        @Param({"0", "10000"})
        public int timeoutMillis;

        @Param({"16384", "1048576"})
        public int bytes;

        private Socket socket;
        private InputStream in;
        private byte[] buffer;

        @Setup
        public void connect(Server server) throws IOException {
            socket = server.connect(kind, Role.POUR);
            socket.setSoTimeout(timeoutMillis);
            in = socket.getInputStream();
            buffer = new byte[bytes];
        }

        @TearDown
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A connection whose other end takes as much as it can. */
    @State(Scope.Benchmark)
    public static class Sink {
        @Param
        public Kind kind = Kind.PLAIN;

        @Param({"16384", "1048576"})
        public int bytes;

        private Socket socket;
        private OutputStream out;
        private byte[] buffer;

        @Setup
        public void connect(Server server) throws IOException {
            socket = server.connect(kind, Role.DRAIN);
            out = socket.getOutputStream();
            buffer = new byte[bytes];
        }

        @TearDown
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A byte there and back: every read has to wait. */
    @Benchmark
    public int pingPong(Echo echo) throws IOException {
        echo.out.write(1);
        return echo.in.read();
    }

    /** Reads so many bytes, of which most are there already. */
    @Benchmark
    public void read(Source source) throws IOException {
        for (int done = 0; done < source.bytes; ) {
            int count = source.in.read(source.buffer, done, source.bytes - done);
            if (count < 0) {
                throw new EOFException();
            }
            done += count;
        }
    }

    /** Writes so many bytes, for which there is room most of the time. */
    @Benchmark
    public void write(Sink sink) throws IOException {
        sink.out.write(sink.buffer);
    }
}
