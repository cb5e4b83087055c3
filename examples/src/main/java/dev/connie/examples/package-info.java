/** Short programs to copy from. */
@NullMarked
package dev.connie.examples;

import org.jspecify.annotations.NullMarked;
