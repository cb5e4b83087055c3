package dev.connie.benchmarks.lab;

/** What the servers of a deployment speak. */
public enum Service {
    /** Nothing: they accept, read, and close when the client does. */
    SINK,
    /** HTTP/1.1: any request is answered with a short text, and the connection is closed. */
    HTTP,
    /** The same over TLS, with a certificate that {@link Deployment#clientTls} trusts. */
    HTTPS
}
