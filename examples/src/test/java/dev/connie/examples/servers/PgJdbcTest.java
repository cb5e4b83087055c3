package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.ConnieSocketFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** pgjdbc and PostgreSQL. */
@Tag("servers")
class PgJdbcTest extends JdbcContract {
    @TempDir
    private static Path folder;

    private EmbeddedPostgres server;

    @Override
    void startServer() throws Exception {
        assumeTrue(
                PgJdbcTest.class.getResource("/postgres-linux-x86_64.txz") != null
                        && System.getProperty("os.arch").equals("amd64"),
                "there is a PostgreSQL for Linux on x86_64 only, with -Pservers");
        Path data = folder.resolve("data");
        boolean first = !Files.exists(data);
        if (first) {
            writeCertificate();
            Files.writeString(
                    folder.resolve("hba"), "host all postgres 127.0.0.1/32 trust\nhost all all all scram-sha-256\n");
        }
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(host.port())
                .setServerConfig("listen_addresses", "127.0.0.1," + host.liveAddress())
                .setServerConfig("hba_file", folder.resolve("hba").toString())
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", folder.resolve("cert.pem").toString())
                .setServerConfig("ssl_key_file", folder.resolve("key.pem").toString())
                .start();
        if (first) {
            try (Connection admin = server.getPostgresDatabase().getConnection();
                    Statement statement = admin.createStatement()) {
                statement.execute("CREATE ROLE app LOGIN PASSWORD '" + PASSWORD + "'");
            }
        }
    }

    private void writeCertificate() throws IOException {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName(host.name())
                .build();
        Files.writeString(folder.resolve("cert.pem"), certificate.certificatePem());
        Path key = folder.resolve("key.pem");
        Files.writeString(key, certificate.privateKeyPkcs8Pem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    @Override
    void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    String url(String hosts) {
        return "jdbc:postgresql://" + hosts + "/postgres";
    }

    @Override
    String socketFactory() {
        return ConnieSocketFactory.class.getName();
    }

    @Override
    String setting(Duration timeout) {
        return String.valueOf(timeout.toSeconds());
    }

    @Override
    String queryOfAddress() {
        return "SELECT host(inet_server_addr())";
    }

    @Override
    String slowQuery() {
        return "SELECT pg_sleep(60)";
    }

    @Override
    String wrongPassword() {
        return "password authentication failed for user \"app\"";
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-full"})
    void itSpeaksTls(String mode) throws Exception {
        try (Connection connection =
                open("sslmode", mode, "sslrootcert", folder.resolve("cert.pem").toString())) {
            assertThat(last(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .isEqualTo("t");
        }
    }

    @Test
    void itsArgumentIsAPolicy() throws Exception {
        try (Connection connection = open("socketFactoryArg", "rfc8305")) {
            assertThat(last(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(allMessages(catchException(() -> open("socketFactoryArg", "fastest"))))
                .contains("The socket factory's argument is \"fastest\"", "adaptive, allAtOnce or rfc8305");
    }

    @Test
    void ofSeveralHostsItGoesOnToTheNext() throws Exception {
        String hosts = host.nameOfTheDead() + ":" + host.port() + "," + host.name() + ":" + host.port();

        try (Connection connection = open(hosts, PASSWORD, Duration.ofSeconds(1), "targetServerType", "primary")) {
            assertThat(last(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aQueryIsCancelledOverAConnectionOfItsOwn() throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Exception> asking =
                    CompletableFuture.supplyAsync(() -> catchException(() -> statement.execute(slowQuery())));
            while (!asking.isDone()) {
                statement.cancel();
                TimeUnit.MILLISECONDS.sleep(20);
            }

            assertThat(asking.join()).hasMessageContaining("canceling statement due to user request");
            assertThat(last(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void itsSocketTimeoutIsHonoured() throws Exception {
        Connection connection = open("socketTimeout", "1");

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> last(connection, slowQuery()))
                .havingCause()
                .withMessage("Read timed out");
        connection.close();
    }

    @Test
    void itsLoginTimeoutIsHonoured() {
        long start = System.nanoTime();

        Exception failure = catchException(() ->
                open(host.nameOfTheDead() + ":" + host.port(), PASSWORD, Duration.ofSeconds(3), "loginTimeout", "1"));

        assertThat(failure).hasMessageContaining("Connection attempt timed out.");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
}
