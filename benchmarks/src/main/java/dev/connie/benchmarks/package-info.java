/** The benchmarks: contenders side by side in the same scenarios, and what a single connect costs. */
@NullMarked
package dev.connie.benchmarks;

import org.jspecify.annotations.NullMarked;
