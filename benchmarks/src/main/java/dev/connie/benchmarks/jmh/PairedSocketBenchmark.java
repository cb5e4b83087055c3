package dev.connie.benchmarks.jmh;

import dev.connie.benchmarks.jmh.SocketBenchmark.Echo;
import dev.connie.benchmarks.jmh.SocketBenchmark.Kind;
import dev.connie.benchmarks.jmh.SocketBenchmark.Server;
import dev.connie.benchmarks.jmh.SocketBenchmark.Sink;
import dev.connie.benchmarks.jmh.SocketBenchmark.Source;
import java.io.IOException;
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

/** The operations of {@link SocketBenchmark} in turns with a plain socket's, for {@link Overhead}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class PairedSocketBenchmark {
    // About 1 MiB a turn, or one operation: a turn that is too short measures the clock.
    private static final int BYTES_A_TURN = 1024 * 1024;
    private static final int PINGS_A_TURN = 10;
    // 1 GiB for each of the two.
    private static final int WARM_UP_TURNS = 1_000;

    private static final SocketBenchmark EACH = new SocketBenchmark();

    /** Two connections whose other end answers. */
    @State(Scope.Benchmark)
    public static class Echoes {
        @Param({"0", "10000"})
        public int timeoutMillis;

        private final Echo plain = new Echo();
        private final Echo connie = new Echo();

        @Setup
        public void connect(Server server) throws IOException {
            server.shareOneCpu();
            connect(plain, Kind.PLAIN, server);
            connect(connie, Kind.CONNIE, server);
        }

        private void connect(Echo echo, Kind kind, Server server) throws IOException {
            echo.kind = kind;
            echo.timeoutMillis = timeoutMillis;
            echo.connect(server);
        }

        @TearDown
        public void close() throws IOException {
            plain.close();
            connie.close();
        }
    }

    /** Two connections whose other end sends as much as there is room for. */
    @State(Scope.Benchmark)
    public static class Sources {
        @Param({"0", "10000"})
        public int timeoutMillis;

        @Param({"16384", "1048576"})
        public int bytes;

        private final Source plain = new Source();
        private final Source connie = new Source();

        @Setup
        public void connect(Server server) throws IOException {
            connect(plain, Kind.PLAIN, server);
            connect(connie, Kind.CONNIE, server);
            warmUp(bytes, this::readPlain, this::readConnie);
            server.shareOneCpu();
        }

        private void connect(Source source, Kind kind, Server server) throws IOException {
            source.kind = kind;
            source.timeoutMillis = timeoutMillis;
            source.bytes = bytes;
            source.connect(server);
        }

        void readPlain() throws IOException {
            EACH.read(plain);
        }

        void readConnie() throws IOException {
            EACH.read(connie);
        }

        @TearDown
        public void close() throws IOException {
            plain.close();
            connie.close();
        }
    }

    /** Two connections whose other end takes as much as it can. */
    @State(Scope.Benchmark)
    public static class Sinks {
        @Param({"16384", "1048576"})
        public int bytes;

        private final Sink plain = new Sink();
        private final Sink connie = new Sink();

        @Setup
        public void connect(Server server) throws IOException {
            connect(plain, Kind.PLAIN, server);
            connect(connie, Kind.CONNIE, server);
            warmUp(bytes, this::writePlain, this::writeConnie);
            server.shareOneCpu();
        }

        private void connect(Sink sink, Kind kind, Server server) throws IOException {
            sink.kind = kind;
            sink.bytes = bytes;
            sink.connect(server);
        }

        void writePlain() throws IOException {
            EACH.write(plain);
        }

        void writeConnie() throws IOException {
            EACH.write(connie);
        }

        @TearDown
        public void close() throws IOException {
            plain.close();
            connie.close();
        }
    }

    @Benchmark
    public void pingPong(Echoes echoes, Turns turns) throws IOException {
        turns.take(PINGS_A_TURN, () -> EACH.pingPong(echoes.plain), () -> EACH.pingPong(echoes.connie));
    }

    @Benchmark
    public void read(Sources sources, Turns turns) throws IOException {
        turns.takeRested(BYTES_A_TURN / sources.bytes, sources::readPlain, sources::readConnie);
    }

    @Benchmark
    public void write(Sinks sinks, Turns turns) throws IOException {
        turns.takeRested(BYTES_A_TURN / sinks.bytes, sinks::writePlain, sinks::writeConnie);
    }

    /**
     * Lets the compiler see the code often enough, while it may still have a CPU to itself. The rests leave JMH's own
     * warm-up time for a few hundred turns: after those alone, Connie's reads looked 5 % dearer than they are.
     */
    private static void warmUp(int bytes, Turns.Operation plain, Turns.Operation connie) throws IOException {
        for (int i = 0; i < WARM_UP_TURNS * (BYTES_A_TURN / bytes); i++) {
            plain.run();
            connie.run();
        }
    }
}
