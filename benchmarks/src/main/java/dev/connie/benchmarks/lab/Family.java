package dev.connie.benchmarks.lab;

/** An address family. */
public enum Family {
    IPV4,
    IPV6
}
