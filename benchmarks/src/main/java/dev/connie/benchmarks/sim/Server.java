package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.lab.Lab;
import dev.connie.benchmarks.lab.Replica;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One address of a host, and how it answers from what time on.
 *
 * @param number tells it from every other of its population, from 0
 * @param address what the race knows of it; no packet ever leaves for it
 * @param changes how it answers, by time; the first from 0 on
 * @param capacity how much it can take
 */
record Server(int number, InetSocketAddress address, List<Change> changes, Capacity capacity) {
    /** From a time on, the address answers like this. */
    record Change(long atNanos, Replica path) {}

    Server {
        changes = List.copyOf(changes);
    }

    /** With an address of the networks set aside for benchmarks: 198.18.0.0/15 (RFC 2544), 2001:2::/48 (RFC 5180). */
    static Server of(int number, Replica path) {
        boolean ipv6 = path.family() == Replica.Family.IPV6;
        byte[] ip = ipv6
                ? new byte[] {0x20, 0x01, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
                : new byte[] {(byte) 198, (byte) (18 + (number + 1 >> 16)), 0, 0};
        ip[ip.length - 2] = (byte) (number + 1 >> 8);
        ip[ip.length - 1] = (byte) (number + 1);
        var address = new InetSocketAddress(Lab.address("server-" + number, ip), 443);
        return new Server(number, address, List.of(new Change(0, path)), Capacity.ENDLESS);
    }

    /** Changes must be named in the order in which they come. */
    Server then(Duration at, Replica path) {
        var more = new ArrayList<>(changes);
        more.add(new Change(at.toNanos(), path));
        return new Server(number, address, more, capacity);
    }

    Server taking(Capacity other) {
        return new Server(number, address, changes, other);
    }

    Replica at(long nanos) {
        int last = changes.size() - 1;
        while (last > 0 && changes.get(last).atNanos > nanos) {
            last--;
        }
        return changes.get(last).path;
    }
}
