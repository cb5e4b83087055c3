/** Fixtures for the tests of all modules. */
@NullMarked
package dev.connie.testing;

import org.jspecify.annotations.NullMarked;
