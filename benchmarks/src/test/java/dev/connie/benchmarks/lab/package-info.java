@NullMarked
package dev.connie.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
