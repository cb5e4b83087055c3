package dev.connie.examples.servers;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.AfterAll;

/** What holds of both LDAP libraries. The server is UnboundID's, in this process: ldap with StartTLS, and ldaps. */
abstract class LdapContract extends LibraryContract {
    static final String USER = "cn=app,dc=test";

    final NamedHost tlsHost = NamedHost.called("ldaps");
    final ServerCertificate certificate = new ServerCertificate(host.name());
    final ServerCertificate tlsCertificate = new ServerCertificate(tlsHost.name());
    private InMemoryDirectoryServer server;
    private CountDownLatch stopped = new CountDownLatch(1);

    @Override
    void startServer() throws Exception {
        stopped = new CountDownLatch(1);
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=test");
        config.setSchema(null);
        config.addAdditionalBindCredentials(USER, PASSWORD);
        config.addInMemoryOperationInterceptor(new InMemoryOperationInterceptor() {
            @Override
            public void processSearchRequest(InMemoryInterceptedSearchRequest request) {
                if (request.getRequest().getBaseDN().startsWith("cn=never")) {
                    awaitStop();
                }
            }
        });
        SSLServerSocketFactory secure = tlsCertificate.context().getServerSocketFactory();
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("ldap", host.live(), host.port(), certificate.socketFactory()),
                InMemoryListenerConfig.createLDAPSConfig(
                        "ldaps", tlsHost.live(), tlsHost.port(), secure, tlsCertificate.socketFactory()));
        server = new InMemoryDirectoryServer(config);
        server.add("dn: dc=test", "objectClass: domain", "dc: test", "o: pong");
        server.startListening();
    }

    private void awaitStop() {
        try {
            // No longer than the test takes that a search keeps waiting.
            stopped.await(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void stopServer() {
        stopped.countDown();
        server.shutDown(true);
    }

    @AfterAll
    void closeTlsHost() {
        tlsHost.close();
    }

    @Override
    String answer() {
        return "pong";
    }
}
