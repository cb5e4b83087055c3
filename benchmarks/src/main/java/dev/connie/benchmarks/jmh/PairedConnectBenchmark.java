package dev.connie.benchmarks.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** The operations of {@link ConnectBenchmark} in turns with a plain socket's, for {@link Overhead}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PairedConnectBenchmark {
    @Benchmark
    public void allAtOnce(ConnectBenchmark connect, ConnectBenchmark.Host host, Turns turns) throws IOException {
        turns.take(1, connect::socketWithTimeout, () -> connect.connieAllAtOnce(host));
    }

    @Benchmark
    public void rfc8305(ConnectBenchmark connect, ConnectBenchmark.Host host, Turns turns) throws IOException {
        turns.take(1, connect::socketWithTimeout, () -> connect.connieRfc8305(host));
    }

    @Benchmark
    public void adaptive(ConnectBenchmark connect, ConnectBenchmark.Host host, Turns turns) throws IOException {
        turns.take(1, connect::socketWithTimeout, () -> connect.connieAdaptive(host));
    }

    @Benchmark
    public void socket(ConnectBenchmark connect, Turns turns) throws IOException {
        turns.take(1, connect::socketWithTimeout, connect::connieSocket);
    }
}
