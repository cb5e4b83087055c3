/**
 * A network whose addresses behave as a scenario says, made of real kernel TCP on this machine alone.
 *
 * <p>A {@link dev.connie.benchmarks.lab.Lab} deploys {@link dev.connie.benchmarks.lab.Scenario}s; a scenario lists the
 * {@link dev.connie.benchmarks.lab.Replica}s behind one host name.
 */
@NullMarked
package dev.connie.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
