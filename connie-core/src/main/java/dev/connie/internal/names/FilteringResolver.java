package dev.connie.internal.names;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** A resolver without the addresses that a predicate refuses. */
public final class FilteringResolver implements HostResolver {
    private final HostResolver delegate;
    private final Predicate<? super InetAddress> allowed;

    public FilteringResolver(HostResolver delegate, Predicate<? super InetAddress> allowed) {
        this.delegate = delegate;
        this.allowed = Objects.requireNonNull(allowed, "allowed");
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        List<InetAddress> all = delegate.resolve(host);
        List<InetAddress> rest =
                all.stream().filter(address -> allowed.test(address)).toList();
        if (rest.isEmpty() && !all.isEmpty()) {
            throw new UnknownHostException(
                    host + ": none of its " + all.size() + " addresses is allowed by the filter");
        }
        return rest;
    }

    @Override
    public String toString() {
        return delegate + ".filtering(" + allowed + ")";
    }
}
