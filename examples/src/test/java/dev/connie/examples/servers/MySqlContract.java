package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchException;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of both drivers that speak to MariaDB. */
abstract class MySqlContract extends LibraryContract {
    @TempDir
    private static Path folder;

    private MariaDbServer server;

    /** Returns the URL's scheme. */
    abstract String scheme();

    /** Returns the name of the factory's class. */
    abstract String socketFactory();

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

    private Connection open(String name, String password, Duration timeout, String... more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("socketFactory", socketFactory());
        properties.setProperty("user", "app");
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", String.valueOf(timeout.toMillis()));
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection("jdbc:" + scheme() + "://" + name + ":" + host.port() + "/", properties);
    }

    private Connection open(String... more) throws SQLException {
        return open(host.name(), PASSWORD, LONG, more);
    }

    private static String last(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(rows.getMetaData().getColumnCount());
        }
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws SQLException {
        Connection connection = open(name, password, timeout);
        return new Client() {
            @Override
            public String ask() throws SQLException {
                return last(connection, "SELECT @@bind_address");
            }

            @Override
            public void askInVain() throws SQLException {
                last(connection, "SELECT SLEEP(60)");
            }

            @Override
            public void close() throws SQLException {
                // What a pool does with a connection that hangs; close() waits for the query.
                connection.abort(Runnable::run);
            }
        };
    }

    @Override
    String answer() {
        return host.liveAddress();
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
                    CompletableFuture.supplyAsync(() -> catchException(() -> statement.execute("SELECT SLEEP(60)")));
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
                .isThrownBy(() -> last(connection, "SELECT SLEEP(60)"))
                .havingRootCause()
                .withMessage("Read timed out");
        connection.close();
    }
}
