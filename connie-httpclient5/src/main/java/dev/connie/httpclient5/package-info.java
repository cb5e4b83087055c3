/**
 * Races the connects of an Apache HttpClient 5.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie.httpclient5;

import org.jspecify.annotations.NullMarked;
