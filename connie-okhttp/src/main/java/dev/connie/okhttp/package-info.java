/** Races the connects of an {@code OkHttpClient}. */
@NullMarked
package dev.connie.okhttp;

import org.jspecify.annotations.NullMarked;
