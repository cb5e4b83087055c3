package dev.connie.benchmarks.jmh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table: a benchmark with its parameters, and what is asked of it.
 *
 * @param name for the reader
 * @param benchmark class and method
 * @param parameters of JMH
 * @param timeGoal the highest ratio to a plain socket's time that is good enough; null for none
 * @param bytesGoal the same of what is allocated
 */
record OverheadCase(
        String name,
        String benchmark,
        Map<String, String> parameters,
        @Nullable Double timeGoal,
        @Nullable Double bytesGoal) {
    private static final double CONNECT = 0.95;
    private static final double ALLOCATION = 0.7;
    private static final double PING_PONG = 1.15;
    private static final double BULK = 1.03;

    private static final int[] ALL_COUNTS = {1, 2, 4, 8, 16};
    private static final int[] SOME_COUNTS = {1, 8};
    private static final int[] ALL_SIZES = {16_384, 1_048_576};
    private static final int[] SOME_SIZES = {16_384};

    static List<OverheadCase> all(boolean quick) {
        List<OverheadCase> cases = new ArrayList<>();
        for (int count : quick ? SOME_COUNTS : ALL_COUNTS) {
            cases.add(connect("allAtOnce", count, count == 1 ? CONNECT : null));
        }
        for (int count : quick ? SOME_COUNTS : ALL_COUNTS) {
            cases.add(connect("rfc8305", count, CONNECT));
        }
        for (int count : SOME_COUNTS) {
            cases.add(connect("adaptive", count, null));
        }
        cases.add(new OverheadCase("connect by socketFactory", "ConnectBenchmark.pairedSocket", Map.of(), null, null));
        for (int timeoutMillis : new int[] {0, 10_000}) {
            cases.add(socket("pingPong", "ping-pong of 1 B", timeoutMillis, null, PING_PONG));
        }
        for (int timeoutMillis : new int[] {0, 10_000}) {
            for (int size : quick ? SOME_SIZES : ALL_SIZES) {
                cases.add(socket("read", "reads of " + kibibytes(size), timeoutMillis, size, BULK));
            }
        }
        for (int size : quick ? SOME_SIZES : ALL_SIZES) {
            cases.add(socket("write", "writes of " + kibibytes(size), null, size, BULK));
        }
        return cases;
    }

    private static OverheadCase connect(String policy, int addresses, @Nullable Double timeGoal) {
        return new OverheadCase(
                "connect, %s(), %d address%s".formatted(policy, addresses, addresses == 1 ? "" : "es"),
                "ConnectBenchmark.paired",
                Map.of("policy", policy, "addresses", Integer.toString(addresses)),
                timeGoal,
                addresses == 1 ? ALLOCATION : null);
    }

    private static OverheadCase socket(
            String method, String what, @Nullable Integer timeoutMillis, @Nullable Integer bytes, double timeGoal) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (timeoutMillis != null) {
            parameters.put("timeoutMillis", timeoutMillis.toString());
        }
        if (bytes != null) {
            parameters.put("bytes", bytes.toString());
        }
        boolean timed = timeoutMillis != null && timeoutMillis > 0;
        return new OverheadCase(
                what + (timed ? ", SO_TIMEOUT" : ""), "SocketBenchmark." + method, parameters, timeGoal, null);
    }

    private static String kibibytes(int bytes) {
        return String.format(Locale.ROOT, "%d KiB", bytes / 1024);
    }
}
