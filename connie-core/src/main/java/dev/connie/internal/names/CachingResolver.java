package dev.connie.internal.names;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** A resolver that remembers answers for a while. The least recently used host makes way for the newest. */
public final class CachingResolver implements HostResolver {
    static final int MAX_HOSTS = 1024;

    /** A look-up that is under way, or its answer and the time until which that counts. */
    private static final class Answer {
        final CompletableFuture<List<InetAddress>> addresses = new CompletableFuture<>();
        // Guarded by the lock.
        boolean known;
        long expiresNanos;
    }

    private final HostResolver delegate;
    private final Duration ttl;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<String, Answer> answers = new RecentlyUsed<>(MAX_HOSTS);

    public CachingResolver(HostResolver delegate, Duration ttl, LongSupplier nanoClock) {
        Objects.requireNonNull(ttl, "ttl");
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("ttl is not positive: " + ttl);
        }
        this.delegate = delegate;
        this.ttl = ttl.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365) : ttl;
        this.nanoClock = nanoClock;
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        String key = host.toLowerCase(Locale.ROOT);
        Answer answer;
        boolean mine = false;
        lock.lock();
        try {
            answer = answers.get(key);
            if (answer == null || answer.known && nanoClock.getAsLong() - answer.expiresNanos >= 0) {
                answer = new Answer();
                answers.put(key, answer);
                mine = true;
            }
        } finally {
            lock.unlock();
        }
        return mine ? lookUp(host, key, answer) : await(host, answer);
    }

    private List<InetAddress> lookUp(String host, String key, Answer answer) throws UnknownHostException {
        try {
            List<InetAddress> addresses = List.copyOf(delegate.resolve(host));
            lock.lock();
            try {
                answer.known = true;
                answer.expiresNanos = nanoClock.getAsLong() + ttl.toNanos();
                if (addresses.isEmpty()) {
                    answers.remove(key, answer);
                }
            } finally {
                lock.unlock();
            }
            answer.addresses.complete(addresses);
            return addresses;
        } catch (Throwable failure) {
            lock.lock();
            try {
                answers.remove(key, answer);
            } finally {
                lock.unlock();
            }
            answer.addresses.completeExceptionally(failure);
            throw failure;
        }
    }

    /** Waits for the thread that looks up. An interrupt is kept for later, as it is in the JVM's own resolver. */
    private static List<InetAddress> await(String host, Answer answer) throws UnknownHostException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.addresses.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof UnknownHostException) {
                        UnknownHostException own =
                                new UnknownHostException(e.getCause().getMessage());
                        own.initCause(e.getCause());
                        throw own;
                    }
                    throw new CompletionException("look-up of " + host + " failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return delegate + ".caching(" + ttl + ")";
    }
}
