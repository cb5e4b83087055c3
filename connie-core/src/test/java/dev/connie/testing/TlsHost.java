package dev.connie.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A host on loopback that is asked for TLS, and behaves well or badly. A good one answers each HTTP request with its name.
 * Its certificate is of h.test.
 */
public final class TlsHost implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final SSLContext CONTEXT = newContext();

    /** What a host does with a connection once the client has sent the first record. */
    public interface Behaviour {
        void meet(TlsHost host, Socket peer, byte[] hello) throws Exception;
    }

    /** Goes on with the handshake, and answers requests. */
    public static final Behaviour WELL = (host, peer, hello) -> host.serve(peer, hello, CONTEXT);

    /** Says nothing. */
    public static final Behaviour MUTE =
            (host, peer, hello) -> peer.getInputStream().read();

    /** Ends the connection. */
    public static final Behaviour CLOSES = (host, peer, hello) -> peer.close();

    /** Breaks the connection. */
    public static final Behaviour RESETS = (host, peer, hello) -> {
        peer.setSoLinger(true, 0);
        peer.close();
    };

    /** Does not speak TLS. */
    public static final Behaviour SPEAKS_HTTP = (host, peer, hello) -> {
        peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.shutdownOutput();
        peer.getInputStream().readAllBytes();
    };

    private final String name;
    private final ServerSocket server;
    private final Behaviour behaviour;
    private final AtomicInteger hellos = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TlsHost(String name, ServerSocket server, Behaviour behaviour) {
        this.name = name;
        this.server = server;
        this.behaviour = behaviour;
        start("host " + name, this::accept);
    }

    /** Has a new host of this network behave so. */
    public static TlsHost in(LoopbackNetwork network, String name, Behaviour behaviour) {
        return new TlsHost(name, network.listening(), behaviour);
    }

    /** Has a new good host of this network serve with TLS of this kind. */
    public static TlsHost in(LoopbackNetwork network, String name, SSLContext context) {
        return new TlsHost(name, network.listening(), (host, peer, hello) -> host.serve(peer, hello, context));
    }

    /** Answers only after a while. */
    public static Behaviour late(long millis, Behaviour then) {
        return (host, peer, hello) -> {
            // A server that takes its time: there is nothing else to wait for.
            Thread.sleep(millis);
            then.meet(host, peer, hello);
        };
    }

    /** Refuses the handshake: level 2 is fatal, 1 a warning. */
    public static Behaviour alerts(int level, int description) {
        return (host, peer, hello) -> {
            peer.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, (byte) level, (byte) description});
            peer.shutdownOutput();
            peer.getInputStream().readAllBytes();
        };
    }

    /** Sends a warning, then goes on as it should. */
    public static Behaviour warnsAndThen(Behaviour then) {
        return (host, peer, hello) -> {
            peer.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 1, 112});
            then.meet(host, peer, hello);
        };
    }

    /** Goes on with the handshake, with these parameters, and answers requests. */
    public static Behaviour well(Consumer<SSLParameters> parameters) {
        return (host, peer, hello) -> host.serve(peer, hello, CONTEXT, parameters);
    }

    /** Returns a context that has, and trusts, the certificate of h.test. Each has sessions of its own. */
    public static SSLContext newContext() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keyStore(), PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what trusts the certificate of h.test. */
    public static TrustManager[] trustManagers() throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keyStore());
        return trust.getTrustManagers();
    }

    private static KeyStore keyStore() throws IOException, GeneralSecurityException {
        try (InputStream file = TlsHost.class.getResourceAsStream("h.test.p12")) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSWORD);
            return store;
        }
    }

    public InetAddress address() {
        return server.getInetAddress();
    }

    public String name() {
        return name;
    }

    /** Returns how many hellos came. */
    public int hellos() {
        return hellos.get();
    }

    /** Returns how many connections were accepted. */
    public int connections() {
        return connections.get();
    }

    /** Returns how many accepted connections are open on this side. */
    public int openConnections() {
        return open.size();
    }

    private static void start(String name, Runnable deed) {
        Thread thread = new Thread(deed, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket peer = server.accept();
                connections.incrementAndGet();
                open.add(peer);
                start("connection of " + name, () -> meet(peer));
            } catch (IOException closed) {
                // Over, or it was reset in the queue.
            }
        }
    }

    private void meet(Socket peer) {
        try (peer) {
            byte[] hello = readRecord(peer.getInputStream());
            if (hello.length > 0) {
                hellos.incrementAndGet();
                behaviour.meet(this, peer, hello);
            }
        } catch (Exception gone) {
            // The client has chosen another.
        } finally {
            open.remove(peer);
        }
    }

    /** Returns the first record, or nothing if the client leaves without. */
    private static byte[] readRecord(InputStream in) throws IOException {
        byte[] header = in.readNBytes(5);
        if (header.length < 5) {
            return new byte[0];
        }
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(header);
        record.writeBytes(in.readNBytes((header[3] & 0xff) << 8 | header[4] & 0xff));
        return record.toByteArray();
    }

    private void serve(Socket peer, byte[] hello, SSLContext tls) throws IOException {
        serve(peer, hello, tls, parameters -> {});
    }

    private void serve(Socket peer, byte[] hello, SSLContext tls, Consumer<SSLParameters> set) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(peer, new ByteArrayInputStream(hello), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            set.accept(parameters);
            socket.setSSLParameters(parameters);
            InputStream in = socket.getInputStream();
            while (true) {
                StringBuilder request = new StringBuilder();
                while (!request.toString().endsWith("\r\n\r\n")) {
                    int next = in.read();
                    if (next < 0) {
                        return;
                    }
                    request.append((char) next);
                }
                String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + name.length()
                        + "\r\n\r\n" + name;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket peer : open) {
                peer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
