package dev.connie.benchmarks.lab;

import java.time.Duration;
import java.util.List;

/**
 * A host as a client finds it: its addresses, in the order in which the name service lists them.
 *
 * @param name what it is called on the command line: small letters, digits and hyphens
 * @param description one line for a table's head
 * @param timeout the connect timeout that every contender is given; 1 s in a file that does not say it
 * @param shuffled whether the name service lists the addresses in another order each time, as a round robin does; if a
 *     file does not say it, it does not
 * @param replicas the addresses, at least one and at most {@value #MAX_REPLICAS}
 */
public record Scenario(String name, String description, Duration timeout, boolean shuffled, List<Replica> replicas) {
    public static final int MAX_REPLICAS = 64;

    public Scenario {
        timeout = timeout == null ? Duration.ofSeconds(1) : timeout;
        if (name == null || description == null || replicas == null) {
            throw new IllegalArgumentException("a scenario has a name, a description, and replicas");
        }
        if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("a scenario's name is small letters, digits and hyphens: " + name);
        }
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout must be at least 1 ms: " + timeout);
        }
        replicas = List.copyOf(replicas);
        if (replicas.isEmpty() || replicas.size() > MAX_REPLICAS) {
            throw new IllegalArgumentException(
                    "a scenario has 1 to " + MAX_REPLICAS + " replicas: " + name + " has " + replicas.size());
        }
    }
}
