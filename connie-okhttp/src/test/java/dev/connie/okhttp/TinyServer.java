package dev.connie.okhttp;

import dev.connie.testing.LoopbackNetwork;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A server of HTTP/1.1, or by TLS also of HTTP/2, that answers each request with its own address. It uses nothing of
 * OkHttp, so that it serves every version of it.
 */
final class TinyServer implements Closeable {
    /** What to do with a connection. */
    @FunctionalInterface
    interface Manner {
        void serve(TinyServer server, Socket socket) throws Exception;
    }

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    /** The HPACK table's entry for ":status: 200". */
    private static final byte[] STATUS_200 = {(byte) 0x88};

    private final ServerSocket listener;
    private final Manner manner;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private TinyServer(ServerSocket listener, Manner manner) {
        this.listener = listener;
        this.manner = manner;
        start("accepts", this::acceptAll);
    }

    static TinyServer http(LoopbackNetwork network) {
        return of(network, TinyServer::http1);
    }

    /** Speaks the first of these protocols that the client offers too. */
    static TinyServer https(LoopbackNetwork network, SSLContext tls, String... protocols) {
        return of(network, tls(tls, protocols));
    }

    static Manner tls(SSLContext tls, String... protocols) {
        return (server, socket) -> server.overTls(socket, tls, protocols);
    }

    /** Accepts and closes. */
    static TinyServer hangingUp(LoopbackNetwork network) {
        return of(network, (server, socket) -> socket.close());
    }

    /** Accepts, reads and says nothing. */
    static TinyServer mute(LoopbackNetwork network) {
        return of(network, (server, socket) -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()));
    }

    static TinyServer of(LoopbackNetwork network, Manner manner) {
        return of(network.listening(), manner);
    }

    static TinyServer of(ServerSocket listener, Manner manner) {
        return new TinyServer(listener, manner);
    }

    InetAddress address() {
        return listener.getInetAddress();
    }

    /** Returns how many connections there have been. */
    int accepted() {
        return accepted.get();
    }

    /** Closes the connections there are, and goes on accepting. */
    void closeConnections() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeConnections();
    }

    private void acceptAll() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            accepted.incrementAndGet();
            open.add(socket);
            if (listener.isClosed()) {
                socket.close();
            }
            start("serves", () -> {
                try (socket) {
                    manner.serve(this, socket);
                } finally {
                    open.remove(socket);
                }
            });
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void start(String what, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ignored) {
                        // The other side, or the test, has closed: there is nobody to tell.
                    } catch (Exception failure) {
                        throw new AssertionError(failure);
                    }
                },
                "TinyServer " + what + " " + listener.getInetAddress());
        thread.setDaemon(true);
        thread.start();
    }

    private void overTls(Socket socket, SSLContext tls, String... protocols) throws IOException {
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        secured.setUseClientMode(false);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        if (secured.getApplicationProtocol().equals("h2")) {
            http2(secured);
        } else {
            http1(secured);
        }
    }

    void http1(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        byte[] body = listener.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII);
        while (true) {
            long bodyLength = 0;
            String line = readLine(in);
            while (!line.isEmpty()) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    bodyLength =
                            Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
                }
                line = readLine(in);
            }
            in.skipNBytes(bodyLength);
            ByteArrayOutputStream response = new ByteArrayOutputStream();
            response.writeBytes(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            response.writeBytes(body);
            socket.getOutputStream().write(response.toByteArray());
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** As much of RFC 9113 as a request without a body takes. */
    private void http2(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        in.skipNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
        OutputStream out = socket.getOutputStream();
        writeFrame(out, SETTINGS, 0, 0, new byte[0]);
        while (true) {
            int lengthAndType = in.readInt();
            int type = lengthAndType & 0xff;
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[lengthAndType >>> 8];
            in.readFully(payload);
            if (type == SETTINGS && (flags & ACK) == 0) {
                writeFrame(out, SETTINGS, ACK, 0, new byte[0]);
            } else if (type == PING && (flags & ACK) == 0) {
                writeFrame(out, PING, ACK, 0, payload);
            } else if (type == HEADERS && (flags & END_STREAM) != 0) {
                writeFrame(out, HEADERS, END_HEADERS, stream, STATUS_200);
                byte[] body = listener.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII);
                writeFrame(out, DATA, END_STREAM, stream, body);
            }
        }
    }

    private static void writeFrame(OutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        byte[] frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        frame[5] = (byte) (stream >> 24);
        frame[6] = (byte) (stream >> 16);
        frame[7] = (byte) (stream >> 8);
        frame[8] = (byte) stream;
        System.arraycopy(payload, 0, frame, 9, payload.length);
        out.write(frame);
    }
}
