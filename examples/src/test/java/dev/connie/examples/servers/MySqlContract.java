package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchException;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of both drivers that speak to MariaDB. */
abstract class MySqlContract extends JdbcContract {
    @TempDir
    private static Path folder;

    private MariaDbServer server;

    /** Returns the URL's scheme. */
    abstract String scheme();

    /** Returns what makes the driver check that the certificate is of the host's name. */
    abstract String[] verifiedTls(Path certificate) throws Exception;

    @Override
    void startServer() throws Exception {
        if (server == null) {
            server = new MariaDbServer(host, folder);
        } else {
            server.start();
        }
    }

    @Override
    void stopServer() throws Exception {
        if (server != null) {
            server.stop();
        }
    }

    @Override
    String url(String hosts) {
        return "jdbc:" + scheme() + "://" + hosts + "/";
    }

    @Override
    String setting(Duration timeout) {
        return String.valueOf(timeout.toMillis());
    }

    @Override
    String queryOfAddress() {
        return "SELECT @@bind_address";
    }

    @Override
    String slowQuery() {
        return "SELECT SLEEP(60)";
    }

    @Override
    String wrongPassword() {
        return "Access denied for user 'app'";
    }

    @Test
    void itSpeaksTlsAndKnowsTheHostByItsName() throws Exception {
        try (Connection connection = open(verifiedTls(server.certificate()))) {
            assertThat(last(connection, "SHOW STATUS LIKE 'Ssl_cipher'")).isNotEmpty();
        }
    }

    @Test
    void aQueryIsCancelledOverAConnectionOfItsOwn() throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            long start = System.nanoTime();
            CompletableFuture<Exception> asking =
                    CompletableFuture.supplyAsync(() -> catchException(() -> statement.execute(slowQuery())));
            while (!asking.isDone()) {
                statement.cancel();
                TimeUnit.MILLISECONDS.sleep(20);
            }

            // MariaDB ends a sleep, and a driver may take that for an answer.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
            assertThat(last(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void itsSocketTimeoutIsHonoured() throws Exception {
        Connection connection = open("socketTimeout", "1000");

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> last(connection, slowQuery()))
                .havingRootCause()
                .withMessage("Read timed out");
        connection.close();
    }
}
