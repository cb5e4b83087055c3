package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import dev.connie.Connector;
import dev.connie.ConnieSSLSocketFactory;
import java.time.Duration;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** UnboundID LDAP SDK. */
class UnboundIdLdapTest extends LdapContract {
    private final SocketFactory sockets = Connector.create().socketFactory();

    private static LDAPConnection open(SocketFactory sockets, String name, int port, String password, Duration timeout)
            throws LDAPException {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis((int) timeout.toMillis());
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        return new LDAPConnection(sockets, options, name, port, USER, password);
    }

    private static String ask(LDAPConnection connection) throws LDAPException {
        return connection.getEntry("dc=test").getAttributeValue("o");
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws LDAPException {
        LDAPConnection connection = open(sockets, name, host.port(), password, timeout);
        return new Client() {
            @Override
            public String ask() throws LDAPException {
                return UnboundIdLdapTest.ask(connection);
            }

            @Override
            public void askInVain() {
                assumeTrue(
                        false, "a search waits for its response timeout though the connection is closed, plain or not");
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    @Override
    String wrongPassword() {
        return "resultCode=49 (invalid credentials)";
    }

    /** It ends the connect at the same moment as the race ends, and does not wait to hear why. */
    @Override
    String[] ofDeadAddresses() {
        return new String[] {"An error occurred while attempting to connect to server"};
    }

    @Test
    void itSpeaksLdapsGivenTheTwin() throws Exception {
        try (LDAPConnection connection = tlsCertificate.trusted(
                () -> open(new ConnieSSLSocketFactory(), tlsHost.name(), tlsHost.port(), PASSWORD, LONG))) {
            assertThat(ask(connection)).isEqualTo("pong");
            assertThat(connection.getSSLSession()).isNotNull();
        }
    }

    @Test
    void itStartsTls() throws Exception {
        try (LDAPConnection connection = open(sockets, host.name(), host.port(), PASSWORD, LONG)) {
            connection.processExtendedOperation(new StartTLSExtendedRequest(certificate.context()));

            assertThat(ask(connection)).isEqualTo("pong");
            assertThat(connection.getSSLSession()).isNotNull();
        }
    }
}
