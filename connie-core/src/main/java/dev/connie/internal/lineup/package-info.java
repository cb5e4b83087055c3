/**
 * The books between a client's own loop over addresses and the race: which socket gets which address.
 *
 * <p>Begin with {@link dev.connie.internal.lineup.LineupBook}, the addresses of one look-up, and {@link
 * dev.connie.internal.lineup.LineupRound}, one pass over them. {@link dev.connie.internal.lineup.SocketLineups} is how the
 * sockets of a factory find theirs.
 *
 * <p>Knows sockets and drivers; not the doors.
 */
@NullMarked
package dev.connie.internal.lineup;

import org.jspecify.annotations.NullMarked;
