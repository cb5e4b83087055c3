package dev.connie.dnsjava;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for the addresses of a host that come first, and wants no others. Thread-safe. */
final class FirstAddresses implements HostResolver.Answers {
    private final String host;
    private final CompletableFuture<List<InetAddress>> first = new CompletableFuture<>();

    FirstAddresses(String host) {
        this.host = host;
    }

    @Override
    public void found(List<InetAddress> addresses) {
        first.complete(addresses);
    }

    @Override
    public void ended(@Nullable UnknownHostException failure) {
        first.completeExceptionally(failure != null ? failure : new UnknownHostException(host));
    }

    @Override
    public boolean areWanted() {
        return !first.isDone();
    }

    /** Waits; an interrupt is kept for later. */
    List<InetAddress> await() throws UnknownHostException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return first.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw HostNames.unknownAgain(host, e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
