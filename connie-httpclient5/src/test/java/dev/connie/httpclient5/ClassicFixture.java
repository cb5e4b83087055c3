package dev.connie.httpclient5;

import dev.connie.Connector;
import dev.connie.testing.LoopbackNetwork;
import java.net.InetAddress;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.util.Timeout;

/** One host, its network, and classic clients that race to it. For HttpClient 5.4 and up. */
final class ClassicFixture implements AutoCloseable {
    static final String HOST = "raced.test";

    /** So long that whoever waits for it fails its test. */
    static final ConnectionConfig PATIENT =
            ConnectionConfig.custom().setConnectTimeout(Timeout.ofMinutes(5)).build();

    final LoopbackNetwork network = LoopbackNetwork.open();
    final RecordedRaces races = new RecordedRaces();

    /** Returns a connector to which the host has these addresses. */
    Connector connector(InetAddress... addresses) {
        return Connector.builder()
                .resolver(LoopbackNetwork.resolving(HOST, addresses))
                .listener(races)
                .build();
    }

    /** Returns a builder with patience and a trusting TLS. */
    PoolingHttpClientConnectionManagerBuilder manager(InetAddress... addresses) {
        return ConnieConnectionManagerBuilder.create(connector(addresses))
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(TestTls.CLIENT))
                .setDefaultConnectionConfig(PATIENT);
    }

    CloseableHttpClient client(InetAddress... addresses) {
        return Requests.client(manager(addresses).build());
    }

    HttpGet http() {
        return new HttpGet("http://" + HOST + ":" + network.port() + "/");
    }

    HttpGet https() {
        return new HttpGet("https://" + HOST + ":" + network.port() + "/");
    }

    @Override
    public void close() {
        network.close();
    }
}
