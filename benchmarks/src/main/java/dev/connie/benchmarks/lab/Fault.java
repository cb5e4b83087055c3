package dev.connie.benchmarks.lab;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What is wrong with an address. */
public enum Fault {
    /** Nothing: it answers. */
    NONE,
    /** Every packet to it is lost. */
    BLACK_HOLE,
    /** No one listens: the kernel answers a SYN with a reset. */
    REFUSES,
    /** A router on the way answers with ICMP "host unreachable" ("address unreachable" in ICMPv6). */
    UNREACHABLE,
    /** It completes the handshake, reads what it is sent, and never says a word. */
    SILENT,
    /** It completes the TCP handshake and then leaves a TLS ClientHello unanswered; without TLS it is well. */
    MUTE_IN_TLS;

    /** As it is written in a file: {@code black-hole}. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
