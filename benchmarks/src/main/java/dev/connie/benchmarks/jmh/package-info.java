/** What a race and a raced socket cost where the network costs nothing: benchmarks of JMH, and their ratios in one run. */
@NullMarked
package dev.connie.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
