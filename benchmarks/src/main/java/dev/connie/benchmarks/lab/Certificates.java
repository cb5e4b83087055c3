package dev.connie.benchmarks.lab;

import java.net.InetAddress;
import java.security.KeyPair;
import java.util.List;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * The certificates of a deployment: an authority that its clients trust, and for each copy one that names the host and
 * the copy's addresses, since some clients are given an address for a name.
 */
final class Certificates {
    private final Scenario scenario;
    private final HeldCertificate authority;
    private final KeyPair serverKey;

    Certificates(Scenario scenario) {
        this.scenario = scenario;
        authority = new HeldCertificate.Builder()
                .commonName("the lab's authority")
                .certificateAuthority(0)
                .build();
        // One key for all copies, which takes a lot less time than one each. ECDSA on P-256, as HeldCertificate's are.
        serverKey = new HeldCertificate.Builder().build().keyPair();
    }

    /** What a client needs to trust the servers. */
    HandshakeCertificates client() {
        return new HandshakeCertificates.Builder()
                .addTrustedCertificate(authority.certificate())
                .build();
    }

    /** What the servers of a copy show. */
    SSLContext server(List<InetAddress> addresses) {
        HeldCertificate.Builder certificate = new HeldCertificate.Builder()
                .signedBy(authority)
                .keyPair(serverKey)
                .commonName(scenario.name())
                .addSubjectAlternativeName(scenario.name() + ".lab")
                .addSubjectAlternativeName("*." + scenario.name() + ".lab");
        for (InetAddress address : addresses) {
            certificate.addSubjectAlternativeName(address.getHostAddress());
        }
        return new HandshakeCertificates.Builder()
                .heldCertificate(certificate.build())
                .build()
                .sslContext();
    }
}
