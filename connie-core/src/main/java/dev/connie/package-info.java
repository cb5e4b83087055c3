/**
 * Connects to a host by racing TCP connects to all of its addresses: the first handshake wins, the others are closed.
 *
 * <p>Most users need a {@link dev.connie.Connector}, or the {@link dev.connie.RacingSocketFactory} it makes for a
 * library that takes a {@code SocketFactory}. {@link dev.connie.Lineup} is for adapters to clients that have a
 * fall-over loop of their own.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie;

import org.jspecify.annotations.NullMarked;
