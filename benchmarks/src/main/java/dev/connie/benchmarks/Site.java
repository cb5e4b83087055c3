package dev.connie.benchmarks;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.time.Duration;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/**
 * What a contender is told of the place it runs in.
 *
 * @param resolver the name service: all contenders get the same answers in the same order
 * @param port the port of every address
 * @param timeout the connect timeout
 * @param tls how to trust the servers, or null if they do not speak TLS
 * @param oracle the address that only someone who knows the scenario would pick: the fastest that is well, or the first
 *     if none is; null for real hosts
 */
public record Site(
        HostResolver resolver,
        int port,
        Duration timeout,
        @Nullable HandshakeCertificates tls,
        @Nullable InetAddress oracle) {}
