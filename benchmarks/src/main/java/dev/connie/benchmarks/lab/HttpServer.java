package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Answers one request on a connection, whatever it asks for, and closes it. Thread-safe. */
final class HttpServer {
    private static final byte[] ANSWER = String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Content-Type: text/plain",
                    "Content-Length: 6",
                    "Connection: close",
                    "",
                    "hello\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HEAD = 16 * 1024;

    private final @Nullable SSLContext tls;

    /** @param tls what to show; null to speak in the clear */
    HttpServer(@Nullable SSLContext tls) {
        this.tls = tls;
    }

    /** Serves a connection to its end. */
    void serve(Socket connection) throws IOException {
        try (Socket socket = tls == null ? connection : overTls(connection, tls)) {
            InputStream in = socket.getInputStream();
            if (!readHead(in)) {
                return;
            }
            socket.getOutputStream().write(ANSWER);
            socket.shutdownOutput();
            // To close before the client has is to answer its last words, as the end of TLS, with a reset.
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static SSLSocket overTls(Socket connection, SSLContext tls) throws IOException {
        boolean closeBoth = true;
        SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(connection, InputStream.nullInputStream(), closeBoth);
        socket.setUseClientMode(false);
        return socket;
    }

    /** Reads to the empty line; the requests have no body. */
    private static boolean readHead(InputStream in) throws IOException {
        int matched = 0;
        byte[] buffer = new byte[1024];
        int total = 0;
        while (total < MAX_HEAD) {
            int count = in.read(buffer);
            if (count < 0) {
                return false;
            }
            total += count;
            for (int i = 0; i < count; i++) {
                // The end begins with \r, which is nowhere else in it but after \n.
                matched = buffer[i] == END_OF_HEAD[matched] ? matched + 1 : buffer[i] == '\r' ? 1 : 0;
                if (matched == END_OF_HEAD.length) {
                    return true;
                }
            }
        }
        throw new IOException("the request's head is too long");
    }
}
