package dev.connie.examples.servers;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A certificate of one host's name, for a server in this process, and what trusts it. */
final class ServerCertificate {
    private final HeldCertificate certificate;
    private final HandshakeCertificates certificates;

    ServerCertificate(String name) {
        certificate =
                new HeldCertificate.Builder().addSubjectAlternativeName(name).build();
        certificates = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
    }

    /** Returns what has the certificate and trusts it. */
    SSLContext context() {
        return certificates.sslContext();
    }

    SSLSocketFactory socketFactory() {
        return certificates.sslSocketFactory();
    }

    /** Writes a PKCS12 file of the certificate and its key, and returns its name. */
    Path keyStore(Path folder, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate[] chain = {certificate.certificate()};
        store.setKeyEntry("server", certificate.keyPair().getPrivate(), password.toCharArray(), chain);
        Path file = folder.resolve("keys.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
        return file;
    }

    /** Does something while the JVM's default is to trust this certificate, as with a trust store of the user's. */
    <T> T trusted(Callable<T> deed) throws Exception {
        SSLContext before = SSLContext.getDefault();
        SSLContext.setDefault(context());
        try {
            return deed.call();
        } finally {
            SSLContext.setDefault(before);
        }
    }
}
