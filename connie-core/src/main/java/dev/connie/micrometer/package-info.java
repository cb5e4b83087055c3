/** Metrics of races for Micrometer: {@link dev.connie.micrometer.RaceMetrics}. */
@NullMarked
package dev.connie.micrometer;

import org.jspecify.annotations.NullMarked;
