/**
 * From a name to addresses: resolvers, what may be connected to, and the addresses of this machine.
 *
 * <p>Begin with {@link dev.connie.internal.names.CachingResolver}. Knows no race and no socket.
 */
@NullMarked
package dev.connie.internal.names;

import org.jspecify.annotations.NullMarked;
