package dev.connie.dnsjava;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * What the system says of name servers and search domains. It is read anew when resolv.conf has changed, at which a
 * look-up looks at most once a second. Where there is no such file, dnsjava finds out by the means of the platform.
 * Thread-safe.
 */
final class SystemConfig {
    static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What was read, and from which state of the file. */
    record Settings(List<InetSocketAddress> servers, List<Name> searchDomains, int ndots) {}

    /** By these one sees that a file was written, or replaced by another. */
    private record Version(@Nullable Object key, long size, long modified) {}

    private final Path resolvConf;
    private final List<InetSocketAddress> servers;
    private final Timer timer;
    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock.
    private @Nullable Settings settings;
    private @Nullable Version version;
    private long lookedNanos;

    /** @param servers what takes the place of the system's; if empty, nothing does */
    SystemConfig(Path resolvConf, List<InetSocketAddress> servers, Timer timer) {
        this.resolvConf = resolvConf;
        this.servers = servers;
        this.timer = timer;
    }

    /** Returns what counts now; the same object as long as nothing changes. */
    Settings current() {
        long now = timer.nanoTime();
        lock.lock();
        try {
            Settings known = settings;
            if (known != null && now - lookedNanos < INTERVAL_NANOS) {
                return known;
            }
            lookedNanos = now;
            Version present = versionOf(resolvConf);
            if (known == null || present != null && !present.equals(version)) {
                version = present;
                known = present == null ? ofThePlatform() : read();
                settings = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Version versionOf(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(
                    attributes.fileKey(),
                    attributes.size(),
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException missing) {
            // As on Windows; or while it is replaced, and then what was read last still counts.
            return null;
        }
    }

    private Settings read() {
        ResolvConf file = new ResolvConf(resolvConf);
        file.initialize();
        List<InetSocketAddress> named = servers.isEmpty() ? List.copyOf(file.servers()) : servers;
        return new Settings(
                // A file that names none means what the platform does.
                named.isEmpty() ? ofThePlatform().servers : named, List.copyOf(file.searchPaths()), file.ndots());
    }

    private Settings ofThePlatform() {
        ResolverConfig config = new ResolverConfig();
        return new Settings(
                servers.isEmpty() ? List.copyOf(config.servers()) : servers,
                List.copyOf(config.searchPath()),
                config.ndots());
    }

    /** dnsjava's reader, for any file. */
    private static final class ResolvConf extends ResolvConfResolverConfigProvider {
        private final Path path;

        ResolvConf(Path path) {
            this.path = path;
        }

        @Override
        public void initialize() {
            try (InputStream in = Files.newInputStream(path)) {
                parseResolvConf(in);
            } catch (IOException | RuntimeException unreadable) {
                // Up to the line that could not be read it counts.
            }
        }
    }
}
