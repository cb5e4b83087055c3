/** Races the connects of an Apache HttpClient 5. */
@NullMarked
package dev.connie.httpclient5;

import org.jspecify.annotations.NullMarked;
