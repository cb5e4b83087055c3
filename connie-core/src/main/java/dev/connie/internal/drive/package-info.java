/**
 * Runs a {@link dev.connie.race.Race} over channels: starts the attempts that are due, waits, reports what happened, and closes
 * what did not win.
 *
 * <p>Begin with {@link dev.connie.internal.drive.AttemptChannels}, the channels of one race, and {@link
 * dev.connie.internal.drive.BlockingDriver}, which waits for them on the caller's thread. {@link
 * dev.connie.internal.drive.AsyncDriver} waits for many races on one thread. {@link dev.connie.internal.drive.RaceSetup} is
 * what a connector hands down.
 *
 * <p>Knows the race, names and listeners; neither sockets nor lineups.
 */
@NullMarked
package dev.connie.internal.drive;

import org.jspecify.annotations.NullMarked;
