/**
 * The socket that is handed out: a channel that behaves as a plain socket does, down to the messages of its exceptions.
 *
 * <p>Begin with {@link dev.connie.internal.socket.RacingSocketImpl}. Its streams wait by {@link
 * dev.connie.internal.socket.Readiness}; its options are in {@link dev.connie.internal.socket.SocketSettings}; {@link
 * dev.connie.internal.socket.ChannelSlot} owns the channel. A {@link
 * dev.connie.internal.socket.SocketConnector} makes its connection.
 *
 * <p>Knows the drivers; not the lineups.
 */
@NullMarked
package dev.connie.internal.socket;

import org.jspecify.annotations.NullMarked;
