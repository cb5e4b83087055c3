package dev.connie.benchmarks;

import java.time.Duration;

/** A host of the real network and a port: {@code example.com:443}. */
record RealHost(String name, int port) {
    /** The connect timeout: that of the experiment of 2012. */
    static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** Reads {@code host:port}, an IPv6 literal in brackets. */
    static RealHost parse(String text) {
        int colon = text.lastIndexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (colon < 1 || (name.contains(":") && !name.startsWith("["))) {
            throw new IllegalArgumentException("not host:port, such as example.com:443: " + text);
        }
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not host:port, such as example.com:443: " + text);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + text);
        }
        return new RealHost(name, port);
    }

    /** Whether it is a port for TLS. */
    boolean isTls() {
        return port == 443 || port == 8443;
    }

    @Override
    public String toString() {
        return name + ":" + port;
    }
}
