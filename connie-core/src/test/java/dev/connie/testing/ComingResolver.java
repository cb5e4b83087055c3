package dev.connie.testing;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A resolver that hands over what a test tells it, when the test does; of one look-up. */
public final class ComingResolver implements HostResolver {
    private final CompletableFuture<Answers> asked = new CompletableFuture<>();
    private final CompletableFuture<Duration> timeout = new CompletableFuture<>();

    @Override
    public List<InetAddress> resolve(String host) {
        throw new AssertionError("nobody is to wait for all");
    }

    @Override
    public void lookUp(String host, Duration timeout, Answers answers) {
        this.timeout.complete(timeout);
        asked.complete(answers);
    }

    /** Waits until somebody has asked, and returns who. */
    public Answers asked() throws Exception {
        return asked.get(20, TimeUnit.SECONDS);
    }

    /** Returns how long they wait. */
    public Duration timeout() throws Exception {
        return timeout.get(20, TimeUnit.SECONDS);
    }

    public void found(InetAddress... addresses) throws Exception {
        asked().found(List.of(addresses));
    }

    public void ended(@Nullable UnknownHostException failure) throws Exception {
        asked().ended(failure);
    }
}
