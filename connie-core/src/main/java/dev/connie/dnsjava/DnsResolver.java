package dev.connie.dnsjava;

import dev.connie.HostResolver;
import dev.connie.internal.names.DestinationOrder;
import dev.connie.internal.names.KernelSources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/**
 * A resolver that asks for A and AAAA side by side and hands over what comes, so that a race begins with the first
 * answer: the half of Happy Eyeballs that {@link InetAddress#getAllByName} leaves out (RFC 8305, sections 3 and 4).
 * Where one family's answer is lost, the JVM's resolver waits 5 s for it; a race by this one begins 50 ms after the
 * other family's answer.
 *
 * <pre>{@code
 * Connector connector = Connector.builder().resolver(DnsResolver.create()).build();
 * }</pre>
 *
 * <p>It needs dnsjava, which speaks DNS: {@code dnsjava:dnsjava}, 3.6.4 or newer. One thread of dnsjava's serves all
 * look-ups of the process; {@link org.xbill.DNS.NioClient#close} ends it. Answers are remembered for as long as they
 * say: no {@link HostResolver#caching} is needed, and as that one waits for one answer and keeps it, it would keep the
 * first family only.
 *
 * <p>Thread-safe. Make one and keep it; nothing to close.
 */
public final class DnsResolver implements HostResolver {
    /** RFC 8305, section 8: how long AAAA is waited for when A comes first, unless set. */
    public static final Duration DEFAULT_RESOLUTION_DELAY = Duration.ofMillis(50);

    /** What the builder collects. */
    record Settings(
            List<InetSocketAddress> nameServers,
            Path resolvConf,
            @Nullable Path hostsFile,
            Duration resolutionDelay,
            Duration timeout,
            Duration maxTtl,
            int maxEntries,
            Duration staleFor) {}

    /** What holds as long as the system's configuration does: another network has other answers. */
    private record Session(SystemConfig.Settings system, AddressQueries queries, Map<String, HostLookup> lookups) {}

    private final Settings settings;
    private final SystemConfig system;
    private final HostsFile hostsFile;
    private final DestinationOrder.Sources sources;
    private final Timer timer;
    private final ReentrantLock lock = new ReentrantLock();
    // Written under the lock.
    private volatile @Nullable Session session;

    DnsResolver(Settings settings, DestinationOrder.Sources sources, Timer timer) {
        this.settings = settings;
        this.system = new SystemConfig(settings.resolvConf, settings.nameServers, timer);
        this.hostsFile = new HostsFile(settings.hostsFile);
        this.sources = sources;
        this.timer = timer;
    }

    /** Returns a resolver that asks the system's name servers. */
    public static DnsResolver create() {
        return builder().build();
    }

    /** Returns a builder of resolvers. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the addresses that a race would begin with: those of both families if both came in time. Waits for them;
     * an interrupt is kept for later.
     */
    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        FirstAddresses first = new FirstAddresses(host);
        lookUp(host, Duration.ZERO, first);
        return first.await();
    }

    /** Does not wait. The addresses are handed over on dnsjava's thread, or on this one if they are known. */
    @Override
    public void lookUp(String host, Duration timeout, Answers answers) {
        Objects.requireNonNull(timeout, "timeout");
        try {
            List<InetAddress> known = HostNames.withoutAsking(host);
            if (known != null) {
                answers.found(DestinationOrder.sort(known, sources));
                answers.ended(null);
                return;
            }
            ask(host, HostNames.toAscii(host), timeout, answers);
        } catch (UnknownHostException notAName) {
            answers.ended(notAName);
        }
    }

    private void ask(String host, String ascii, Duration timeout, Answers answers) throws UnknownHostException {
        Session current = session();
        List<Name> candidates =
                HostNames.candidates(host, ascii, current.system.searchDomains(), current.system.ndots());
        List<InetAddress> listed = hostsFile.lookUp(host, candidates);
        if (!listed.isEmpty()) {
            answers.found(DestinationOrder.sort(listed, sources));
            answers.ended(null);
            return;
        }
        while (true) {
            HostLookup running = current.lookups.get(ascii);
            if (running != null && running.join(answers, timeout)) {
                return;
            }
            if (running != null) {
                current.lookups.remove(ascii, running);
            }
            HostLookup[] self = new HostLookup[1];
            HostLookup own = new HostLookup(
                    host, candidates, current.queries, timer, () -> current.lookups.remove(ascii, self[0]));
            self[0] = own;
            if (current.lookups.putIfAbsent(ascii, own) == null) {
                own.join(answers, timeout);
                own.begin();
                return;
            }
        }
    }

    private Session session() {
        SystemConfig.Settings now = system.current();
        Session known = session;
        if (known != null && known.system == now) {
            return known;
        }
        lock.lock();
        try {
            known = session;
            if (known == null || known.system != now) {
                NameServers servers = new NameServers(
                        now.servers().stream()
                                .map(address -> NameServer.at(address, settings.timeout))
                                .toList(),
                        settings.timeout,
                        timer);
                known = new Session(
                        now, new AddressQueries(servers, settings, sources, timer), new ConcurrentHashMap<>());
                session = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "DnsResolver[" + session().queries + "]";
    }

    /** Collects what a {@link DnsResolver} is made with. Not thread-safe. */
    public static final class Builder {
        private List<InetSocketAddress> nameServers = List.of();
        private Path resolvConf = SystemConfig.RESOLV_CONF;
        private @Nullable Path hostsFile;
        private Duration resolutionDelay = DEFAULT_RESOLUTION_DELAY;
        private Duration timeout = Duration.ofSeconds(5);
        private Duration maxTtl = Duration.ofDays(1);
        private int maxEntries = 10_000;
        private Duration staleFor = Duration.ZERO;

        private Builder() {}

        /** Sets which name servers to ask, the best first; those of the system unless set. */
        public Builder nameServers(List<InetSocketAddress> servers) {
            for (InetSocketAddress server : servers) {
                if (server.isUnresolved()) {
                    throw new IllegalArgumentException("unresolved name server: " + server);
                }
            }
            this.nameServers = List.copyOf(servers);
            return this;
        }

        /** Sets where name servers and search domains are read from; {@code /etc/resolv.conf} unless set. */
        public Builder resolvConf(Path file) {
            this.resolvConf = Objects.requireNonNull(file, "file");
            return this;
        }

        /** Sets which file lists hosts that nobody is asked for; {@code /etc/hosts} or what Windows has unless set. */
        public Builder hostsFile(Path file) {
            this.hostsFile = Objects.requireNonNull(file, "file");
            return this;
        }

        /** Sets how long AAAA is waited for when A comes first; 50 ms unless set, as RFC 8305 recommends. */
        public Builder resolutionDelay(Duration delay) {
            this.resolutionDelay = requireNotNegative("resolution delay", delay);
            return this;
        }

        /**
         * Sets how long name servers have to answer, all together; 5 s unless set. Whoever waits for a connect waits no
         * longer than its own timeout.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder timeout(Duration timeout) {
            if (requireNotNegative("timeout", timeout).isZero()) {
                throw new IllegalArgumentException("timeout of zero");
            }
            this.timeout = timeout;
            return this;
        }

        /** Sets how long an answer is used at most, whatever it says; a day unless set. Zero remembers none. */
        public Builder maxTtl(Duration ttl) {
            this.maxTtl = requireNotNegative("maximum TTL", ttl);
            return this;
        }

        /**
         * Sets how many names are remembered; 10,000 unless set.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxEntries(int max) {
            if (max < 1) {
                throw new IllegalArgumentException("maximum of " + max + " entries");
            }
            this.maxEntries = max;
            return this;
        }

        /**
         * Has old answers used, for so long after they came, when no name server gives a new one: RFC 8767, which
         * recommends 1 to 3 days. They are used when all servers have failed, or after 1.8 s. Off unless set.
         */
        public Builder serveStale(Duration forHowLong) {
            this.staleFor = requireNotNegative("time for stale answers", forHowLong);
            return this;
        }

        private static Duration requireNotNegative(String what, Duration duration) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("negative " + what + ": " + duration);
            }
            return duration;
        }

        Settings settings() {
            return new Settings(
                    nameServers, resolvConf, hostsFile, resolutionDelay, timeout, maxTtl, maxEntries, staleFor);
        }

        /** Returns a resolver. The first one of a process loads what look-ups need, which takes a tenth of a second. */
        public DnsResolver build() {
            Preloading.play();
            DnsResolver resolver = new DnsResolver(settings(), new KernelSources(), Timer.JVM);
            // Reads what has to be read once.
            resolver.session();
            resolver.lookUp("localhost", Duration.ZERO, Preloading.NOBODY);
            resolver.hostsFile.lookUp("localhost", List.of());
            return resolver;
        }
    }
}
