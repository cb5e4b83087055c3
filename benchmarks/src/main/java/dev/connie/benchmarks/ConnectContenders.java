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
        all.add(new Kind("Socket first address", ConnectContenders::firstAddress));
        all.add(new Kind("Socket one after another", ConnectContenders::oneAfterAnother));
        all.add(new Kind("Socket random (cached DNS)", ConnectContenders::randomOfCached));
        if (withOracle) {
            all.add(new Kind("oracle", ConnectContenders::oracle));
        }
        return all;
    }

    private static Contender connie(Site site, Connector connector) {
        return new Contender() {
            @Override
            public Closeable reach(String host) throws IOException {
                return connector.connect(host, site.port(), site.timeout());
            }

            @Override
            public void close() {
                connector.close();
            }
        };
    }

    /** What {@code new Socket(host, port)} does. */
    private static Contender firstAddress(Site site) {
        return host -> connect(site, site.resolver().resolve(host).get(0));
    }

    /** The loop that most clients have: the next address when one has failed. */
    private static Contender oneAfterAnother(Site site) {
        return host -> {
            IOException failure = null;
            for (InetAddress address : site.resolver().resolve(host)) {
                try {
                    return connect(site, address);
                } catch (IOException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            throw failure == null ? new IOException("no address of " + host) : failure;
        };
    }

    /** Resolves once and for all, then picks any address each time: what a client-side load balancer does. */
    private static Contender randomOfCached(Site site) {
        HostResolver cached = site.resolver().caching(Duration.ofDays(1));
        var random = new Random(1);
        return host -> {
            List<InetAddress> addresses = cached.resolve(host);
            return connect(site, addresses.get(random.nextInt(addresses.size())));
        };
    }

    private static Contender oracle(Site site) {
        InetAddress best = site.requireOracle();
        return host -> connect(site, best);
    }

    private static Closeable connect(Site site, InetAddress address) throws IOException {
        var socket = new Socket();
        try {
            var target = new InetSocketAddress(address, site.port());
            socket.connect(target, Math.toIntExact(site.timeout().toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
