package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.util.Optional;

/** A network on this machine in which scenarios are deployed. Thread-safe. */
public interface Lab extends AutoCloseable {
    /** The most copies that one deployment has. */
    int MAX_COPIES = 64;

    /**
     * Sets a scenario up, several times over: each copy has addresses of its own that behave alike, so that what one
     * contender sends can be told from what another does.
     *
     * @param copies how many, at most {@value #MAX_COPIES}
     * @param seed decides what is lost: the n-th connect to an address meets the same luck in every copy
     * @throws UnsupportedOperationException if {@link #supports} says so
     */
    Deployment deploy(Scenario scenario, int copies, Service service, long seed) throws IOException;

    /** Whether this lab can play the scenario; one on loopback cannot delay or lose a packet. */
    default boolean supports(Scenario scenario) {
        return whyNot(scenario).isEmpty();
    }

    /** Returns in one sentence why this lab cannot play the scenario; empty if it can. */
    Optional<String> whyNot(Scenario scenario);

    /** Whether it sees packets: without that, {@link Traffic#syns} and {@link Traffic#resets} stay 0. */
    boolean countsPackets();

    /** The CPU time of the lab's own threads so far, in nanoseconds, to be taken off what the process used. */
    long cpuNanos();

    /** Whether a thread is one of a lab's own, which do not belong to what is measured. */
    static boolean isThread(Thread thread) {
        return thread.getName().startsWith(LabThreads.NAME_PREFIX);
    }

    /** One line: what it is made of. */
    String describe();

    /** Ends every deployment, thread and descriptor of the lab. */
    @Override
    void close() throws IOException;
}
