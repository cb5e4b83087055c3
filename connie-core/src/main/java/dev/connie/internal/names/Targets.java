package dev.connie.internal.names;

import dev.connie.Connector;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The targets of a connect: which are allowed, what addresses they have, and what messages call them. */
public final class Targets {
    private Targets() {}

    /** @throws IllegalArgumentException as {@link Connector#connect(String, int, Duration)} does */
    public static void require(String host, int port, Duration timeout) {
        Objects.requireNonNull(host, "host");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("empty host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of " + host + " is not in 1 to 65535");
        }
        requireTimeout(timeout);
    }

    /** Returns a copy of the list, which nobody changes after the check. */
    public static List<InetSocketAddress> requireConnectable(List<InetSocketAddress> addresses, Duration timeout) {
        Objects.requireNonNull(addresses, "addresses");
        addresses.forEach(address -> Objects.requireNonNull(address, "an address is null"));
        List<InetSocketAddress> targets = List.copyOf(addresses);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no address to connect to");
        }
        // By index: the iterator of an immutable list is an object that stays one.
        for (int i = 0; i < targets.size(); i++) {
            InetSocketAddress address = targets.get(i);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("unresolved address: " + address);
            }
            if (address.getAddress().isAnyLocalAddress()) {
                throw new IllegalArgumentException("cannot connect to the wildcard address: " + address);
            }
            if (address.getPort() == 0) {
                throw new IllegalArgumentException("cannot connect to port 0: " + address);
            }
        }
        requireTimeout(timeout);
        return targets;
    }

    private static void requireTimeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("negative timeout: " + timeout);
        }
    }

    /** Returns host and port if all addresses have the same, else how many there are: for messages. */
    public static String nameOf(List<InetSocketAddress> addresses) {
        InetSocketAddress first = addresses.get(0);
        boolean oneHost = addresses.stream()
                .allMatch(address -> address.getPort() == first.getPort()
                        && address.getHostString().equals(first.getHostString()));
        return oneHost ? nameOf(first.getHostString(), first.getPort()) : addresses.size() + " addresses";
    }

    /** Returns host and port as in a URL. */
    public static String nameOf(String host, int port) {
        boolean bareIpv6 = host.indexOf(':') >= 0 && !host.startsWith("[");
        return (bareIpv6 ? "[" + host + "]" : host) + ":" + port;
    }
}
