package dev.connie.dnsjava;

import dev.connie.HostResolver.Answers;
import dev.connie.internal.names.Resolution;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/**
 * One look-up of a host that is under way. Whoever asks for the host meanwhile joins it, and is given what is there. It
 * goes on when those who asked have what they wanted, until each family has an answer or the name servers' time is up:
 * what comes late is good for the cache (RFC 8305, section 3). Thread-safe; nothing is called out to while the lock is
 * held.
 */
final class HostLookup {
    /** RFC 8767, section 5: how long a client waits for a fresh answer before it is given an old one. */
    private static final long STALE_AFTER_NANOS = Duration.ofMillis(1800).toNanos();

    /** Somebody who asked. */
    private static final class Waiter {
        final Answers answers;
        final Duration timeout;
        // Guarded by the lock.
        int given;
        boolean outOfTime;
        Runnable alarm = () -> {};

        Waiter(Answers answers, Duration timeout) {
            this.answers = answers;
            this.timeout = timeout;
        }
    }

    private final String host;
    private final List<Name> candidates;
    private final AddressQueries queries;
    private final Timer timer;
    private final Runnable atEnd;

    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock.
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<InetAddress> handed = new ArrayList<>();
    private final Map<StandardProtocolFamily, String> problems = new EnumMap<>(StandardProtocolFamily.class);
    private Resolution resolution;
    private int candidate;
    private boolean asking = true;
    private boolean delivering;
    private boolean over;
    private Runnable alarm = () -> {};
    private Runnable staleAlarm = () -> {};

    /**
     * @param candidates the names to ask for, one after the other until one is known
     * @param atEnd is run when no more will come
     */
    HostLookup(String host, List<Name> candidates, AddressQueries queries, Timer timer, Runnable atEnd) {
        this.host = host;
        this.candidates = candidates;
        this.queries = queries;
        this.timer = timer;
        this.atEnd = atEnd;
        this.resolution = queries.newResolution();
    }

    /** Lets somebody wait for the addresses. Returns false if the look-up is over. */
    boolean join(Answers answers, Duration timeout) {
        Waiter waiter = new Waiter(answers, timeout);
        lock.lock();
        try {
            if (over) {
                return false;
            }
            waiters.add(waiter);
        } finally {
            lock.unlock();
        }
        advance();
        if (!timeout.isZero()) {
            awaitTimeout(waiter);
        }
        return true;
    }

    private void awaitTimeout(Waiter waiter) {
        lock.lock();
        try {
            if (!waiters.contains(waiter) || waiter.given > 0) {
                return;
            }
            waiter.alarm = timer.after(waiter.timeout.toNanos(), () -> {
                lock.lock();
                try {
                    waiter.outOfTime = true;
                } finally {
                    lock.unlock();
                }
                advance();
            });
        } finally {
            lock.unlock();
        }
    }

    /** Asks for the first name. */
    void begin() {
        ask(0);
    }

    private void ask(int which) {
        Name name = candidates.get(which);
        // RFC 8305, section 3: AAAA first, and A right behind it.
        ask(which, name, StandardProtocolFamily.INET6);
        ask(which, name, StandardProtocolFamily.INET);
        lock.lock();
        try {
            asking = false;
            if (queries.keepsStale() && !resolution.isComplete()) {
                staleAlarm.run();
                staleAlarm = timer.after(STALE_AFTER_NANOS, () -> offerStale(which));
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    private void ask(int which, Name name, StandardProtocolFamily family) {
        queries.ask(host, name, family)
                .whenComplete((addresses, failure) -> answered(which, family, addresses, failure));
    }

    private void answered(
            int which,
            StandardProtocolFamily family,
            @Nullable List<InetAddress> addresses,
            @Nullable Throwable failure) {
        lock.lock();
        try {
            if (which != candidate) {
                return;
            }
            long now = timer.nanoTime();
            if (addresses != null) {
                resolution.answered(family, addresses, now);
            } else {
                problems.put(family, AddressQueries.reason(failure));
                resolution.offered(family, queries.stale(host, candidates.get(which), family), now);
                resolution.closed(family);
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    /** Makes do with old answers, so far as there are no new ones by now. */
    private void offerStale(int which) {
        lock.lock();
        try {
            if (which != candidate || resolution.hasFound()) {
                return;
            }
            long now = timer.nanoTime();
            for (StandardProtocolFamily family : List.of(StandardProtocolFamily.INET6, StandardProtocolFamily.INET)) {
                if (resolution.isOpen(family)) {
                    resolution.offered(family, queries.stale(host, candidates.get(which), family), now);
                }
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    /** Gives everybody what is due to them, and goes on to the next name if this one is unknown. */
    private void advance() {
        lock.lock();
        try {
            if (delivering) {
                // Whoever delivers looks again.
                return;
            }
            delivering = true;
        } finally {
            lock.unlock();
        }
        boolean ended = false;
        int next = -1;
        while (next < 0) {
            List<Runnable> due = new ArrayList<>();
            lock.lock();
            try {
                next = collectDue(due);
                if (due.isEmpty() || next >= 0) {
                    delivering = false;
                    ended = over;
                    break;
                }
            } finally {
                lock.unlock();
            }
            due.forEach(HostLookup::deliver);
        }
        if (next >= 0) {
            ask(next);
        } else if (ended) {
            atEnd.run();
        }
    }

    /** Adds what is to be told now. Returns the place of the name to ask for next; -1 if there is none. */
    private int collectDue(List<Runnable> due) {
        long now = timer.nanoTime();
        waiters.removeIf(waiter -> !waiter.answers.areWanted());
        if (!asking) {
            handed.addAll(resolution.take(now));
            if (resolution.isComplete() && !resolution.hasFound()) {
                if (problems.isEmpty() && candidate + 1 < candidates.size() && !waiters.isEmpty()) {
                    candidate++;
                    asking = true;
                    resolution = queries.newResolution();
                    return candidate;
                }
            }
            long wait = resolution.nanosUntilNextEvent(now);
            if (resolution.isComplete() && wait == Long.MAX_VALUE) {
                over = true;
                staleAlarm.run();
            }
            alarm.run();
            alarm = wait == Long.MAX_VALUE ? () -> {} : timer.after(wait, this::advance);
        }
        for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
            Waiter waiter = all.next();
            Answers answers = waiter.answers;
            if (waiter.given < handed.size()) {
                List<InetAddress> more = List.copyOf(handed.subList(waiter.given, handed.size()));
                waiter.given = handed.size();
                waiter.alarm.run();
                due.add(() -> answers.found(more));
            } else if (over || waiter.outOfTime && waiter.given == 0) {
                all.remove();
                waiter.alarm.run();
                UnknownHostException failure = waiter.given > 0 ? null : failure(waiter);
                due.add(() -> answers.ended(failure));
            }
        }
        return -1;
    }

    private static void deliver(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException theirs) {
            // The others wait for theirs all the same.
        }
    }

    private UnknownHostException failure(Waiter waiter) {
        String why;
        if (!over) {
            why = "no answer from " + queries + " within " + waiter.timeout.toMillis() + " ms" + problem();
        } else if (problems.isEmpty()) {
            why = "no such host, or it has no address, says " + queries;
        } else {
            why = "no answer from a name server" + problem();
        }
        return new UnknownHostException(host + ": " + why);
    }

    private String problem() {
        return problems.isEmpty() ? "" : " (" + String.join("; ", new LinkedHashSet<>(problems.values())) + ")";
    }
}
