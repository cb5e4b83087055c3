package dev.connie.okhttp;

import static dev.connie.okhttp.MockServers.TRUSTED;
import static dev.connie.okhttp.MockServers.secured;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What OkHttp tells of a connection whose address it does not know. */
class ReportsTest {
    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @Test
    void theRouteHasTheAddressThatOkHttpGaveTheSocketAndTheSocketTheOneThatWon() throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            InetAddress silent = lab.network.silent();
            TinyServer server = tls ? lab.https(TRUSTED.sslContext()) : lab.http();
            List<InetAddress> ofRoute = new ArrayList<>();
            List<InetAddress> ofSocket = new ArrayList<>();
            OkHttpClient client = lab.build(secured(lab.racing(silent, server.address()))
                    .fastFallback(false)
                    .addNetworkInterceptor(chain -> {
                        Connection connection = chain.connection();
                        ofRoute.add(connection.route().socketAddress().getAddress());
                        ofSocket.add(connection.socket().getInetAddress());
                        ofSocket.add(((InetSocketAddress) connection.socket().getRemoteSocketAddress()).getAddress());
                        return chain.proceed(chain.request());
                    }));

            lab.get(client, tls ? "https" : "http");

            assertThat(ofRoute).containsExactly(silent);
            assertThat(ofSocket).containsExactly(server.address(), server.address());
        }
    }

    @Test
    void theFirstAddressIsTheRouteIfItAnswersAtAll() throws Exception {
        TinyServer first = lab.http();
        TinyServer second = lab.http();
        OkHttpClient client = lab.build(lab.racing(first.address(), second.address())
                .fastFallback(false)
                .addNetworkInterceptor(chain -> {
                    Connection connection = chain.connection();
                    assertThat(connection.socket().getInetAddress())
                            .isEqualTo(connection.route().socketAddress().getAddress());
                    return chain.proceed(chain.request());
                }));

        assertThat(lab.get(client, "http")).isEqualTo(first.address().getHostAddress());
    }

    @Test
    void theLastWinnerComesFirstAndSoTheNextRouteIsRight() throws Exception {
        TinyServer server = lab.http();
        List<InetAddress> routes = new ArrayList<>();
        OkHttpClient client =
                lab.build(lab.racing(lab.network.silent(), server.address()).addNetworkInterceptor(chain -> {
                    routes.add(chain.connection().route().socketAddress().getAddress());
                    return chain.proceed(chain.request());
                }));

        lab.get(client, "http");
        client.connectionPool().evictAll();
        lab.get(client, "http");

        assertThat(routes).hasSize(2).last().isEqualTo(server.address());
    }

    @Test
    void oneConnectIsOneStartAndOneEnd() throws Exception {
        TinyServer server = lab.http();
        List<String> events = new CopyOnWriteArrayList<>();
        OkHttpClient client = lab.build(lab.racing(lab.network.refusing(), lab.network.silent(), server.address())
                .fastFallback(false)
                .eventListener(new EventListener() {
                    @Override
                    public void dnsEnd(Call call, String host, List<InetAddress> addresses) {
                        events.add("dns " + addresses.size());
                    }

                    @Override
                    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
                        events.add("start");
                    }

                    @Override
                    public void connectEnd(Call call, InetSocketAddress address, Proxy proxy, Protocol protocol) {
                        events.add("end");
                    }

                    @Override
                    public void connectFailed(
                            Call call, InetSocketAddress address, Proxy proxy, Protocol protocol, IOException failure) {
                        events.add("failed " + failure);
                    }
                }));

        lab.get(client, "http");

        assertThat(events).containsExactly("dns 3", "start", "end");
    }

    @Test
    void aProxyIsNotBlamedForAnAddressThatLost() throws Exception {
        TinyServer proxy = lab.http();
        List<SocketAddress> blamed = new CopyOnWriteArrayList<>();
        ProxySelector selector = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(
                        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(Lab.HOST, lab.network.port())));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                blamed.add(address);
            }
        };
        // With fast fallback OkHttp blames it for each connect that it has started besides and closed.
        OkHttpClient client = lab.build(lab.racing(lab.network.silent(), lab.network.refusing(), proxy.address())
                .fastFallback(false)
                .proxySelector(selector));

        assertThat(lab.get(client, "http")).isEqualTo(proxy.address().getHostAddress());
        assertThat(blamed).isEmpty();
        assertThat(lab.attempts).hasSize(3);
    }

    @Test
    void aFallBackToTheTrueWinnersRouteMakesTheRouteTrue() throws Exception {
        // The first address never answers, the second only after OkHttp, too, has started to connect to it.
        InetAddress silent = lab.network.silent();
        ServerSocket slow = lab.network.silentServer();
        List<InetAddress> routes = new CopyOnWriteArrayList<>();
        OkHttpClient client = lab.build(lab.racing(silent, slow.getInetAddress())
                .fastFallback(true)
                .eventListener(new EventListener() {
                    private int starts;

                    @Override
                    public synchronized void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
                        if (++starts == 2) {
                            lab.closing(TinyServer.of(slow, TinyServer::http1));
                        }
                    }
                })
                .addNetworkInterceptor(chain -> {
                    routes.add(chain.connection().route().socketAddress().getAddress());
                    return chain.proceed(chain.request());
                }));

        try (Response response = lab.call(client, "http").execute()) {
            assertThat(response.body().string()).isEqualTo(slow.getInetAddress().getHostAddress());
        }
        assertThat(routes).containsExactly(slow.getInetAddress());
    }
}
