package dev.connie.internal.names;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one host as they become known: a race begins with the first, and the others join it. Only those that
 * one can connect to: a name server that answers 0.0.0.0 or :: says "nowhere". Thread-safe; nothing is called out to
 * while the lock is held.
 */
public final class HostAddresses implements HostResolver.Answers {
    private final String host;
    private final long sinceNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();

    // All written under the lock. The list is never changed, but replaced by one that begins alike.
    private volatile List<InetAddress> known = List.of();
    private volatile boolean ended;
    private @Nullable UnknownHostException failure;
    private long readyNanos;
    private List<Runnable> watchers = List.of();

    // Written by whoever waits; read by the resolver.
    private volatile boolean wanted = true;
    // Whether the resolver returned before it had an answer: then the wait for that counts.
    private volatile boolean waits;

    private HostAddresses(String host) {
        this.host = host;
    }

    /** Returns those of a list, to which none will be added. */
    public static HostAddresses of(String host, List<InetAddress> addresses) {
        HostAddresses all = new HostAddresses(host);
        all.found(addresses);
        all.ended(null);
        return all;
    }

    /**
     * Has a resolver look them up. Returns when it has found them, or at once if it hands them over as they come.
     *
     * @param timeout how long to wait for the first; zero for as long as the resolver does
     */
    public static HostAddresses lookUp(HostResolver resolver, String host, Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        HostAddresses coming = new HostAddresses(host);
        resolver.lookUp(host, timeout, coming);
        coming.waits = !coming.isReady();
        return coming;
    }

    @Override
    public void found(List<InetAddress> addresses) {
        List<InetAddress> connectable = addresses.stream()
                .filter(address ->
                        !Objects.requireNonNull(address, "an address is null").isAnyLocalAddress())
                .toList();
        if (connectable.isEmpty()) {
            return;
        }
        List<Runnable> toTell;
        lock.lock();
        try {
            noteReady();
            if (known.isEmpty()) {
                known = connectable;
            } else {
                List<InetAddress> more = new ArrayList<>(known);
                more.addAll(connectable);
                known = List.copyOf(more);
            }
            toTell = watchers;
        } finally {
            lock.unlock();
        }
        toTell.forEach(Runnable::run);
    }

    @Override
    public void ended(@Nullable UnknownHostException failure) {
        List<Runnable> toTell;
        lock.lock();
        try {
            noteReady();
            this.failure = failure;
            ended = true;
            toTell = watchers;
            watchers = List.of();
        } finally {
            lock.unlock();
        }
        toTell.forEach(Runnable::run);
    }

    private void noteReady() {
        if (!isReady()) {
            readyNanos = System.nanoTime();
        }
    }

    @Override
    public boolean areWanted() {
        return wanted;
    }

    /** Says that no more are wanted. */
    public void stop() {
        wanted = false;
    }

    /** Has somebody told of every address to come, and of the end. */
    public void watch(Runnable watcher) {
        lock.lock();
        try {
            if (!ended) {
                watchers = new ArrayList<>(watchers);
                watchers.add(watcher);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes back {@link #watch}. */
    public void unwatch(Runnable watcher) {
        lock.lock();
        try {
            watchers = new ArrayList<>(watchers);
            watchers.remove(watcher);
        } finally {
            lock.unlock();
        }
    }

    public String host() {
        return host;
    }

    /** Returns whether there is an address, or will be none. */
    public boolean isReady() {
        return ended || !known.isEmpty();
    }

    /** Returns whether there may be more than there are. */
    public boolean mayGrow() {
        return !ended;
    }

    /** Returns those that are known, the first to come first. What comes is added at the end. */
    public List<InetAddress> known() {
        return known;
    }

    /**
     * Returns those that are known, once there are any.
     *
     * @throws UnknownHostException if there is none
     */
    public List<InetAddress> first() throws UnknownHostException {
        List<InetAddress> first = known;
        if (!first.isEmpty()) {
            return first;
        }
        lock.lock();
        try {
            throw failure != null ? failure : new UnknownHostException(host + ": no address to connect to");
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns what is left of a timeout, zero being none, after the wait for the first. A resolver that answers on the
     * calling thread is not counted: as ever, its own limits hold.
     */
    public Duration timeLeft(Duration timeout) {
        if (timeout.isZero() || !waits || timeout.compareTo(Duration.ofDays(1)) > 0) {
            return timeout;
        }
        lock.lock();
        try {
            long left = timeout.toNanos() - (readyNanos - sinceNanos);
            return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), left));
        } finally {
            lock.unlock();
        }
    }
}
