/**
 * Metrics of races for Micrometer: {@link dev.connie.micrometer.RaceMetrics}.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie.micrometer;

import org.jspecify.annotations.NullMarked;
