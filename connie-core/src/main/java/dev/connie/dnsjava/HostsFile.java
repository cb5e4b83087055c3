package dev.connie.dnsjava;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;

/** The hosts that a file lists, for which nobody is asked. Thread-safe, as dnsjava's parser is. */
final class HostsFile {
    private final HostsFileParser parser;

    /** @param file null for the system's */
    HostsFile(@Nullable Path file) {
        parser = file == null ? new HostsFileParser() : new HostsFileParser(file);
    }

    /** Returns the addresses of the first of these names that is listed: one of each family, as dnsjava reads the file. */
    List<InetAddress> lookUp(String host, List<Name> candidates) {
        List<InetAddress> addresses = new ArrayList<>();
        for (Name name : candidates) {
            for (int type : new int[] {Type.AAAA, Type.A}) {
                try {
                    Optional<InetAddress> address = parser.getAddressForHost(name, type);
                    address.ifPresent(found -> addresses.add(AddressQueries.named(host, found)));
                } catch (IOException unreadable) {
                    // As if there were none: not every system has one.
                }
            }
            if (!addresses.isEmpty()) {
                break;
            }
        }
        return addresses;
    }
}
