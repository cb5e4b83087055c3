package dev.connie.dnsjava;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;

/** One name server and whether it is worth asking first. Thread-safe. */
final class NameServer {
    /** How long one that did not answer is left in peace, before it is asked again beside another one. */
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(10);

    final InetSocketAddress address;
    final Resolver resolver;

    // Written by whichever thread has the answer, or the lack of one.
    private volatile boolean suspect;
    private volatile long suspectSinceNanos;

    NameServer(InetSocketAddress address, Resolver resolver) {
        this.address = address;
        this.resolver = resolver;
    }

    /** Returns one that is asked over UDP, and over TCP when its answer does not fit. */
    static NameServer at(InetSocketAddress address, Duration timeout) {
        SimpleResolver resolver = new SimpleResolver(address);
        resolver.setTimeout(timeout);
        return new NameServer(address, resolver);
    }

    void answered() {
        suspect = false;
    }

    void unanswered(long nowNanos) {
        suspectSinceNanos = nowNanos;
        suspect = true;
    }

    boolean isSuspect() {
        return suspect;
    }

    /** Claims to find out whether a suspect one answers by now; for one query at a time. */
    boolean claimProbe(long nowNanos) {
        if (!suspect || nowNanos - suspectSinceNanos < PROBE_NANOS) {
            return false;
        }
        suspectSinceNanos = nowNanos;
        return true;
    }

    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
