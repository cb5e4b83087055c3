/**
 * Who is told of races: listeners, guarded so that they cannot break one, and JDK Flight Recorder.
 *
 * <p>Begin with {@link dev.connie.internal.observe.GuardedListener}. Knows the reports of a race, and not who drives it.
 */
@NullMarked
package dev.connie.internal.observe;

import org.jspecify.annotations.NullMarked;
