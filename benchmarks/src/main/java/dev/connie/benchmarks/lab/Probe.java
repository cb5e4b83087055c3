package dev.connie.benchmarks.lab;

import dev.connie.benchmarks.lab.LabSelfTest.CheckFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One plain connect, timed, and what the self-test's checks have in common. */
record Probe(long nanos, @Nullable IOException failure) {
    /** Long enough for anything that is to happen at all. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Connects to a replica and closes the connection. */
    static Probe connect(Deployment deployment, int copy, int replica, Duration timeout) {
        var address = new InetSocketAddress(deployment.addresses(copy).get(replica), deployment.port());
        long start = System.nanoTime();
        long end;
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) timeout.toMillis());
            end = System.nanoTime();
        } catch (IOException e) {
            return new Probe(System.nanoTime() - start, e);
        }
        return new Probe(end - start, null);
    }

    /** Returns a connection to the first address, which is read from with patience. */
    static Socket connected(Deployment deployment) throws IOException {
        var socket = new Socket();
        try {
            InetAddress address = deployment.addresses(0).get(0);
            socket.connect(new InetSocketAddress(address, deployment.port()), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Returns the times of so many connects in a row, which must all fare alike, in ascending order. */
    static double[] times(Deployment deployment, int count, @Nullable Class<? extends IOException> expected)
            throws CheckFailedException {
        double[] millis = new double[count];
        for (int i = 0; i < count; i++) {
            millis[i] = connect(deployment, 0, 0, PATIENCE).require(expected).nanos / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    /** @param expected how it is to fail; null if it is not to */
    Probe require(@Nullable Class<? extends IOException> expected) throws CheckFailedException {
        Class<?> found = failure == null ? null : failure.getClass();
        require(
                found == expected,
                "connect() ended with " + failure + " after " + millis(nanos / 1e6) + ", not with " + expected);
        return this;
    }

    static Scenario scenario(Replica... replicas) {
        return new Scenario("self-test", "", PATIENCE, false, List.of(replicas));
    }

    static void require(boolean condition, String found) throws CheckFailedException {
        if (!condition) {
            throw new CheckFailedException(found);
        }
    }

    /** Waits until something is so. */
    static void await(BooleanSupplier condition, Supplier<String> what) throws CheckFailedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            boolean inTime = deadline - System.nanoTime() > 0;
            require(inTime, "for " + PATIENCE.toSeconds() + " s it was not that " + what.get());
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until so long after a time of {@link System#nanoTime}: what is checked is what is so then. */
    static void waitUntil(long startNanos, Duration elapsed) {
        long end = startNanos + elapsed.toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static String millis(double value) {
        return String.format(Locale.ROOT, "%.2f ms", value);
    }
}
