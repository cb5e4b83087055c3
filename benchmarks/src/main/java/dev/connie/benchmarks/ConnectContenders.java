package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Those that connect and do no more. */
final class ConnectContenders {
    private ConnectContenders() {}

    /** All of them; where nobody knows the fastest address, without the oracle. */
    static List<Kind> all(boolean withOracle) {
        var all = new ArrayList<Kind>();
        for (Policy policy : Policy.RACED) {
            all.add(new Kind("Connie " + policy.name(), site -> connie(site, site.connector(policy))));
        }
        // What new Socket(host, port) does.
        all.add(new Kind("Socket first address", site -> new Contender(host -> connect(site, site.first(host)))));
        all.add(new Kind("Socket one after another", site -> new Contender(host -> oneAfterAnother(site, host))));
        all.add(new Kind("Socket random (cached DNS)", ConnectContenders::randomOfCached));
        if (withOracle) {
            all.add(new Kind("oracle", ConnectContenders::oracle));
        }
        return all;
    }

    private static Contender connie(Site site, Connector connector) {
        return new Contender(host -> connector.connect(host, site.port(), site.timeout()), connector::close);
    }

    /** The loop that most clients have: the next address when one has failed. */
    private static Closeable oneAfterAnother(Site site, String host) throws IOException {
        var failure = new IOException("no address of " + host);
        for (InetAddress address : site.resolver().resolve(host)) {
            try {
                return connect(site, address);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** Resolves once and for all, then picks any address each time: what a client-side load balancer does. */
    private static Contender randomOfCached(Site site) {
        HostResolver cached = site.resolver().caching(Duration.ofDays(1));
        var random = new Random(1);
        return new Contender(host -> {
            List<InetAddress> addresses = cached.resolve(host);
            return connect(site, addresses.get(random.nextInt(addresses.size())));
        });
    }

    private static Contender oracle(Site site) {
        InetAddress best = site.requireOracle();
        return new Contender(host -> connect(site, best));
    }

    private static Closeable connect(Site site, InetAddress address) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, site.port()), site.timeoutMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
