/**
 * Asks name servers by dnsjava, for A and AAAA side by side, so that a race begins with the first answer: {@link
 * dev.connie.dnsjava.DnsResolver}.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.connie.dnsjava;

import org.jspecify.annotations.NullMarked;
