package dev.connie.httpclient5;

import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOReactor;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** What the connection manager asked for, and the host with a port as messages have it. */
record AsyncRequest(
        ConnectionInitiator initiator,
        HttpHost host,
        HttpHost endpoint,
        @Nullable NamedEndpoint name,
        @Nullable SocketAddress localAddress,
        @Nullable Timeout connectTimeout,
        @Nullable Object attachment,
        @Nullable HttpContext context) {

    /**
     * Returns whether the reactor is being closed. It tells no connect of that, but waits 5 s for them: so they
     * look.
     */
    boolean isReactorClosing() {
        return initiator instanceof IOReactor reactor && reactor.getStatus().compareTo(IOReactorStatus.ACTIVE) > 0;
    }

    /** Returns one with what is left of the time. */
    AsyncRequest afterWaiting(long nanos) {
        Timeout timeout = connectTimeout;
        if (timeout == null || !timeout.isEnabled() || nanos < 1_000_000) {
            return this;
        }
        // Zero would mean no limit.
        long left = Math.max(1, timeout.toMilliseconds() - TimeUnit.NANOSECONDS.toMillis(nanos));
        return new AsyncRequest(
                initiator, host, endpoint, name, localAddress, Timeout.ofMilliseconds(left), attachment, context);
    }

    boolean isTls() {
        return URIScheme.HTTPS.same(host.getSchemeName());
    }
}
