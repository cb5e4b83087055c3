package dev.connie.dnsjava;

import dev.connie.Connector;
import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNameServer;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Type;

/**
 * Prints how long it takes from a name to a connection, where name servers are slow, lossy or dead: the table in
 * docs/names.md. The servers are on the loopback, so that a connect takes no time to speak of.
 */
public final class NamesFigures {
    private static final int ROUNDS = Integer.getInteger("rounds", 40);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final ServerSocket four = network.listening();
    private final ServerSocket six = new ServerSocket(network.port(), 100, InetAddress.getByName("::1"));
    private final Path nothing = Files.createTempFile("nothing", "");

    private NamesFigures() throws IOException {
        accept(four);
        accept(six);
    }

    private static void accept(ServerSocket server) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    server.accept().close();
                }
            } catch (IOException closed) {
                // The program ends.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    public static void main(String[] args) throws IOException {
        new NamesFigures().print();
        System.exit(0);
    }

    private void print() throws IOException {
        Duration ten = Duration.ofMillis(10);
        long started = System.nanoTime();
        DnsResolver.builder().build();
        System.out.printf(Locale.ROOT, "first build of a process: %.0f ms%n", millis(started));
        // The first connect of a process loads classes too, whoever finds the addresses.
        try (Connector warm = Connector.builder().policy(RacePolicy.rfc8305()).build()) {
            warm.connect("::1", network.port(), TIMEOUT).close();
        }
        System.out.println("case | first | median | p95 | max, ms from name to connection | queries a connect");
        measure(
                "AAAA never, A in 10",
                20,
                (names, host) -> names.drops(host, Type.AAAA).answers(host, Type.A, ten, four.getInetAddress()));
        measure(
                "AAAA in 500, A in 10",
                20,
                (names, host) -> names.answers(host, Type.AAAA, Duration.ofMillis(500), six.getInetAddress())
                        .answers(host, Type.A, ten, four.getInetAddress()));
        measure(
                "A never, AAAA in 10",
                20,
                (names, host) -> names.drops(host, Type.A).answers(host, Type.AAAA, ten, six.getInetAddress()));
        measure(
                "both in 10",
                ROUNDS,
                (names, host) -> names.answers(host, Type.A, ten, four.getInetAddress())
                        .answers(host, Type.AAAA, ten, six.getInetAddress()));
        deadFirstServer(ten);
        cached(ten);
    }

    private interface Zone {
        void tell(LoopbackNameServer names, String host);
    }

    private void measure(String what, int rounds, Zone zone) throws IOException {
        try (LoopbackNameServer names = LoopbackNameServer.open()) {
            Connector connector = connector(names.address());
            List<Double> times = new ArrayList<>();
            List<Double> sinceAnswer = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                String host = "h" + i + ".test";
                zone.tell(names, host);
                double time = connect(connector, host);
                times.add(time);
                sinceAnswer.add(millis(names.answeredNanos()));
            }
            Collections.sort(sinceAnswer);
            System.out.printf(Locale.ROOT, "%s, since the answer | %.1f%n", what, sinceAnswer.get(rounds / 2));
            print(what, times, names.queries().size() / (double) rounds);
        }
    }

    private void deadFirstServer(Duration ten) throws IOException {
        try (LoopbackNameServer dead = LoopbackNameServer.open();
                LoopbackNameServer live = LoopbackNameServer.open()) {
            dead.fallSilent();
            Connector connector = connector(dead.address(), live.address());
            List<Double> times = new ArrayList<>();
            for (int i = 0; i <= ROUNDS; i++) {
                String host = "h" + i + ".test";
                live.answers(host, Type.A, ten, four.getInetAddress())
                        .answers(host, Type.AAAA, ten, six.getInetAddress());
                double time = connect(connector, host);
                if (i > 0) {
                    times.add(time);
                } else {
                    System.out.printf(Locale.ROOT, "first of two name servers dead, cold | %.1f%n", time);
                }
            }
            print("first of two name servers dead, warm", times, live.queries().size() / (ROUNDS + 1.0));
        }
    }

    private void cached(Duration ten) throws IOException {
        try (LoopbackNameServer names = LoopbackNameServer.open()) {
            names.answers("a.test", Type.A, ten, four.getInetAddress())
                    .answers("a.test", Type.AAAA, ten, six.getInetAddress());
            Connector connector = connector(names.address());
            connect(connector, "a.test");
            connector.resolver().resolve("a.test");
            int before = names.queries().size();
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                times.add(connect(connector, "a.test"));
            }
            print("hit in the cache", times, (names.queries().size() - before) / 200.0);
        }
    }

    private Connector connector(InetSocketAddress... servers) {
        return Connector.builder()
                .policy(RacePolicy.rfc8305())
                .resolver(DnsResolver.builder()
                        .nameServers(List.of(servers))
                        .resolvConf(nothing)
                        .hostsFile(nothing)
                        .build())
                .build();
    }

    private double connect(Connector connector, String host) throws IOException {
        long started = System.nanoTime();
        connector.connect(host, network.port(), TIMEOUT).close();
        return millis(started);
    }

    private static double millis(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e6;
    }

    private static void print(String what, List<Double> times, double queries) {
        double first = times.get(0);
        List<Double> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%s | %.1f | %.1f | %.1f | %.1f | %.1f%n",
                what,
                first,
                sorted.get(sorted.size() / 2),
                sorted.get((int) (sorted.size() * 0.95)),
                sorted.get(sorted.size() - 1),
                queries);
    }
}
