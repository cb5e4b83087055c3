package dev.connie.internal.lineup;

import dev.connie.HostResolver;
import dev.connie.internal.drive.RaceSetup;
import dev.connie.internal.names.HostAddresses;
import dev.connie.internal.names.RecentlyUsed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lineups of hosts that sockets connected to by name a short while ago, so that the connects of one client's loop find the
 * same one: at most {@link #MAX_HOSTS}, each for {@link #MAX_AGE_SECONDS}. Thread-safe.
 */
public final class LineupsByHost {
    static final int MAX_HOSTS = 256;

    /** As long as the JVM keeps an answer, and longer than most TLS handshakes may hang. */
    static final int MAX_AGE_SECONDS = 30;

    /** Whoever has an address has asked a resolver that had both families: ours will soon have them too. */
    private static final long AWAITED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private record Recent(LineupBook lineup, long sinceNanos) {}

    private final RaceSetup races;
    private final HostResolver resolver;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<String, Recent> entries = new RecentlyUsed<>(MAX_HOSTS);

    LineupsByHost(RaceSetup races, HostResolver resolver) {
        this.races = races;
        this.resolver = resolver;
    }

    /**
     * Returns a lineup of a host's addresses.
     *
     * @throws UnknownHostException if it has none
     */
    LineupBook lineup(String host) throws UnknownHostException {
        LineupBook recent = recent(host);
        try {
            return recent != null ? recent : resolve(host, null, NameWait.forEver());
        } catch (UnknownHostException e) {
            throw e;
        } catch (IOException impossible) {
            throw new AssertionError("nobody ends the wait", impossible);
        }
    }

    /** Returns a lineup that holds this address; null if it carries no name, or is no address of that name. */
    @Nullable
    LineupBook lineup(InetSocketAddress remote, NameWait wait) throws IOException {
        InetAddress address = remote.getAddress();
        String host = remote.getHostString();
        if (host.isEmpty() || host.equals(address.getHostAddress())) {
            return null;
        }
        LineupBook recent = recent(host);
        if (recent != null && recent.indexOf(address) >= 0) {
            return recent;
        }
        try {
            LineupBook lineup = resolve(host, address, wait);
            return lineup.indexOf(address) >= 0 ? lineup : null;
        } catch (UnknownHostException notAName) {
            // The caller has an address for it all the same.
            return null;
        }
    }

    private @Nullable LineupBook recent(String host) {
        lock.lock();
        try {
            Recent entry = entries.get(host.toLowerCase(Locale.ROOT));
            return entry == null || System.nanoTime() - entry.sinceNanos > TimeUnit.SECONDS.toNanos(MAX_AGE_SECONDS)
                    ? null
                    : entry.lineup;
        } finally {
            lock.unlock();
        }
    }

    /** @param awaited what the caller has already, and waits for a while to see among the others; null for nothing */
    private LineupBook resolve(String host, @Nullable InetAddress awaited, NameWait wait) throws IOException {
        HostAddresses addresses = HostAddresses.lookUp(resolver, host, wait.timeout());
        wait.await(addresses, addresses::isReady, Long.MAX_VALUE);
        LineupBook lineup = LineupBook.of(races, addresses);
        lock.lock();
        try {
            entries.put(host.toLowerCase(Locale.ROOT), new Recent(lineup, System.nanoTime()));
        } finally {
            lock.unlock();
        }
        if (awaited != null) {
            wait.await(addresses, () -> lineup.indexOf(awaited) >= 0, AWAITED_NANOS);
        }
        return lineup;
    }
}
