package dev.connie.dnsjava;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;

/** What a host is called, and what needs no name server: literals and this machine. */
final class HostNames {
    private HostNames() {}

    /**
     * Returns the address that this literal says, which may be in brackets and have a scope; null if it is a name. Asks
     * nobody.
     *
     * @throws UnknownHostException if it is neither
     */
    static @Nullable InetAddress literal(String host) throws UnknownHostException {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bracketed || bare.indexOf(':') >= 0) {
            int scope = bare.indexOf('%');
            if (Address.toByteArray(scope < 0 ? bare : bare.substring(0, scope), Address.IPv6) == null) {
                throw new UnknownHostException(host + ": not an IPv6 address");
            }
            // With its scope, which is an interface of this machine.
            return InetAddress.getByName(bare);
        }
        if (!isNumeric(bare)) {
            return null;
        }
        byte[] bytes = Address.toByteArray(bare, Address.IPv4);
        if (bytes == null) {
            // Some systems take "127.1" for an address. A name server has nothing to say to it in any case.
            throw new UnknownHostException(host + ": not an IPv4 address");
        }
        return InetAddress.getByAddress(host, bytes);
    }

    private static boolean isNumeric(String host) {
        return !host.isEmpty() && host.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    /** Returns the name in lower case and, where it is international, in the form that name servers know. */
    static String toAscii(String host) throws UnknownHostException {
        String ascii = host;
        // Most names are, and the classes for the others take 50 ms to load.
        if (host.chars().anyMatch(c -> c >= 0x80)) {
            try {
                ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
            } catch (IllegalArgumentException e) {
                throw unknown(host, "not a host name", e);
            }
        }
        ascii = ascii.toLowerCase(Locale.ROOT);
        // In a zone file these have a meaning, and nobody's host is called so.
        if (ascii.isEmpty() || ascii.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || "\\@\"();/$".indexOf(c) >= 0)) {
            throw new UnknownHostException(host + ": not a host name");
        }
        return ascii;
    }

    /** Returns whether this is a name for this machine: RFC 6761, section 6.3. */
    static boolean isLocalhost(String ascii) {
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        return name.equals("localhost") || name.endsWith(".localhost");
    }

    /**
     * Returns the names to ask for, one after the other: with the search domains before or after the name itself, by
     * the number of its dots; resolv.conf(5).
     */
    static List<Name> candidates(String host, String ascii, List<Name> searchDomains, int ndots)
            throws UnknownHostException {
        Name absolute;
        try {
            absolute = Name.fromString(ascii, Name.root);
        } catch (TextParseException e) {
            throw unknown(host, "not a host name", e);
        }
        if (ascii.endsWith(".")) {
            return List.of(absolute);
        }
        List<Name> candidates = new ArrayList<>();
        for (Name domain : searchDomains) {
            try {
                candidates.add(Name.concatenate(Name.fromString(ascii), domain));
            } catch (TextParseException | NameTooLongException tooLong) {
                // There is no such host in this domain.
            }
        }
        long dots = ascii.chars().filter(c -> c == '.').count();
        candidates.add(dots >= ndots ? 0 : candidates.size(), absolute);
        return candidates;
    }

    /** Returns the addresses of this machine's own name. */
    static List<InetAddress> loopback(String host) {
        byte[] ipv6 = new byte[16];
        ipv6[15] = 1;
        try {
            return List.of(
                    InetAddress.getByAddress(host, ipv6), InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of the wrong length", impossible);
        }
    }

    /** Returns a new exception of the same words, for another thread. */
    static UnknownHostException unknownAgain(String host, @Nullable Throwable failure) {
        UnknownHostException again =
                new UnknownHostException(failure == null || failure.getMessage() == null ? host : failure.getMessage());
        again.initCause(failure);
        return again;
    }

    static UnknownHostException unknown(String host, String why, @Nullable Throwable cause) {
        UnknownHostException exception = new UnknownHostException(host + ": " + why);
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    /** Returns the addresses of a literal, or of localhost; null for a name that has to be asked for. */
    static @Nullable List<InetAddress> withoutAsking(String host) throws UnknownHostException {
        InetAddress literal = literal(host);
        if (literal != null) {
            return List.of(literal);
        }
        return isLocalhost(toAscii(host)) ? loopback(host) : null;
    }
}
