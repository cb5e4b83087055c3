package dev.connie.internal.lineup;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Copies of addresses: equal, but objects of their own, so that each can be told from all others by identity. */
public final class InetAddressCopies {
    private InetAddressCopies() {}

    static List<InetAddress> of(String host, List<InetAddress> addresses) {
        List<InetAddress> copies = new ArrayList<>(addresses.size());
        for (InetAddress address : addresses) {
            copies.add(of(host, address));
        }
        return copies;
    }

    /** Returns a copy that carries this host name, so that nobody has to ask for one by a reverse look-up. */
    private static InetAddress of(String host, InetAddress address) {
        byte[] bytes = address.getAddress();
        try {
            if (address instanceof Inet6Address ip6) {
                return ip6.getScopedInterface() != null
                        ? Inet6Address.getByAddress(host, bytes, ip6.getScopedInterface())
                        // A scope of 0 means none; setting it would be written as "::1%0".
                        : Inet6Address.getByAddress(host, bytes, ip6.getScopeId() == 0 ? -1 : ip6.getScopeId());
            }
            return InetAddress.getByAddress(host, bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of the wrong length", impossible);
        }
    }

    /** Returns true if both name the same destination. Inet6Address.equals leaves out the scope. */
    static boolean isSame(InetAddress a, InetAddress b) {
        return a.equals(b)
                && (!(a instanceof Inet6Address a6)
                        || !(b instanceof Inet6Address b6)
                        || a6.getScopeId() == b6.getScopeId());
    }
}
