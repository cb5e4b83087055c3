package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Probe.millis;
import static dev.connie.benchmarks.lab.Probe.require;
import static dev.connie.benchmarks.lab.Probe.scenario;

import dev.connie.benchmarks.lab.LabSelfTest.Check;
import dev.connie.benchmarks.lab.LabSelfTest.CheckFailedException;
import dev.connie.benchmarks.lab.Replica.Family;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether what comes, comes when it should. */
final class TimeChecks {
    private static final int CONNECTS = 25;
    private static final double TOLERANCE_MILLIS = 2;

    private TimeChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        for (double rtt : new double[] {5, 20, 100}) {
            for (Family family : Family.values()) {
                Replica replica = of(family, rtt);
                checks.add(Check.timed(
                        "connect() takes the RTT of " + (int) rtt + " ms, " + family,
                        lab -> takesRtt(lab, replica, rtt, null)));
            }
        }
        for (Family family : Family.values()) {
            Replica refuses = of(family, 20).with(Fault.REFUSES);
            Replica unreachable = of(family, 20).with(Fault.UNREACHABLE);
            checks.add(Check.timed(
                    "a refusal takes the RTT, " + family, lab -> takesRtt(lab, refuses, 20, ConnectException.class)));
            checks.add(Check.timed(
                    "an unreachable host is told of after the RTT, " + family,
                    lab -> takesRtt(lab, unreachable, 20, NoRouteToHostException.class)));
        }
        checks.add(Check.timed("jitter stays within its bounds", TimeChecks::jitter));
        return checks;
    }

    private static Replica of(Family family, double rttMillis) {
        Replica replica = Replica.live(rttMillis);
        return family == Family.IPV6 ? replica.ipv6() : replica;
    }

    private static String takesRtt(
            Lab lab, Replica replica, double rttMillis, @Nullable Class<? extends IOException> end)
            throws IOException, CheckFailedException {
        try (Deployment deployment = lab.deploy(scenario(replica), 1, Service.SINK, 1)) {
            double[] times = Probe.times(deployment, CONNECTS, end);
            double median = times[CONNECTS / 2];
            String found = "median " + millis(median) + ", " + millis(times[0]) + " to " + millis(times[CONNECTS - 1]);
            require(times[0] >= rttMillis && median <= rttMillis + TOLERANCE_MILLIS, found);
            return found;
        }
    }

    private static String jitter(Lab lab) throws IOException, CheckFailedException {
        double rtt = 20;
        double jitter = 10;
        try (Deployment deployment = lab.deploy(scenario(Replica.live(rtt).jitter(jitter)), 1, Service.SINK, 1)) {
            double[] times = Probe.times(deployment, CONNECTS, null);
            double median = times[CONNECTS / 2];
            // Some may be late for reasons of the machine's.
            double most = times[CONNECTS * 3 / 4];
            String found =
                    "median " + millis(median) + ", three quarters in " + millis(times[0]) + " to " + millis(most);
            // Half of it each way, so the sum of two even distributions: the ends are rare.
            require(times[0] >= rtt && most <= rtt + jitter + TOLERANCE_MILLIS, found);
            require(most - times[0] >= jitter / 4 && median >= rtt + jitter / 4, found);
            return found;
        }
    }
}
