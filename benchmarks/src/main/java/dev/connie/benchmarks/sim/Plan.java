package dev.connie.benchmarks.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Who calls whom when. */
interface Plan {
    /** Draws the calls of a run, in the order of time, numbered from 0. */
    List<Call> calls(SplittableRandom random);

    /** Calls to host 0 that come by chance, independent of each other, each from any of the clients. */
    static Plan byChance(Duration duration, double callsPerSecond, int clients) {
        return random -> {
            var calls = new ArrayList<Call>();
            double meanGapNanos = 1e9 / callsPerSecond;
            double nanos = gap(random, meanGapNanos);
            while (nanos < duration.toNanos()) {
                calls.add(new Call(calls.size(), (long) nanos, random.nextInt(clients), 0, 0));
                nanos += gap(random, meanGapNanos);
            }
            return calls;
        };
    }

    /**
     * One client that gets to know a host at a time, and calls each a few times. The n-th call to a host counts to the
     * n-th part; those beyond the last part, to that.
     */
    static Plan acquaintances(int hosts, Duration betweenHosts, int callsEach, Duration betweenCalls, int parts) {
        return random -> {
            var calls = new ArrayList<Call>();
            for (int host = 0; host < hosts; host++) {
                double nanos = (double) host * betweenHosts.toNanos();
                for (int i = 0; i < callsEach; i++) {
                    calls.add(new Call(0, (long) nanos, 0, host, Math.min(i, parts - 1)));
                    nanos += gap(random, betweenCalls.toNanos());
                }
            }
            calls.sort(Comparator.comparingLong(Call::nanos));
            var numbered = new ArrayList<Call>();
            for (Call call : calls) {
                numbered.add(new Call(numbered.size(), call.nanos(), call.client(), call.host(), call.part()));
            }
            return numbered;
        };
    }

    private static double gap(SplittableRandom random, double meanNanos) {
        return -Math.log1p(-random.nextDouble()) * meanNanos;
    }
}
