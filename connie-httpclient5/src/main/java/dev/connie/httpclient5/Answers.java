package dev.connie.httpclient5;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a resolver has found, less the wildcard address: a name server that answers 0.0.0.0 says "nowhere", and the system
 * would take it for this machine. The same with HttpClient 5.0 to 5.7.
 */
final class Answers {
    private Answers() {}

    /** @throws UnknownHostException if there is nothing to connect to */
    static List<InetAddress> connectable(String host, @Nullable List<InetAddress> answer) throws UnknownHostException {
        return without(host, answer, InetAddress::isAnyLocalAddress);
    }

    /** @throws UnknownHostException if there is nothing to connect to */
    static List<InetSocketAddress> connectableWithPorts(String host, @Nullable List<InetSocketAddress> answer)
            throws UnknownHostException {
        return without(
                host,
                answer,
                address -> !address.isUnresolved() && address.getAddress().isAnyLocalAddress());
    }

    private static <A> List<A> without(String host, @Nullable List<A> answer, Predicate<A> isNowhere)
            throws UnknownHostException {
        List<A> left = answer == null
                ? List.of()
                : answer.stream().filter(isNowhere.negate()).toList();
        if (left.isEmpty()) {
            throw new UnknownHostException(host + ": no address to connect to");
        }
        return left;
    }
}
