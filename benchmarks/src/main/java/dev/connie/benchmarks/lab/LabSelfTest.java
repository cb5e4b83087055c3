package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Measures whether a {@link TunLab} does what it is told to. Runs in a {@link Namespace}. */
public final class LabSelfTest {
    static final String PASSED = "ok      ";
    static final String FAILED = "FAILED  ";
    static final String SKIPPED = "skipped ";
    private static final String NOTHING_OUTLIVES = "no thread or descriptor outlives the lab";

    private LabSelfTest() {}

    /**
     * What holds of a lab.
     *
     * @param attempts how often it is tried until it passes: more than once for one that a machine that is busy with
     *     something else for a while could let fail
     * @param copies how often the replicas are deployed for it
     */
    record Check(String name, int attempts, int copies, Service service, List<Replica> replicas, Body body) {
        static final int ATTEMPTS = 3;

        static Check timed(String name, Service service, Replica replica, Body body) {
            return new Check(name, ATTEMPTS, 1, service, List.of(replica), body);
        }

        static Check exact(String name, int copies, List<Replica> replicas, Body body) {
            return new Check(name, 1, copies, Service.SINK, replicas, body);
        }

        interface Body {
            /**
             * @return what was measured
             * @throws CheckFailedException if it does not hold
             */
            String run(Deployment deployment) throws IOException, CheckFailedException;
        }

        String run(Lab lab) throws IOException, CheckFailedException {
            Scenario scenario = Probe.scenario(replicas.toArray(Replica[]::new));
            try (Deployment deployment = lab.deploy(scenario, copies, service, 1)) {
                return body.run(deployment);
            }
        }
    }

    /** A check failed; the message says what was found. */
    static final class CheckFailedException extends Exception {
        private static final long serialVersionUID = 1;

        CheckFailedException(String found) {
            super(found);
        }
    }

    /** For a JVM of its own: ends with 0 if all is well. */
    public static void main(String[] args) throws IOException {
        System.exit(run(System.out));
    }

    /** The names of all checks, in the order in which they are run. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        checks().forEach(check -> names.add(check.name()));
        names.add(NOTHING_OUTLIVES);
        return names;
    }

    /**
     * Runs all checks and prints a line for each. Skips those that this kernel has no IPv6 for.
     *
     * @return 0 if none failed, 1 if one did
     */
    public static int run(PrintStream out) throws IOException {
        warmUp();
        long descriptors = descriptors();
        boolean passed = true;
        try (TunLab lab = TunLab.open()) {
            for (Check check : checks()) {
                passed &= passes(check.name(), check.attempts(), () -> check.run(lab), out);
            }
        }
        passed &= passes(NOTHING_OUTLIVES, 1, () -> nothingIsLeft(descriptors), out);
        return passed ? 0 : 1;
    }

    private static List<Check> checks() {
        return Stream.of(FaultChecks.all(), CountChecks.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Whatever the JVM loads and keeps is there before it is counted. */
    private static void warmUp() throws IOException {
        try (TunLab lab = TunLab.open();
                Deployment deployment = lab.deploy(Probe.scenario(Replica.live(0)), 1, Service.HTTPS, 1)) {
            for (int i = 0; i < 200; i++) {
                Probe.connect(deployment, 0, 0, Probe.PATIENCE);
            }
        }
        descriptors();
    }

    private interface Attempt {
        String run() throws IOException, CheckFailedException;
    }

    private static boolean passes(String name, int attempts, Attempt attempt, PrintStream out) {
        String earlier = "";
        for (int i = 1; ; i++) {
            String found;
            boolean passed = false;
            try {
                found = attempt.run();
                passed = true;
            } catch (UnsupportedOperationException e) {
                out.println(SKIPPED + name + ": " + e.getMessage());
                return true;
            } catch (CheckFailedException e) {
                found = e.getMessage();
            } catch (IOException | RuntimeException e) {
                found = e.toString();
            }
            if (passed || i == attempts) {
                out.println((passed ? PASSED : FAILED) + name + ": " + found + earlier);
                return passed;
            }
            earlier += "; attempt " + i + ": " + found;
        }
    }

    private static String nothingIsLeft(long before) throws CheckFailedException {
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(Lab::isThread)
                .toList();
        Probe.require(threads.isEmpty(), "these threads run: " + threads);
        long after = descriptors();
        String found = before + " descriptors before, " + after + " after";
        Probe.require(after <= before, found);
        return found;
    }

    /** Counts sockets, selectors, event descriptors and the TUN device; the JVM may open a jar at any time. */
    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(LabSelfTest::isOfLab).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfLab(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return Stream.of("socket:", "anon_inode:", "/dev/net/tun").anyMatch(target::startsWith);
        } catch (IOException gone) {
            // The listing's own.
            return false;
        }
    }
}
