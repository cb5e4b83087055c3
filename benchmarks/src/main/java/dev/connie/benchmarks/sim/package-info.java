/**
 * Policies against populations of addresses, in virtual time: thousands of races a second, the same for the same seed.
 *
 * <p>A {@code Population} says who calls when and how the addresses answer; a {@code Simulation} drives one real {@link
 * dev.connie.race.Race} per call over one {@code EventQueue}. No clock is read and no packet sent. {@link
 * dev.connie.benchmarks.sim.SimulateCommand} is the door.
 */
@NullMarked
package dev.connie.benchmarks.sim;

import org.jspecify.annotations.NullMarked;
