package dev.connie.benchmarks;

import dev.connie.HostResolver;
import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.tls.HandshakeCertificates;

/**
 * A host of the real network and a port, {@code example.com:443}, as in the experiment of 2012. What the network sees of
 * the calls is not counted.
 */
record RealHost(String name, int port) {
    /** The connect timeout: that of the experiment of 2012. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    // An IPv6 literal is in brackets.
    private static final Pattern FORM = Pattern.compile("(\\[.+]|[^:]+):(\\d{1,9})");

    static RealHost parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not host:port, such as example.com:443: " + text);
        }
        int port = Integer.parseInt(parts.group(2));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + text);
        }
        return new RealHost(parts.group(1), port);
    }

    /** How many addresses it has. */
    String description() throws IOException {
        int addresses = InetAddress.getAllByName(name).length;
        return addresses == 1 ? "1 address" : addresses + " addresses";
    }

    /** @param fetches whether the contenders speak HTTP: over TLS then where the port is 443 or 8443 */
    ScenarioResult measure(List<Kind> kinds, Settings settings, boolean fetches) throws IOException {
        var tls = fetches && (port == 443 || port == 8443)
                ? new HandshakeCertificates.Builder()
                        .addPlatformTrustedCertificates()
                        .build()
                : null;
        var site = new Site(HostResolver.SYSTEM, port, TIMEOUT, tls, null);
        ExecutorService callers = Callers.open();
        Trial trial = Trial.open(kinds, any -> site);
        try (trial) {
            trial.start(callers, settings, name);
        } finally {
            callers.shutdown();
        }
        return new ScenarioResult(
                toString(),
                description(),
                trial.tallies().stream()
                        .map(tally -> tally.measurement(null, null))
                        .toList());
    }

    @Override
    public String toString() {
        return name + ":" + port;
    }
}
