package dev.connie;

import dev.connie.internal.names.CachingResolver;
import dev.connie.internal.names.FilteringResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the addresses of a host. Implementations are thread-safe and may block. */
@FunctionalInterface
public interface HostResolver {
    /**
     * The JVM's resolver, with its order and its cache. The JVM puts IPv4 first; {@code
     * -Djava.net.preferIPv6Addresses=system} leaves the order to the system, which is that of RFC 6724.
     */
    HostResolver SYSTEM = new HostResolver() {
        @Override
        public List<InetAddress> resolve(String host) throws UnknownHostException {
            return List.of(InetAddress.getAllByName(host));
        }

        @Override
        public String toString() {
            return "HostResolver.SYSTEM";
        }
    };

    /**
     * Returns the addresses of a host, best first.
     *
     * @throws UnknownHostException if there is none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /**
     * Looks a host up and hands over its addresses as they become known, so that a race may begin with the first of
     * them and the others join. A resolver that has to wait for its answers overrides this and returns at once; this
     * one hands over what {@link #resolve} returns, on the calling thread.
     *
     * @param timeout how long the caller waits for the first address, the rest of its time not counted; zero for as
     *     long as it takes
     */
    default void lookUp(String host, Duration timeout, Answers answers) {
        UnknownHostException failure = null;
        try {
            answers.found(resolve(host));
        } catch (UnknownHostException e) {
            failure = e;
        }
        answers.ended(failure);
    }

    /**
     * Takes the addresses of one host as they come. It is called by one thread at a time, on whichever has them, and
     * must not block there.
     */
    interface Answers {
        /** Takes addresses, the best first. With the first of them a race may begin; the others came later. */
        void found(List<InetAddress> addresses);

        /**
         * Is told that no more will come.
         *
         * @param failure why there were none at all; null if there were some
         */
        void ended(@Nullable UnknownHostException failure);

        /** Returns whether more is wanted. A resolver need not ask on for somebody who is no longer there. */
        default boolean areWanted() {
            return true;
        }
    }

    /**
     * Returns a resolver that remembers the answers of this one, for at most 1,024 hosts. Threads that ask for a host
     * at the same time share one look-up. Failures are not remembered.
     *
     * @param ttl how long an answer may be used
     * @throws IllegalArgumentException if {@code ttl} is not positive
     */
    default HostResolver caching(Duration ttl) {
        return new CachingResolver(this, ttl, System::nanoTime);
    }

    /**
     * Returns a resolver that leaves out the addresses that {@code allowed} refuses. A host none of whose addresses is
     * allowed is an {@link UnknownHostException} that says so. A service that fetches URLs for strangers so keeps them out
     * of its private ranges.
     */
    default HostResolver filtering(Predicate<? super InetAddress> allowed) {
        return new FilteringResolver(this, allowed);
    }
}
