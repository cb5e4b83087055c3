package dev.connie.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * The network of the demonstration's second part, where pages come by https: a host that drops every SYN, one whose kernel
 * completes handshakes of TCP while its server says nothing, and one that works. Closing it closes everything.
 */
final class MuteNetwork implements AutoCloseable {
    private final InetAddress working = InetAddress.getByName("127.0.8.7");
    private final HeldCertificate certificate;
    private final DemoServer server;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<DemoNetwork.Host> hosts = new ArrayList<>();

    private MuteNetwork(String host) throws IOException {
        certificate =
                new HeldCertificate.Builder().addSubjectAlternativeName(host).build();
        SSLServerSocket listener = (SSLServerSocket) new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, working);
        server = new DemoServer(listener, Duration.ZERO);
        try {
            ServerSocket silent = listenAt("127.0.8.5", 1);
            List<SocketChannel> fillers = new ArrayList<>();
            DemoNetwork.fill(silent, fillers);
            open.addAll(fillers);
            hosts.add(new DemoNetwork.Host(silent.getInetAddress(), "drops every SYN: a dead server"));
            // Nobody accepts: the kernel completes the handshake, and that is all.
            ServerSocket mute = listenAt("127.0.8.6", 50);
            hosts.add(
                    new DemoNetwork.Host(mute.getInetAddress(), "connects and then says nothing: a server that hangs"));
            hosts.add(new DemoNetwork.Host(working, "answers at once"));
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /**
     * Opens a network whose working host has a certificate for this name.
     *
     * @throws IOException if this machine lacks such addresses, or the port is taken on one of them
     */
    static MuteNetwork open(String host) throws IOException {
        return new MuteNetwork(host);
    }

    private ServerSocket listenAt(String literal, int backlog) throws IOException {
        ServerSocket listener = new ServerSocket(server.port(), backlog, InetAddress.getByName(literal));
        open.add(listener);
        return listener;
    }

    /** Returns all hosts, in the order in which a resolver is to list them. */
    List<DemoNetwork.Host> hosts() {
        return List.copyOf(hosts);
    }

    InetAddress working() {
        return working;
    }

    int port() {
        return server.port();
    }

    /** Returns a client that trusts the working host. */
    OkHttpClient.Builder trusting() {
        HandshakeCertificates client = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        return new OkHttpClient.Builder().sslSocketFactory(client.sslSocketFactory(), client.trustManager());
    }

    @Override
    public void close() {
        open.add(server);
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception ignored) {
                // Of loopback sockets, at the end of the demonstration: nothing is lost.
            }
        }
    }
}
