package dev.connie.examples.servers;

import dev.connie.mysql.ConnieMySqlSocketFactory;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import org.junit.jupiter.api.Tag;

/** MySQL Connector/J and MariaDB. */
@Tag("servers")
class MySqlTest extends MySqlContract {
    @Override
    String scheme() {
        return "mysql";
    }

    @Override
    String socketFactory() {
        return ConnieMySqlSocketFactory.class.getName();
    }

    @Override
    String[] verifiedTls(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = certificate.resolveSibling("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return new String[] {
            "sslMode",
            "VERIFY_IDENTITY",
            "trustCertificateKeyStoreUrl",
            file.toUri().toString(),
            "trustCertificateKeyStoreType",
            "PKCS12",
            "trustCertificateKeyStorePassword",
            PASSWORD
        };
    }
}
