package dev.connie.internal.lineup;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Copies of addresses: equal, but objects of their own, so that each can be told from all others by identity. */
public final class InetAddressCopies {
    private InetAddressCopies() {}

    /**
     * Returns copies with the host names of the originals, which events and certificates may go by. One without a name gets
     * this one, so that nobody has to ask for one by a reverse look-up.
     */
    static List<InetAddress> of(String host, List<InetAddress> addresses) {
        List<InetAddress> copies = new ArrayList<>(addresses.size());
        for (InetAddress address : addresses) {
            copies.add(named(nameIn(address, host), address));
        }
        return copies;
    }

    /** Returns the host name that the address carries, without a look-up for one that carries none. */
    private static String nameIn(InetAddress address, String otherwise) {
        // The only way to ask: "name/address", or "/address".
        String text = address.toString();
        String name = text.substring(0, text.lastIndexOf('/'));
        return name.isEmpty() ? otherwise : name;
    }

    private static InetAddress named(String host, InetAddress address) {
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
