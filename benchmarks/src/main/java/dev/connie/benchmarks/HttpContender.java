package dev.connie.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * An HTTP client. Each call opens a connection of its own, because the server closes it after the answer. Connect, TLS
 * handshake and answer may take the site's timeout each.
 */
abstract class HttpContender implements Contender {
    final Site site;

    HttpContender(Site site) {
        this.site = site;
    }

    /** Fetches to the end of the answer, and returns its status. */
    abstract int fetch(String url) throws IOException, InterruptedException;

    /** The host as it is written in the URL. */
    String target(String host) throws IOException {
        return host;
    }

    @Override
    public final Closeable reach(String host) throws IOException {
        try {
            int status = fetch((site.tls() == null ? "http://" : "https://") + target(host) + ":" + site.port() + "/");
            // An answer of any kind will do, if the server gave it and not a proxy that could not reach it.
            if (status >= 500) {
                throw new IOException("status " + status);
            }
            return () -> {};
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
