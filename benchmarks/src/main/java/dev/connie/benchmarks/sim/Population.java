package dev.connie.benchmarks.sim;

import java.time.Duration;
import java.util.List;

/**
 * Addresses, how they behave, and who calls them.
 *
 * @param name for the command line and for files
 * @param description a sentence or two for people
 * @param hosts the servers of each host, in the order in which its name is resolved
 * @param shuffled whether the resolver gives them in another order each time
 * @param clients how many processes call, each with a policy of its own
 * @param plan when they call
 * @param parts what the results are told apart by, as {@link Call#part} says; one part has no name
 * @param watches the changes that clients should notice, in the order in which they come
 */
record Population(
        String name,
        String description,
        List<List<Server>> hosts,
        boolean shuffled,
        int clients,
        Plan plan,
        List<String> parts,
        List<Watch> watches) {
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    Population {
        hosts = hosts.stream().map(List::copyOf).toList();
        parts = List.copyOf(parts);
        watches = List.copyOf(watches);
    }

    boolean isStorm() {
        return name.startsWith("storm-");
    }
}
