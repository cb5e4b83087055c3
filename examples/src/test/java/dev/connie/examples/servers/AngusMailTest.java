package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.connie.Connector;
import dev.connie.ConnieSocketFactory;
import dev.connie.RacingSocketFactory;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.server.SMTPServer;

/** Angus Mail, the Jakarta Mail there is, and GreenMail; for STARTTLS, SubEthaSMTP. */
class AngusMailTest extends LibraryContract {
    private static final String USER = "app@localhost";

    private final NamedHost smtpsHost = NamedHost.called("smtps");
    private final NamedHost imapHost = NamedHost.called("imap");
    private GreenMail server;

    @Override
    void startServer() {
        server = new GreenMail(new ServerSetup[] {
            new ServerSetup(host.port(), host.liveAddress(), ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(smtpsHost.port(), smtpsHost.liveAddress(), ServerSetup.PROTOCOL_SMTPS),
            new ServerSetup(imapHost.port(), imapHost.liveAddress(), ServerSetup.PROTOCOL_IMAP)
        });
        server.setUser(USER, "app", PASSWORD);
        server.start();
    }

    @Override
    void stopServer() {
        server.stop();
    }

    @AfterAll
    void closeHosts() {
        smtpsHost.close();
        imapHost.close();
    }

    /** Returns the settings of one protocol. */
    private static Properties settings(String protocol, Duration timeout) {
        Properties settings = new Properties();
        String prefix = "mail." + protocol + ".";
        settings.setProperty(prefix + "auth", "true");
        settings.setProperty(prefix + "socketFactory.class", ConnieSocketFactory.class.getName());
        // Else a connect that failed is tried again with a plain socket, and what Connie said is lost.
        settings.setProperty(prefix + "socketFactory.fallback", "false");
        settings.setProperty(prefix + "connectiontimeout", String.valueOf(timeout.toMillis()));
        return settings;
    }

    private static SMTPTransport open(Properties settings, String protocol, NamedHost host) throws MessagingException {
        SMTPTransport transport = (SMTPTransport) Session.getInstance(settings).getTransport(protocol);
        transport.connect(host.name(), host.port(), "app", PASSWORD);
        return transport;
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws MessagingException {
        SMTPTransport transport =
                (SMTPTransport) Session.getInstance(settings("smtp", timeout)).getTransport("smtp");
        transport.connect(name, host.port(), "app", password);
        return new Client() {
            @Override
            public String ask() throws MessagingException {
                transport.issueCommand("NOOP", 250);
                return transport.getLastServerResponse().strip();
            }

            @Override
            public void close() throws MessagingException {
                transport.close();
            }
        };
    }

    @Override
    String answer() {
        return "250 Is that all?";
    }

    @Override
    String wrongPassword() {
        return "535 5.7.8";
    }

    @Test
    void aMessageIsSentAndFetched() throws Exception {
        Session session = Session.getInstance(settings("smtp", LONG));
        try (Transport transport = open(settings("smtp", LONG), "smtp", host)) {
            MimeMessage message = new MimeMessage(session);
            message.setFrom(USER);
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(USER));
            message.setSubject("hello");
            message.setText("world");
            transport.sendMessage(message, message.getAllRecipients());
        }

        try (Store store = openStore();
                Folder inbox = store.getFolder("INBOX")) {
            inbox.open(Folder.READ_ONLY);
            assertThat(inbox.getMessage(inbox.getMessageCount()).getSubject()).isEqualTo("hello");
        }
    }

    private Store openStore() throws MessagingException {
        Store store = Session.getInstance(settings("imap", LONG)).getStore("imap");
        store.connect(imapHost.name(), imapHost.port(), "app", PASSWORD);
        return store;
    }

    @Test
    void anImapClientThatIdlesIsClosedByAnotherThread() throws Exception {
        Store store = openStore();
        IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX");
        inbox.open(Folder.READ_ONLY);
        CountDownLatch idles = new CountDownLatch(1);
        CompletableFuture<Exception> idling = CompletableFuture.supplyAsync(() -> {
            idles.countDown();
            return catchException(() -> inbox.idle(true));
        });
        idles.await();

        store.close();

        // However far it has come: it ends.
        idling.get(10, TimeUnit.SECONDS);
    }

    @Test
    void itRacesGivenTheFactoryItself() throws Exception {
        Properties settings = settings("smtp", LONG);
        settings.remove("mail.smtp.socketFactory.class");
        settings.put("mail.smtp.socketFactory", Connector.create().socketFactory());

        try (Transport transport = open(settings, "smtp", host)) {
            assertThat(transport.isConnected()).isTrue();
        }
    }

    @Test
    void itRacesGivenTheNameOfTheFactoryThatConnectorsMake() throws Exception {
        Properties settings = settings("smtp", LONG);
        settings.setProperty("mail.smtp.socketFactory.class", RacingSocketFactory.class.getName());

        try (Transport transport = open(settings, "smtp", host)) {
            assertThat(transport.isConnected()).isTrue();
        }
    }

    @Test
    void itSpeaksSmtps() throws Exception {
        Properties settings = settings("smtps", LONG);
        // GreenMail's certificate is of nobody.
        settings.setProperty("mail.smtps.ssl.trust", "*");
        settings.setProperty("mail.smtps.ssl.checkserveridentity", "false");

        try (SMTPTransport transport = open(settings, "smtps", smtpsHost)) {
            assertThat(transport.isSSL()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itStartsTls(boolean trusted) throws Exception {
        try (NamedHost startTlsHost = NamedHost.called("starttls")) {
            ServerCertificate certificate = new ServerCertificate(startTlsHost.name());
            SMTPServer startTlsServer = SMTPServer.port(startTlsHost.port())
                    .bindAddress(startTlsHost.live())
                    .requireTLS(true)
                    .startTlsSocketFactory(certificate.context())
                    .build();
            startTlsServer.start();
            try {
                Properties settings = settings("smtp", LONG);
                settings.setProperty("mail.smtp.auth", "false");
                settings.setProperty("mail.smtp.starttls.required", "true");
                if (trusted) {
                    settings.put("mail.smtp.ssl.socketFactory", certificate.socketFactory());
                    try (SMTPTransport transport = open(settings, "smtp", startTlsHost)) {
                        assertThat(transport.isSSL()).isTrue();
                    }
                } else {
                    assertThat(allMessages(catchException(() -> open(settings, "smtp", startTlsHost))))
                            .contains("Could not convert socket to TLS", "unable to find valid certification path");
                }
            } finally {
                startTlsServer.stop();
            }
        }
    }
}
