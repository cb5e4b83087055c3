package dev.connie.benchmarks.jmh;

import java.nio.file.Path;

/**
 * What {@link Overhead} is asked for.
 *
 * @param quick whether to be done within a minute, with fewer cases and wider quartiles
 * @param directory where {@code overhead.csv} goes; made if need be
 */
public record OverheadOptions(boolean quick, Path directory) {}
