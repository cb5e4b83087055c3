package dev.connie.benchmarks;

import dev.connie.HostResolver;
import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
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
    private static final Pattern FORM = Pattern.compile("(\\[.+]|[^:]+):([1-9]\\d{0,4})");

    static RealHost parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
            throw new IllegalArgumentException("not host:port, such as example.com:443: " + text);
        }
        return new RealHost(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    /** How many addresses it has. */
    String description() throws IOException {
        return Numbers.counted(InetAddress.getAllByName(name).length, "address");
    }

    /** @param fetches whether the contenders speak HTTP: over TLS then where the port is 443 or 8443 */
    ScenarioResult measure(List<Kind> kinds, Settings settings, boolean fetches) throws IOException {
        var tls = fetches && (port == 443 || port == 8443)
                ? new HandshakeCertificates.Builder()
                        .addPlatformTrustedCertificates()
                        .build()
                : null;
        var site = new Site(HostResolver.SYSTEM, port, TIMEOUT, tls, null);
        Trial trial = Trial.open(kinds, any -> site);
        try (trial) {
            trial.start(settings, name);
        }
        return new ScenarioResult(toString(), description(), trial.measurements(any -> null));
    }

    @Override
    public String toString() {
        return name + ":" + port;
    }
}
