package dev.connie.examples.servers;

import dev.connie.ConnieSocketFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** MariaDB Connector/J and MariaDB. */
@Tag("servers")
class MariaDbTest extends MySqlContract {
    @Override
    String scheme() {
        return "mariadb";
    }

    @Override
    String socketFactory() {
        return ConnieSocketFactory.class.getName();
    }

    @Override
    String[] verifiedTls(Path certificate) {
        return new String[] {"sslMode", "verify-full", "serverSslCert", certificate.toString()};
    }
}
