/**
 * The socket that is handed out: a channel that behaves as a plain socket does, to the exceptions' messages.
 *
 * <p>Begin with {@link dev.connie.internal.socket.RacingSocketImpl}. Its streams wait by {@link
 * dev.connie.internal.socket.Readiness}; its options are in {@link dev.connie.internal.socket.SocketSettings}; {@link
 * dev.connie.internal.socket.ChannelSlot} owns the channel. What a socket connects by is a {@link
 * dev.connie.internal.socket.SocketConnector}.
 *
 * <p>Knows the drivers; not the lineups.
 */
@NullMarked
package dev.connie.internal.socket;

import org.jspecify.annotations.NullMarked;
