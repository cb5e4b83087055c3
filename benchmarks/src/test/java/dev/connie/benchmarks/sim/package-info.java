@NullMarked
package dev.connie.benchmarks.sim;

import org.jspecify.annotations.NullMarked;
