package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.lab.Luck;
import dev.connie.benchmarks.lab.Luck.Draw;
import dev.connie.benchmarks.lab.Replica;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What comes of the SYNs of one run. Luck depends on the seed, the call, the server and the transmission alone, so that
 * every policy meets the same.
 */
final class Network {
    /** What is heard of a SYN, and when: a connection, or a refusal. */
    record Answer(long nanos, boolean connected) {}

    private final Luck luck;
    // By server's number: until when it is busy with what has come.
    private final Map<Integer, Long> busyUntilNanos = new HashMap<>();

    Network(long seed) {
        this.luck = new Luck(seed);
    }

    /** When a kernel sends a SYN again that is not answered: after 1, 3, 7, 15 s (RFC 6298). */
    static long nanosAfterStart(int transmission) {
        return ((1L << transmission) - 1) * 1_000_000_000;
    }

    /**
     * Sends a SYN. Returns null if nothing is ever heard of it. Must be called in the order of time.
     *
     * @param transmission 0 for the first SYN of an attempt
     */
    @Nullable
    Answer send(Server server, Call call, int transmission, long nowNanos) {
        var answer = answer(server, call, transmission, nowNanos);
        Capacity capacity = server.capacity();
        if (answer == null || !answer.connected || capacity.isEndless()) {
            return answer;
        }
        long queueNanos = busyUntilNanos(server, nowNanos) - nowNanos;
        if (queueNanos > capacity.longestQueueNanos()) {
            return null;
        }
        if (capacity.of() == Capacity.Of.CONNECTIONS) {
            return answer;
        }
        return new Answer(answer.nanos + work(server, nowNanos) - nowNanos, true);
    }

    /** Is told of a connection that a client has. */
    void connected(Server server, long nowNanos) {
        if (!server.capacity().isEndless() && server.capacity().of() == Capacity.Of.CONNECTIONS) {
            work(server, nowNanos);
        }
    }

    /** Gives the server one more thing to do. Returns when it is done. */
    private long work(Server server, long nowNanos) {
        long doneNanos = busyUntilNanos(server, nowNanos) + server.capacity().nanosEach();
        busyUntilNanos.put(server.number(), doneNanos);
        return doneNanos;
    }

    private long busyUntilNanos(Server server, long nowNanos) {
        return Math.max(nowNanos, busyUntilNanos.getOrDefault(server.number(), nowNanos));
    }

    /** As if nobody else asked the server. */
    private @Nullable Answer answer(Server server, Call call, int transmission, long nowNanos) {
        Replica path = server.at(nowNanos + server.at(nowNanos).rtt().toNanos() / 2);
        if (path.isDead() || path.synLoss() > 0 && draw(Draw.SYN_LOSS, server, call, transmission) < path.synLoss()) {
            return null;
        }
        // Exponentially distributed, so that few answers are very late.
        double jitter = path.jitter().isZero()
                ? 0
                : -Math.log1p(-draw(Draw.JITTER, server, call, transmission))
                        * path.jitter().toNanos();
        return new Answer(nowNanos + path.rtt().toNanos() + (long) jitter, path.isWell());
    }

    private double draw(Draw draw, Server server, Call call, int transmission) {
        return luck.draw(draw, server.number(), call.number(), true, transmission);
    }

    /**
     * Returns the time to connect for one who knows how every address answers now, though not their luck, and asks only
     * the fastest that is live; -1 if none is, or it does not connect in time.
     */
    long oracleNanos(List<Server> servers, Call call, long timeoutNanos) {
        Server fastest = servers.stream()
                .filter(server -> server.at(call.nanos()).isWell())
                .min(Comparator.comparing(server -> server.at(call.nanos()).rtt()))
                .orElse(null);
        if (fastest == null) {
            return -1;
        }
        for (int transmission = 0; nanosAfterStart(transmission) < timeoutNanos; transmission++) {
            long sentNanos = call.nanos() + nanosAfterStart(transmission);
            var answer = answer(fastest, call, transmission, sentNanos);
            if (answer != null) {
                long tookNanos = answer.nanos - call.nanos();
                return tookNanos < timeoutNanos ? tookNanos : -1;
            }
        }
        return -1;
    }
}
