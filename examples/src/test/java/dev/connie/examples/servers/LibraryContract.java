package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.testing.Descriptors;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What holds of every library whose sockets are Connie's, told so by a setting of its own. Its server listens at the last
 * address of a name; the first is dead, the second refuses.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
// Closing may throw anything: it is the libraries' own.
@SuppressWarnings("try")
abstract class LibraryContract {
    /** More than any test takes that does not wait for a dead address, and what such a test would wait at least. */
    static final Duration LONG = Duration.ofSeconds(20);

    static final String PASSWORD = "s3cret";

    /** One connection of the library's. */
    interface Client extends AutoCloseable {
        /** Asks the server something; returns its answer. */
        String ask() throws Exception;

        /** Waits for an answer that does not come. */
        default void askInVain() throws Exception {
            assumeTrue(false, "this protocol has no question that waits for its answer");
        }
    }

    final NamedHost host =
            NamedHost.called(getClass().getSimpleName().replace("Test", "").toLowerCase(Locale.ROOT));
    private long openBefore;

    /** Starts the server at {@link NamedHost#live}, on the name's port, with the data of the last time. */
    abstract void startServer() throws Exception;

    /** Stops the server, and ends its connections. */
    abstract void stopServer() throws Exception;

    /** Connects, and logs in. */
    abstract Client connect(String name, String password, Duration connectTimeout) throws Exception;

    /** Returns what the server answers. */
    abstract String answer();

    /** Returns a part of what the library says of a wrong password. */
    abstract String wrongPassword();

    /** Returns parts of what is said of addresses that cannot be connected to. */
    String[] ofDeadAddresses() {
        return new String[] {host.nameOfTheDead(), "Connection refused", "127."};
    }

    @BeforeAll
    void start() throws Exception {
        startServer();
        // What libraries and servers open once, and keep.
        try (Client client = connect(host.name(), PASSWORD, LONG)) {
            client.ask();
        }
    }

    @AfterAll
    void stop() throws Exception {
        try {
            stopServer();
        } finally {
            host.close();
        }
    }

    @BeforeEach
    void count() {
        openBefore = Descriptors.openSockets();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        awaitNoMoreThan(openBefore);
    }

    /** Waits for servers in this process to close what their clients have closed. */
    private static void awaitNoMoreThan(long sockets) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Descriptors.openSockets() > sockets && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(Descriptors.openSockets()).as("open sockets").isLessThanOrEqualTo(sockets);
    }

    @Test
    void itConnectsThoughOneAddressIsDeadAndOneRefuses() throws Exception {
        long start = System.nanoTime();

        try (Client client = connect(host.name(), PASSWORD, LONG)) {
            assertThat(client.ask()).isEqualTo(answer());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    @Test
    void aWrongPasswordIsSaidInTheLibrarysOwnWords() throws Exception {
        Exception failure = catchException(() -> {
            try (Client client = connect(host.name(), "wrong", LONG)) {
                client.ask();
            }
        });

        assertThat(allMessages(failure)).contains(wrongPassword());
    }

    @Test
    void ifAllAddressesAreDeadItFailsInTimeAndSaysWhatBecameOfEach() {
        long start = System.nanoTime();

        Exception failure = catchException(() ->
                connect(host.nameOfTheDead(), PASSWORD, Duration.ofSeconds(1)).close());

        Duration took = Duration.ofNanos(System.nanoTime() - start);
        String said = allMessages(failure);
        // A driver that goes through addresses itself may give each a share of the time.
        assertThat(took).as(said).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
        assertThat(said).contains(ofDeadAddresses());
    }

    @Test
    void afterARestartOfTheServerItConnectsAgain() throws Exception {
        Client stale = connect(host.name(), PASSWORD, LONG);
        assertThat(stale.ask()).isEqualTo(answer());

        stopServer();
        Exception failure = catchException(stale::ask);
        startServer();

        assertThat(failure).as("asked a stopped server").isNotNull();
        // It may complain of the connection that is gone; a descriptor that it leaves is seen.
        Exception ignored = catchException(stale::close);
        try (Client client = connect(host.name(), PASSWORD, LONG)) {
            assertThat(client.ask()).isEqualTo(answer());
        }
    }

    @Test
    void closedByAnotherThreadItStopsWaiting() throws Exception {
        Client client = connect(host.name(), PASSWORD, LONG);
        CompletableFuture<Exception> asking = CompletableFuture.supplyAsync(() -> catchException(client::askInVain));
        try {
            // It has to be waiting when it is closed, and nobody can tell that it does.
            Exception early = asking.get(500, TimeUnit.MILLISECONDS);
            if (early instanceof RuntimeException skipped) {
                throw skipped;
            }
            throw new AssertionError("did not wait", early);
        } catch (TimeoutException itWaits) {
            client.close();
            assertThat(asking.get(10, TimeUnit.SECONDS))
                    .as("what the waiting thread got")
                    .isNotNull();
        } finally {
            client.close();
        }
    }

    /** Returns what a failure says, and its causes, and those that were suppressed. */
    static String allMessages(Throwable failure) {
        assertThat(failure).as("a failure").isNotNull();
        StringBuilder all = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            all.append(each).append('\n');
            for (Throwable suppressed : each.getSuppressed()) {
                all.append(suppressed).append('\n');
            }
        }
        return all.toString();
    }
}
