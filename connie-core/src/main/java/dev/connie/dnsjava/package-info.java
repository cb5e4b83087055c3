/**
 * Asks name servers by dnsjava, for A and AAAA side by side, so that a race begins with the first answer: {@link
 * dev.connie.dnsjava.DnsResolver}.
 */
@NullMarked
package dev.connie.dnsjava;

import org.jspecify.annotations.NullMarked;
