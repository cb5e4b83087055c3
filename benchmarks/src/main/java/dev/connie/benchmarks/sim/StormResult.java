package dev.connie.benchmarks.sim;

import java.util.List;

/** What the policies did in one storm. */
record StormResult(Storm storm, List<OfPolicy> policies) {
    /** What one policy did. */
    record OfPolicy(Trial trial, StormLoad load) {}

    StormResult {
        policies = List.copyOf(policies);
    }
}
