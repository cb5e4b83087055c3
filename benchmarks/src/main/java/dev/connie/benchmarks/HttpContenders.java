package dev.connie.benchmarks;

import dev.connie.race.RacePolicy;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * HTTP clients, as they come and with Connie. Each call opens a connection of its own, because the server closes it after
 * the answer. Connect, TLS handshake and answer may take the site's timeout each.
 */
final class HttpContenders {
    /** What a call leaves to be closed: nothing, since the answer was read to its end. */
    static final Closeable NOTHING = () -> {};

    private HttpContenders() {}

    /** All of them; where nobody knows the fastest address, without the oracle. */
    static List<ContenderKind> all(boolean withOracle) {
        List<ContenderKind> all = new ArrayList<>(List.of(
                new ContenderKind("OkHttp", OkHttpContender::stock),
                new ContenderKind("OkHttp + Connie", site -> OkHttpContender.connie(site, RacePolicy.allAtOnce())),
                new ContenderKind(
                        "OkHttp + Connie adaptive", site -> OkHttpContender.connie(site, RacePolicy.adaptive())),
                new ContenderKind(
                        "OkHttp + Connie rfc8305", site -> OkHttpContender.connie(site, RacePolicy.rfc8305())),
                new ContenderKind("HttpClient", ApacheContender::stock),
                new ContenderKind("HttpClient + Connie", site -> ApacheContender.connie(site, RacePolicy.allAtOnce())),
                new ContenderKind(
                        "HttpClient + Connie adaptive", site -> ApacheContender.connie(site, RacePolicy.adaptive())),
                new ContenderKind(
                        "HttpClient + Connie rfc8305", site -> ApacheContender.connie(site, RacePolicy.rfc8305())),
                new ContenderKind("HttpClient async", ApacheAsyncContender::stock),
                new ContenderKind(
                        "HttpClient async + Connie", site -> ApacheAsyncContender.connie(site, RacePolicy.allAtOnce())),
                new ContenderKind("java.net.http", JavaNetHttpContender::open)));
        if (withOracle) {
            all.add(new ContenderKind("oracle", OkHttpContender::oracle));
        }
        return List.copyOf(all);
    }

    static String url(Site site, String host) {
        return (site.tls() == null ? "http://" : "https://") + host + ":" + site.port() + "/";
    }

    /** An answer of any kind will do, as long as it is the server that gave it and not a proxy that could not reach it. */
    static void check(int status) throws IOException {
        if (status >= 500) {
            throw new IOException("status " + status);
        }
    }
}
