package dev.connie.benchmarks.sim;

/**
 * One connect that a client makes.
 *
 * @param number tells it from every other of its run; with the seed it decides its luck, whatever the policy
 * @param nanos when it begins
 * @param client who makes it: calls of the same client share a policy, as within a process
 * @param host whom it is to, by the index in its population
 * @param part the part of the population's results that it counts to, by index
 */
record Call(int number, long nanos, int client, int host, int part) {}
