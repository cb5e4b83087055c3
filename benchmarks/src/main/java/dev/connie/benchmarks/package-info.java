/** What a race costs and what it gains. */
@NullMarked
package dev.connie.benchmarks;

import org.jspecify.annotations.NullMarked;
