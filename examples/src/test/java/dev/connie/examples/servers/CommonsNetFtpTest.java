package dev.connie.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.ClientAuth;
import org.apache.ftpserver.ssl.SslConfiguration;
import org.apache.ftpserver.usermanager.ClearTextPasswordEncryptor;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commons Net's FTP client and Apache FtpServer. */
class CommonsNetFtpTest extends LibraryContract {
    @TempDir
    private static Path folder;

    private final SocketFactory sockets = Connector.create().socketFactory();
    private final ServerCertificate certificate = new ServerCertificate(host.name());
    private FtpServer server;

    @Override
    void startServer() throws Exception {
        Files.writeString(folder.resolve("pong"), "");
        PropertiesUserManagerFactory users = new PropertiesUserManagerFactory();
        users.setPasswordEncryptor(new ClearTextPasswordEncryptor());
        UserManager manager = users.createUserManager();
        BaseUser user = new BaseUser();
        user.setName("app");
        user.setPassword(PASSWORD);
        user.setHomeDirectory(folder.toString());
        user.setAuthorities(List.of(new WritePermission()));
        manager.save(user);

        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress(host.liveAddress());
        listener.setPort(host.port());
        listener.setSslConfiguration(new Tls(certificate));
        FtpServerFactory factory = new FtpServerFactory();
        factory.setUserManager(manager);
        factory.addListener("default", listener.createListener());
        server = factory.createServer();
        server.start();
    }

    /** The server's side of explicit TLS. */
    private record Tls(ServerCertificate certificate) implements SslConfiguration {
        @Override
        public SSLSocketFactory getSocketFactory() {
            return certificate.socketFactory();
        }

        @Override
        public SSLContext getSSLContext() {
            return certificate.context();
        }

        @Override
        public SSLContext getSSLContext(String protocol) {
            return certificate.context();
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return getSSLContext().getDefaultSSLParameters().getCipherSuites();
        }

        @Override
        public String[] getEnabledProtocols() {
            return new String[] {"TLSv1.2"};
        }

        @Override
        @Deprecated
        public String getEnabledProtocol() {
            return "TLSv1.2";
        }

        @Override
        public ClientAuth getClientAuth() {
            return ClientAuth.NONE;
        }
    }

    @Override
    void stopServer() {
        server.stop();
    }

    private void open(FTPClient ftp, String name, String password, Duration timeout) throws IOException {
        ftp.setSocketFactory(sockets);
        ftp.setConnectTimeout((int) timeout.toMillis());
        try {
            ftp.connect(name, host.port());
            if (!ftp.login("app", password)) {
                throw new IOException(ftp.getReplyString());
            }
            ftp.enterLocalPassiveMode();
        } catch (IOException failure) {
            ftp.disconnect();
            throw failure;
        }
    }

    @Override
    Client connect(String name, String password, Duration timeout) throws IOException {
        FTPClient ftp = new FTPClient();
        open(ftp, name, password, timeout);
        return new Client() {
            @Override
            public String ask() throws IOException {
                // Over a connection of its own, to the address that won.
                return String.join(",", ftp.listNames());
            }

            @Override
            public void askInVain() throws IOException {
                ftp.getReply();
            }

            @Override
            public void close() throws IOException {
                ftp.disconnect();
            }
        };
    }

    @Override
    String answer() {
        return "pong";
    }

    @Override
    String wrongPassword() {
        return "530 Authentication failed";
    }

    @Test
    void itSpeaksTlsOnceAsked() throws Exception {
        FTPSClient ftp = new FTPSClient(false, certificate.context());
        ftp.setEndpointCheckingEnabled(true);
        open(ftp, host.name(), PASSWORD, LONG);

        assertThat(ftp.listNames()).containsExactly("pong");
        ftp.disconnect();
    }
}
