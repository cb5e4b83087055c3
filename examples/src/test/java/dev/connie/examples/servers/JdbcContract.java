package dev.connie.examples.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/** What the tests of all JDBC drivers do. */
abstract class JdbcContract extends LibraryContract {
    /** Returns the URL for a name, or for several hosts. */
    abstract String url(String hosts);

    /** Returns the name of the factory's class. */
    abstract String socketFactory();

    /** Returns a timeout as the driver's settings have it. */
    abstract String setting(Duration timeout);

    /** Returns a query for the address that the server was reached at. */
    abstract String queryOfAddress();

    /** Returns a query that takes a minute. */
    abstract String slowQuery();

    final Connection open(String hosts, String password, Duration timeout, String... more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("socketFactory", socketFactory());
        properties.setProperty("user", "app");
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", setting(timeout));
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(url(hosts), properties);
    }

    /** Returns the last column of the first row. */
    static String last(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(rows.getMetaData().getColumnCount());
        }
    }

    @Override
    final Client connect(String name, String password, Duration timeout) throws SQLException {
        Connection connection = open(name + ":" + host.port(), password, timeout);
        return new Client() {
            @Override
            public String ask() throws SQLException {
                return last(connection, queryOfAddress());
            }

            @Override
            public void askInVain() throws SQLException {
                last(connection, slowQuery());
            }

            @Override
            public void close() throws SQLException {
                // What a pool does with a connection that hangs; close() waits for the query.
                connection.abort(Runnable::run);
            }
        };
    }

    final Connection open(String... more) throws SQLException {
        return open(host.name() + ":" + host.port(), PASSWORD, LONG, more);
    }

    @Override
    String answer() {
        return host.liveAddress();
    }
}
