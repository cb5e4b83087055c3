package dev.connie.httpclient5;

import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server on an address of its own. It answers every HTTP/1.1 request with its address, so that a test can tell who
 * answered; or it does worse. Closing it closes its connections.
 */
final class TestServer implements AutoCloseable {
    /** What it does with a connection. */
    private interface Handler {
        void serve(Socket connection) throws IOException;
    }

    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore firstBytes = new Semaphore(0);
    private final List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private TestServer(ServerSocket listener, @Nullable Handler handler) {
        this.listener = listener;
        this.handler = handler == null ? connection -> serveHttp(connection, false) : handler;
        start(this::accept);
    }

    /** Returns a server that speaks HTTP/1.1 and keeps connections alive. */
    static TestServer http(LoopbackNetwork network) {
        return new TestServer(network.listening(), null);
    }

    /** Returns such a server at this address. */
    static TestServer httpAt(LoopbackNetwork network, InetAddress address) throws IOException {
        return new TestServer(new ServerSocket(network.port(), 100, address), null);
    }

    /** Returns a server that speaks HTTP/1.1 and closes each connection after one response, without having said so. */
    static TestServer httpClosingSilently(LoopbackNetwork network) {
        TestServer[] self = new TestServer[1];
        self[0] = new TestServer(network.listening(), connection -> self[0].serveHttp(connection, true));
        return self[0];
    }

    /** Returns a server that speaks HTTP/1.1 over TLS. */
    static TestServer https(LoopbackNetwork network, SSLContext tls) {
        TestServer[] self = new TestServer[1];
        self[0] = new TestServer(
                network.listening(), connection -> self[0].serveHttp(serverSide(connection, tls), false));
        return self[0];
    }

    /** Returns a server that answers whatever it reads with something that is not TLS. */
    static TestServer garbage(LoopbackNetwork network) {
        return new TestServer(network.listening(), connection -> {
            readSome(connection);
            connection.getOutputStream().write("This is no TLS record, as anybody can see.".getBytes());
            connection.shutdownOutput();
            drain(connection);
        });
    }

    /** Returns a server that reads the first bytes and hangs up. */
    static TestServer hangingUp(LoopbackNetwork network) {
        return new TestServer(network.listening(), TestServer::readSome);
    }

    /** Returns a server that reads and never says anything. */
    static TestServer mute(LoopbackNetwork network) {
        TestServer[] self = new TestServer[1];
        self[0] = new TestServer(network.listening(), connection -> {
            if (connection.getInputStream().read() >= 0) {
                self[0].firstBytes.release();
            }
            drain(connection);
        });
        return self[0];
    }

    /** Returns a proxy that connects every tunnel to this address, whatever is asked for. */
    static TestServer tunnel(LoopbackNetwork network, InetSocketAddress target) {
        TestServer[] self = new TestServer[1];
        self[0] = new TestServer(network.listening(), connection -> {
            self[0].requests.add(readHead(connection.getInputStream()));
            try (Socket onward = new Socket(target.getAddress(), target.getPort())) {
                connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Thread back = start(() -> pump(onward, connection));
                pump(connection, onward);
                join(back);
            }
        });
        return self[0];
    }

    /** Returns a SOCKS 5 proxy that answers the HTTP request itself. */
    static TestServer socks(LoopbackNetwork network) {
        TestServer[] self = new TestServer[1];
        self[0] = new TestServer(network.listening(), connection -> {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            int version = in.read();
            in.readNBytes(in.read());
            out.write(new byte[] {5, 0});
            self[0].requests.add("SOCKS " + version);
            // A connect command with an address or a name, and a port.
            boolean named = in.readNBytes(4)[3] == 3;
            String target = named ? new String(in.readNBytes(in.read()), StandardCharsets.US_ASCII) : "";
            in.readNBytes(named ? 2 : 6);
            self[0].requests.add("CONNECT " + target);
            out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            self[0].serveHttp(connection, false);
        });
        return self[0];
    }

    private static Socket serverSide(Socket connection, SSLContext tls) throws IOException {
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(connection, null, 0, true);
        secure.setUseClientMode(false);
        return secure;
    }

    InetAddress address() {
        return listener.getInetAddress();
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** Returns what it answers with. */
    String body() {
        return address().getHostAddress();
    }

    /** Returns the request lines it has read. */
    List<String> requests() {
        return requests;
    }

    /** Returns where its connections came from. */
    List<InetSocketAddress> clients() {
        return clients;
    }

    /** Waits until a client of this mute server has said something. */
    void awaitFirstByte() {
        Await.until(firstBytes::tryAcquire, () -> "nobody said anything");
    }

    /** Waits until all its connections are closed, by whoever. */
    void awaitNoConnections() {
        Await.until(open::isEmpty, () -> "open at the server: " + open);
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = listener.accept();
                open.add(connection);
                clients.add((InetSocketAddress) connection.getRemoteSocketAddress());
                start(() -> serve(connection));
            } catch (IOException closed) {
                // By close().
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            handler.serve(connection);
        } catch (IOException gone) {
            // Clients abort, and refuse certificates.
        } finally {
            open.remove(connection);
        }
    }

    private void serveHttp(Socket connection, boolean once) throws IOException {
        InputStream in = connection.getInputStream();
        for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            requests.add(head);
            byte[] body = body().getBytes(StandardCharsets.US_ASCII);
            OutputStream out = connection.getOutputStream();
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n" + body())
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (once) {
                return;
            }
        }
    }

    /** Reads a head, a byte at a time because what follows is not ours. Returns its first line; empty at the end. */
    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static void readSome(Socket connection) throws IOException {
        connection.getInputStream().read(new byte[4096]);
    }

    private static void drain(Socket connection) throws IOException {
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException gone) {
            // One of them; both are closed by the caller.
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "test server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
