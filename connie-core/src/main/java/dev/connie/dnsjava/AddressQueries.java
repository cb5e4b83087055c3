package dev.connie.dnsjava;

import dev.connie.internal.names.DestinationOrder;
import dev.connie.internal.names.RecentlyUsed;
import dev.connie.internal.names.Resolution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Asks for the addresses of one family, by dnsjava: it follows aliases and remembers answers, good and bad, for as long
 * as they say. Old answers, for when there are no others, are kept here. Thread-safe.
 */
final class AddressQueries {
    /** A server's error must not stay for longer, whatever it says: RFC 2308, section 5, thinks of hours. */
    private static final Duration MAX_NEGATIVE_TTL = Duration.ofMinutes(5);

    /** RFC 8767, section 5: how long name servers that gave no answer for a name are not asked for it again. */
    private static final long RECHECK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private record Question(Name name, StandardProtocolFamily family) {}

    private record Answer(List<InetAddress> addresses, long sinceNanos, boolean recheckLater, long recheckNanos) {}

    private final NameServers servers;
    private final LookupSession session;
    private final DestinationOrder.Sources sources;
    private final Duration resolutionDelay;
    private final Duration staleFor;
    private final Timer timer;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<Question, Answer> old;

    AddressQueries(NameServers servers, DnsResolver.Settings settings, DestinationOrder.Sources sources, Timer timer) {
        this.servers = servers;
        this.sources = sources;
        this.resolutionDelay = settings.resolutionDelay();
        this.staleFor = settings.staleFor();
        this.timer = timer;
        this.old = new RecentlyUsed<>(settings.maxEntries());
        Cache cache = new Cache(DClass.IN);
        cache.setMaxEntries(settings.maxEntries());
        cache.setMaxCache(seconds(settings.maxTtl()));
        cache.setMaxNCache(Math.min(seconds(settings.maxTtl()), seconds(MAX_NEGATIVE_TTL)));
        this.session = LookupSession.builder()
                .resolver(servers)
                .cache(cache)
                // Nothing here blocks, so the thread that has the answer goes on with it.
                .executor(Runnable::run)
                .build();
    }

    private static int seconds(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toSeconds());
    }

    /** Begins to decide what to hand over when. */
    Resolution newResolution() {
        return new Resolution(resolutionDelay.toNanos(), addresses -> DestinationOrder.sort(addresses, sources));
    }

    /** Asks; an empty list means that there are none. Fails if nobody could tell. */
    CompletionStage<List<InetAddress>> ask(String host, Name name, StandardProtocolFamily family) {
        Question question = new Question(name, family);
        if (isNotToBeAsked(question)) {
            return CompletableFuture.failedFuture(new UnknownHostException(servers + ": no answer a short while ago"));
        }
        CompletionStage<LookupResult> result;
        try {
            result = session.lookupAsync(name, family == StandardProtocolFamily.INET ? Type.A : Type.AAAA);
        } catch (RuntimeException failure) {
            result = CompletableFuture.failedFuture(failure);
        }
        return result.handle((found, failure) -> addresses(host, question, found, failure));
    }

    private List<InetAddress> addresses(
            String host, Question question, @Nullable LookupResult found, @Nullable Throwable failure) {
        if (found == null) {
            Throwable cause = cause(failure);
            if (cause instanceof NoSuchDomainException || cause instanceof NoSuchRRSetException) {
                forget(question);
                return List.of();
            }
            noteFailure(question);
            throw new CompletionException(
                    cause instanceof IOException ? cause : new UnknownHostException(servers + ": " + reason(cause)));
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (Record record : found.getRecords()) {
            if (addresses.size() < Resolution.MAX_OF_A_FAMILY) {
                addAddress(host, record, addresses);
            }
        }
        remember(question, addresses);
        return addresses;
    }

    /** Adds the address in a record, with the name that was asked for: sockets and certificates go by it. */
    private static void addAddress(String host, Record record, List<InetAddress> addresses) {
        InetAddress address = record instanceof ARecord a
                ? a.getAddress()
                : record instanceof AAAARecord aaaa ? aaaa.getAddress() : null;
        if (address == null || address.isAnyLocalAddress()) {
            // A wildcard address is a name server's way to say "nowhere".
            return;
        }
        addresses.add(named(host, address));
    }

    static InetAddress named(String host, InetAddress address) {
        try {
            return InetAddress.getByAddress(host, address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of the wrong length", impossible);
        }
    }

    boolean keepsStale() {
        return !staleFor.isZero();
    }

    /** Returns the last answer, if old ones are kept and it is not too old. */
    List<InetAddress> stale(String host, Name name, StandardProtocolFamily family) {
        lock.lock();
        try {
            Answer answer = old.get(new Question(name, family));
            return answer == null || timer.nanoTime() - answer.sinceNanos > staleFor.toNanos()
                    ? List.of()
                    : answer.addresses.stream()
                            .map(address -> named(host, address))
                            .toList();
        } finally {
            lock.unlock();
        }
    }

    private boolean isNotToBeAsked(Question question) {
        if (!keepsStale()) {
            return false;
        }
        lock.lock();
        try {
            Answer answer = old.get(question);
            return answer != null && answer.recheckLater && timer.nanoTime() - answer.recheckNanos < 0;
        } finally {
            lock.unlock();
        }
    }

    private void remember(Question question, List<InetAddress> addresses) {
        if (keepsStale() && !addresses.isEmpty()) {
            put(question, new Answer(addresses, timer.nanoTime(), false, 0));
        }
    }

    private void noteFailure(Question question) {
        lock.lock();
        try {
            old.computeIfPresent(
                    question,
                    (same, answer) -> answer.recheckLater && timer.nanoTime() - answer.recheckNanos < 0
                            ? answer
                            : new Answer(answer.addresses, answer.sinceNanos, true, timer.nanoTime() + RECHECK_NANOS));
        } finally {
            lock.unlock();
        }
    }

    private void put(Question question, Answer answer) {
        lock.lock();
        try {
            old.put(question, answer);
        } finally {
            lock.unlock();
        }
    }

    /** A name that is known to be no more has no old answer either. */
    private void forget(Question question) {
        lock.lock();
        try {
            old.remove(question);
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    static String reason(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        if (cause == null) {
            return "no reason";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName().toLowerCase(Locale.ROOT) : message;
    }

    @Override
    public String toString() {
        return servers.toString();
    }
}
