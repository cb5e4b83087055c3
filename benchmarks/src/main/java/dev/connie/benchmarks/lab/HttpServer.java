package dev.connie.benchmarks.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Answers one request on a connection, whatever it asks for, and closes it. Thread-safe.
 *
 * @param tls what to show; null to speak in the clear
 */
record HttpServer(@Nullable SSLContext tls) {
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n"
                    + "Connection: close\r\n\r\nhello\n")
            .getBytes(StandardCharsets.US_ASCII);

    /** Serves a connection to its end. */
    void serve(Socket connection) throws IOException {
        // As web servers do: else the second record of a TLS handshake waits for the first one's acknowledgement.
        connection.setTcpNoDelay(true);
        try (Socket socket = tls == null ? connection : overTls(connection, tls)) {
            InputStream in = socket.getInputStream();
            var head = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
            // To the empty line; the requests have no body.
            String line = head.readLine();
            while (line != null && !line.isEmpty()) {
                line = head.readLine();
            }
            if (line == null) {
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
        var socket =
                (SSLSocket) tls.getSocketFactory().createSocket(connection, InputStream.nullInputStream(), closeBoth);
        socket.setUseClientMode(false);
        return socket;
    }

    /**
     * The certificates of a deployment: an authority that its clients trust, and for each copy one that names the host and
     * the copy's addresses, since some clients are given an address for a name.
     */
    static final class Certificates {
        private final String scenario;
        private final HeldCertificate authority = new HeldCertificate.Builder()
                .commonName("the lab's authority")
                .certificateAuthority(0)
                .build();

        // One key for all copies, which takes a lot less time than one each. ECDSA on P-256, as HeldCertificate's are.
        private final KeyPair serverKey = new HeldCertificate.Builder().build().keyPair();

        Certificates(String scenario) {
            this.scenario = scenario;
        }

        /** What a client needs to trust the servers. */
        HandshakeCertificates client() {
            return new HandshakeCertificates.Builder()
                    .addTrustedCertificate(authority.certificate())
                    .build();
        }

        /** What the servers of a copy show. */
        SSLContext server(List<InetAddress> addresses) {
            var certificate = new HeldCertificate.Builder()
                    .signedBy(authority)
                    .keyPair(serverKey)
                    .commonName(scenario)
                    .addSubjectAlternativeName(scenario + ".lab")
                    .addSubjectAlternativeName("*." + scenario + ".lab");
            addresses.forEach(address -> certificate.addSubjectAlternativeName(address.getHostAddress()));
            return new HandshakeCertificates.Builder()
                    .heldCertificate(certificate.build())
                    .build()
                    .sslContext();
        }
    }
}
