package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import dev.connie.ConnieSSLSocketFactory;
import dev.connie.ConnieSocketFactory;
import dev.connie.RacingSocketFactory;
import java.time.Duration;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.SearchControls;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's LDAP. */
// What the directory holds is this test's.
@SuppressWarnings("BanJNDI")
class JndiLdapTest extends LdapContract {
    private static LdapContext open(String url, String factory, String password, Duration timeout)
            throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, url);
        environment.put("java.naming.ldap.factory.socket", factory);
        if (!timeout.isZero()) {
            environment.put("com.sun.jndi.ldap.connect.timeout", String.valueOf(timeout.toMillis()));
        }
        environment.put(Context.SECURITY_AUTHENTICATION, "simple");
        environment.put(Context.SECURITY_PRINCIPAL, USER);
        environment.put(Context.SECURITY_CREDENTIALS, password);
        return new InitialLdapContext(environment, null);
    }

    private String ldap(String name) {
        return "ldap://" + name + ":" + host.port();
    }

    private String ldaps(String name) {
        return "ldaps://" + name + ":" + tlsHost.port();
    }

    private static String ask(LdapContext context) throws NamingException {
        return (String) context.getAttributes("dc=test").get("o").get();
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws NamingException {
        LdapContext context = open(ldap(name), ConnieSocketFactory.class.getName(), password, timeout);
        return new Client() {
            @Override
            public String ask() throws NamingException {
                return JndiLdapTest.ask(context);
            }

            @Override
            public void askInVain() throws NamingException {
                context.search("cn=never,dc=test", "(cn=*)", new SearchControls())
                        .hasMore();
            }

            @Override
            public void close() throws NamingException {
                context.close();
            }
        };
    }

    @Override
    String wrongPassword() {
        return "LDAP: error code 49";
    }

    /** With a limit it connects the socket itself, without it leaves that to the factory. */
    @ParameterizedTest
    @ValueSource(strings = {"PT20S", "PT0S"})
    void itRacesGivenTheNameOfTheFactoryThatConnectorsMake(Duration timeout) throws Exception {
        LdapContext context = open(ldap(host.name()), RacingSocketFactory.class.getName(), PASSWORD, timeout);

        assertThat(ask(context)).isEqualTo("pong");
        context.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT20S", "PT0S"})
    void itSpeaksLdapsGivenTheTwin(Duration timeout) throws Exception {
        LdapContext context = tlsCertificate.trusted(
                () -> open(ldaps(tlsHost.name()), ConnieSSLSocketFactory.class.getName(), PASSWORD, timeout));

        assertThat(ask(context)).isEqualTo("pong");
        context.close();
    }

    @Test
    void itChecksThatTheCertificateIsOfTheHostsName() throws Exception {
        Exception failure = catchException(() -> tlsCertificate.trusted(
                () -> open(ldaps(tlsHost.liveAddress()), ConnieSSLSocketFactory.class.getName(), PASSWORD, LONG)));

        assertThat(allMessages(failure)).contains("No subject alternative names matching IP address");
    }

    @Test
    void itStartsTls() throws Exception {
        LdapContext context = open(ldap(host.name()), ConnieSocketFactory.class.getName(), PASSWORD, LONG);
        StartTlsResponse tls = (StartTlsResponse) context.extendedOperation(new StartTlsRequest());
        tls.negotiate(certificate.socketFactory());

        assertThat(ask(context)).isEqualTo("pong");
        tls.close();
        context.close();
    }
}
