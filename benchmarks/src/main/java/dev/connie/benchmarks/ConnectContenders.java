package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.race.RacePolicy;
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
    static List<ContenderKind> all(boolean withOracle) {
        List<ContenderKind> all = new ArrayList<>(List.of(
                new ContenderKind("Connie allAtOnce", site -> connie(site, RacePolicy.allAtOnce())),
                new ContenderKind("Connie adaptive", site -> connie(site, RacePolicy.adaptive())),
                new ContenderKind("Connie rfc8305", site -> connie(site, RacePolicy.rfc8305())),
                new ContenderKind("Socket first address", ConnectContenders::firstAddress),
                new ContenderKind("Socket one after another", ConnectContenders::oneAfterAnother),
                new ContenderKind("Socket random (cached DNS)", ConnectContenders::randomOfCached)));
        if (withOracle) {
            all.add(new ContenderKind("oracle", ConnectContenders::oracle));
        }
        return List.copyOf(all);
    }

    private static Contender connie(Site site, RacePolicy policy) {
        Connector connector = connector(site, policy);
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

    static Connector connector(Site site, RacePolicy policy) {
        return Connector.builder().policy(policy).resolver(site.resolver()).build();
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
        InetAddress best = site.oracle();
        if (best == null) {
            throw new IllegalArgumentException("nobody knows the fastest address here");
        }
        return host -> connect(site, best);
    }

    private static Closeable connect(Site site, InetAddress address) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(address, site.port()),
                    Math.toIntExact(site.timeout().toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
