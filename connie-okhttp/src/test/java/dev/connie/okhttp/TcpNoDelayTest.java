package dev.connie.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OkHttp never sets TCP_NODELAY, and pays a round trip for it with each new https connection. */
class TcpNoDelayTest {
    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private boolean tcpNoDelayOf(ConnieOkHttp connie) throws IOException {
        AtomicReference<Boolean> seen = new AtomicReference<>();
        OkHttpClient client = lab.build(connie.install(lab.stock()).addNetworkInterceptor(chain -> {
            seen.set(chain.connection().socket().getTcpNoDelay());
            return chain.proceed(chain.request());
        }));
        client.newCall(new Request.Builder().url(lab.url("http")).build())
                .execute()
                .close();
        return seen.get();
    }

    @Test
    void isSetFromTheStart() throws IOException {
        assertThat(tcpNoDelayOf(lab.connie(lab.network.silent(), lab.http().address())))
                .isTrue();
    }

    @Test
    void isNotSetIfTheUserSaysSo() throws IOException {
        assertThat(tcpNoDelayOf(lab.connie(lab.http().address()).withTcpNoDelay(false)))
                .isFalse();
    }

    @Test
    void canBeUnsetOnTheSocket() throws IOException {
        try (Socket socket = lab.connie().socketFactory().createSocket()) {
            assertThat(socket.getTcpNoDelay()).isTrue();
            socket.setTcpNoDelay(false);
            socket.connect(lab.network.at(lab.http().address()));
            assertThat(socket.getTcpNoDelay()).isFalse();
        }
    }

    @Test
    void staysTheSystemsAtTheConnectorsFactory() throws IOException {
        try (Socket socket = lab.connector().build().socketFactory().createSocket()) {
            assertThat(socket.getTcpNoDelay()).isFalse();
        }
    }
}
