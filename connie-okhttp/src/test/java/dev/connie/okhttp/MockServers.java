package dev.connie.okhttp;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** Servers of all that OkHttp speaks, on the addresses of a {@link Lab}. */
final class MockServers {
    // Held, for the log manager does not hold it: each server would report its start and end on the console.
    private static final Logger LOGGER = Logger.getLogger(MockWebServer.class.getName());

    static {
        LOGGER.setLevel(Level.OFF);
    }

    static final HandshakeCertificates TRUSTED = identity();
    static final HandshakeCertificates UNTRUSTED = identity();

    private MockServers() {}

    private static HandshakeCertificates identity() {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .commonName(Lab.HOST)
                .addSubjectAlternativeName(Lab.HOST)
                .addSubjectAlternativeName("other.test")
                .build();
        return new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
    }

    /** Lets a client trust {@link #TRUSTED} and nobody else. */
    static OkHttpClient.Builder secured(OkHttpClient.Builder builder) {
        return builder.sslSocketFactory(TRUSTED.sslSocketFactory(), TRUSTED.trustManager());
    }

    static MockWebServer clear(Lab lab, Protocol... protocols) throws IOException {
        return start(lab, new MockWebServer(), protocols);
    }

    static MockWebServer secure(Lab lab, Protocol... protocols) throws IOException {
        MockWebServer server = new MockWebServer();
        server.useHttps(TRUSTED.sslSocketFactory());
        return start(lab, server, protocols);
    }

    private static MockWebServer start(Lab lab, MockWebServer server, Protocol... protocols) throws IOException {
        if (protocols.length > 0) {
            server.setProtocols(List.of(protocols));
        }
        server.start(lab.network.newAddress(), lab.network.port());
        return lab.closing(server);
    }

    static InetAddress address(MockWebServer server) {
        return server.getSocketAddress().getAddress();
    }

    /** Answers every request alike. */
    static void always(MockWebServer server, MockResponse response) {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return response;
            }
        });
    }

    static MockResponse text(String body) {
        return new MockResponse.Builder().body(body).build();
    }
}
