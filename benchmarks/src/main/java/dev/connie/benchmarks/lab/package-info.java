/**
 * A network whose addresses behave as a scenario says, made of real kernel TCP on this machine alone.
 *
 * <p>A {@link dev.connie.benchmarks.lab.Lab} deploys {@link dev.connie.benchmarks.lab.Scenario}s; a scenario lists the
 * {@link dev.connie.benchmarks.lab.Replica}s behind one host name. There are two labs. {@link
 * dev.connie.benchmarks.lab.TunLab} delays and loses packets, and needs a {@link dev.connie.benchmarks.lab.Namespace};
 * {@link dev.connie.benchmarks.lab.LoopbackLab} does neither, and needs nothing.
 */
@NullMarked
package dev.connie.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
