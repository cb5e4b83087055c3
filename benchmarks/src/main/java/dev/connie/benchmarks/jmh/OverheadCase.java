package dev.connie.benchmarks.jmh;

import dev.connie.benchmarks.jmh.SocketBenchmark.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table: what is asked of {@link SocketBenchmark} with these parameters.
 *
 * @param name for the reader
 * @param parameters of JMH
 * @param timeGoal the highest ratio to a plain socket's time that is good enough; null for none
 * @param bytesGoal the same of what is allocated
 */
record OverheadCase(
        String name,
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
    private static final int[] TIMEOUTS = {0, 10_000};
    private static final int[] NO_TIMEOUT = {0};

    static List<OverheadCase> all(boolean quick) {
        List<OverheadCase> cases = new ArrayList<>();
        for (String policy : List.of("allAtOnce", "rfc8305", "adaptive")) {
            for (int count : quick || policy.equals("adaptive") ? SOME_COUNTS : ALL_COUNTS) {
                String name = "connect, %s(), %d address%s".formatted(policy, count, count == 1 ? "" : "es");
                boolean hasGoal = policy.equals("rfc8305") || policy.equals("allAtOnce") && count == 1;
                var parameters = parameters(What.CONNECT, "policy", policy, "addresses", count);
                cases.add(new OverheadCase(name, parameters, hasGoal ? CONNECT : null, count == 1 ? ALLOCATION : null));
            }
        }
        cases.add(new OverheadCase("connect by socketFactory", parameters(What.CONNECT_BY_FACTORY), null, null));
        for (What what : List.of(What.PING_PONG, What.READ, What.WRITE)) {
            boolean isPing = what == What.PING_PONG;
            for (int timeout : what == What.WRITE ? NO_TIMEOUT : TIMEOUTS) {
                for (int size : quick || isPing ? SOME_SIZES : ALL_SIZES) {
                    String bulk = what.name().toLowerCase(Locale.ROOT) + "s of " + size / 1024 + " KiB";
                    String name = (isPing ? "ping-pong of 1 B" : bulk) + (timeout > 0 ? ", SO_TIMEOUT" : "");
                    var parameters = parameters(what, "timeoutMillis", timeout, "bytes", size);
                    cases.add(new OverheadCase(name, parameters, isPing ? PING_PONG : BULK, null));
                }
            }
            cases.add(new OverheadCase(
                    what.name().toLowerCase(Locale.ROOT).replace('_', '-') + " after a hello to one of 4 addresses",
                    parameters(what, "policy", "allAtOnce", "addresses", 4),
                    isPing ? PING_PONG : BULK,
                    null));
        }
        return cases;
    }

    private static Map<String, String> parameters(What what, Object... others) {
        var parameters = new TreeMap<>(Map.of("what", what.name()));
        for (int i = 0; i < others.length; i += 2) {
            parameters.put(others[i].toString(), others[i + 1].toString());
        }
        return parameters;
    }
}
