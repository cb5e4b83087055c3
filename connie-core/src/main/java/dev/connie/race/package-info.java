/**
 * The policy of a race: which address is tried when, and when the race is over.
 *
 * <p>Nothing here knows a clock, a socket or a thread. A driver tells a {@link dev.connie.race.Race} the time and what
 * happened, and asks it what is due. Most users need only {@link dev.connie.race.RacePolicy} and read a {@link
 * dev.connie.race.RaceReport}; {@link dev.connie.race.Race} is for those who write a driver.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie.race;

import org.jspecify.annotations.NullMarked;
