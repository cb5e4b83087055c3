package dev.connie.httpclient5;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.jspecify.annotations.Nullable;

/**
 * Begins a connect with the addresses that come first, and has the others join it. What is found by the time the
 * resolver returns comes first as a whole. Thread-safe; nothing is called out to while the lock is held.
 */
final class AsyncLookup implements HostResolver.Answers {
    /** Makes the connect, which is then started. */
    interface Beginning {
        AsyncRacedConnect begin(List<InetSocketAddress> first, long waitedNanos, boolean mayGrow);
    }

    private final String host;
    private final int port;
    private final Beginning beginning;
    private final BasicFuture<?> result;
    private final long sinceNanos = System.nanoTime();

    // All guarded by this.
    private final List<InetSocketAddress> first = new ArrayList<>();
    private @Nullable AsyncRacedConnect connect;
    private boolean returned;
    private boolean ended;
    private @Nullable UnknownHostException failure;

    /** @param result is failed if there is no address; when it is done, no more are wanted */
    AsyncLookup(String host, int port, Beginning beginning, BasicFuture<?> result) {
        this.host = host;
        this.port = port;
        this.beginning = beginning;
        this.result = result;
    }

    @Override
    public void found(List<InetAddress> addresses) {
        List<InetSocketAddress> targets = addresses.stream()
                .filter(address -> !address.isAnyLocalAddress())
                .map(address -> new InetSocketAddress(address, port))
                .toList();
        if (targets.isEmpty() || result.isDone()) {
            return;
        }
        AsyncRacedConnect begun;
        synchronized (this) {
            begun = connect;
            if (begun == null && !returned) {
                first.addAll(targets);
                return;
            }
            if (begun == null) {
                connect = beginning.begin(targets, System.nanoTime() - sinceNanos, true);
            }
        }
        if (begun != null) {
            begun.found(targets);
        } else {
            start();
        }
    }

    @Override
    public void ended(@Nullable UnknownHostException failure) {
        AsyncRacedConnect begun;
        synchronized (this) {
            ended = true;
            this.failure = failure;
            begun = connect;
            if (begun == null && !returned) {
                return;
            }
        }
        if (begun != null) {
            begun.foundAll();
        } else {
            // Who is told may block, and the resolver has one thread for all.
            fail(CompletableFuture::runAsync);
        }
    }

    /** Called when the resolver has returned, on the thread that asked; more may come. */
    void returned() {
        synchronized (this) {
            returned = true;
            if (!ended && first.isEmpty()) {
                return;
            }
            if (!first.isEmpty()) {
                connect = beginning.begin(List.copyOf(first), 0, !ended);
            }
        }
        start();
    }

    private void start() {
        AsyncRacedConnect begun;
        synchronized (this) {
            begun = connect;
        }
        if (begun == null) {
            fail(Runnable::run);
        } else {
            begun.start();
        }
    }

    private void fail(Executor teller) {
        UnknownHostException none;
        synchronized (this) {
            none = failure != null ? failure : new UnknownHostException(host + ": no address to connect to");
        }
        teller.execute(() -> result.failed(none));
    }

    @Override
    public boolean areWanted() {
        return !result.isDone();
    }
}
