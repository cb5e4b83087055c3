package dev.connie.internal.names;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
            throw noneIsAllowed(host, all.size());
        }
        return rest;
    }

    @Override
    public void lookUp(String host, Duration timeout, Answers answers) {
        delegate.lookUp(host, timeout, new Answers() {
            private int refused;
            private boolean any;

            @Override
            public void found(List<InetAddress> addresses) {
                List<InetAddress> rest = addresses.stream()
                        .filter(address -> allowed.test(address))
                        .toList();
                refused += addresses.size() - rest.size();
                if (!rest.isEmpty()) {
                    any = true;
                    answers.found(rest);
                }
            }

            @Override
            public void ended(@Nullable UnknownHostException failure) {
                answers.ended(failure == null && !any && refused > 0 ? noneIsAllowed(host, refused) : failure);
            }

            @Override
            public boolean areWanted() {
                return answers.areWanted();
            }
        });
    }

    private static UnknownHostException noneIsAllowed(String host, int all) {
        return new UnknownHostException(host + ": none of its " + all + " addresses is allowed by the filter");
    }

    @Override
    public String toString() {
        return delegate + ".filtering(" + allowed + ")";
    }
}
