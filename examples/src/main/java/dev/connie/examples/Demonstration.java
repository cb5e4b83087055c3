package dev.connie.examples;

import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.RaceListener;
import dev.connie.examples.LiveRow.Fetched;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * Lets each {@link DemoClient} fetch one page from the {@link DemoNetwork}, as it is and with Connie, and shows how long
 * that takes and why.
 */
final class Demonstration {
    private static final String HOST = "shop.example";
    private static final int WARM_UPS = 3;

    private final PrintStream out;
    private final Colours colours;
    private final RacePolicy policy;
    private final Duration timeout;

    /** Prepares it, with this connect timeout for clients that would wait for minutes or for ever. */
    Demonstration(PrintStream out, Colours colours, RacePolicy policy, Duration timeout) {
        this.out = out;
        this.colours = colours;
        this.policy = policy;
        this.timeout = timeout;
    }

    /**
     * Shows it all; takes about 16 s with a timeout of 3 s.
     *
     * @throws IOException if this machine has not the network for it, or a client cannot reach even the working host
     */
    void run() throws IOException, InterruptedException {
        try (DemoNetwork network = DemoNetwork.open();
                LiveRow rows = new LiveRow(out)) {
            introduce(network.hosts(), network.working());
            URI page = URI.create("http://" + HOST + ":" + network.port() + "/");
            warmUp(network, page, rows);
            RaceReport race = compare(network, page, rows);
            explain(network, race);
            showMuteServer(rows);
        }
    }

    private void introduce(List<DemoNetwork.Host> hosts, InetAddress working) {
        out.println();
        out.println(colours.bold(HOST + " has " + hosts.size() + " addresses. Only the last one is well:"));
        out.println();
        for (DemoNetwork.Host host : hosts) {
            String line = String.format("  %-11s  %s", Waterfall.written(host.address()), host.behaviour());
            out.println(host.address().equals(working) ? colours.green(line) : line);
        }
        out.println();
    }

    /** By https: who connects first need not be who answers first. */
    private void showMuteServer(LiveRow rows) throws IOException, InterruptedException {
        try (MuteNetwork network = MuteNetwork.open(HOST)) {
            introduce(network.hosts(), network.working());
            URI page = URI.create("https://" + HOST + ":" + network.port() + "/");
            List<InetAddress> all = addresses(network.hosts());
            List<InetAddress> well = List.of(network.working());
            rows.time(() -> DemoClient.fetch(page, network.trusting(), resolving(well)));
            out.println(colours.dim("The page comes by https now, and the read timeout is " + inWords(timeout) + "."));
            out.println();
            Fetched stock = show(
                    rows,
                    DemoClient.OKHTTP.title(),
                    colours::red,
                    () -> DemoClient.fetch(page, network.trusting().readTimeout(timeout), resolving(all)));
            out.println();
            CompletableFuture<RaceReport> opening = new CompletableFuture<>();
            Connector connector = connector(all, new RaceListener() {
                @Override
                public void openingFinished(RaceReport report) {
                    opening.complete(report);
                }
            });
            Fetched raced = show(
                    rows,
                    "  + Connie",
                    colours::green,
                    () -> DemoClient.fetch(page, network.trusting().readTimeout(timeout), connector));
            endRow(stock, raced);
            out.println();
            out.println("The first to connect is the connection only when its server speaks. While it is");
            out.println("silent, the same ClientHello goes to the next: the race ends at the first byte.");
            out.println();
            out.println(Waterfall.of(await(opening), colours));
            out.println();
        }
    }

    /** Loads the classes of each client, for that would take longer than a connect. */
    private void warmUp(DemoNetwork network, URI page, LiveRow rows) throws InterruptedException {
        out.print(colours.dim("Warming up ..."));
        out.flush();
        // The one that refuses shows them that a connect can fail, and costs no time.
        List<InetAddress> quick = List.of(network.refusing(), network.working());
        for (DemoClient client : DemoClient.values()) {
            for (int i = 0; i < WARM_UPS; i++) {
                rows.time(() -> client.fetch(page, resolving(quick), timeout));
                rows.time(() -> client.fetch(page, connector(quick, new CompletableFuture<>()), timeout));
            }
        }
        out.println(colours.dim(" done. Now each fetches " + page + ", cold."));
        out.println(colours.dim("One # is " + LiveRow.CELL.toMillis() + " ms. The connect timeout is "
                + inWords(timeout) + ", but OkHttp has its defaults."));
    }

    /** Returns the race of the last client. */
    private RaceReport compare(DemoNetwork network, URI page, LiveRow rows) throws IOException, InterruptedException {
        List<InetAddress> all = addresses(network.hosts());
        CompletableFuture<RaceReport> race = new CompletableFuture<>();
        for (DemoClient client : DemoClient.values()) {
            out.println();
            Fetched stock =
                    row(network, rows, client.title(), colours::red, () -> client.fetch(page, resolving(all), timeout));
            out.println();
            race = new CompletableFuture<>();
            Connector connector = connector(all, race);
            Fetched raced =
                    row(network, rows, "  + Connie", colours::green, () -> client.fetch(page, connector, timeout));
            endRow(stock, raced);
        }
        return await(race);
    }

    private Fetched row(
            DemoNetwork network, LiveRow rows, String title, UnaryOperator<String> colour, Callable<String> fetch)
            throws IOException, InterruptedException {
        DemoNetwork.Round round = network.newRound();
        try {
            return show(rows, title, colour, fetch);
        } finally {
            round.close();
        }
    }

    private Fetched show(LiveRow rows, String title, UnaryOperator<String> colour, Callable<String> fetch)
            throws InterruptedException {
        Fetched fetched = rows.show(title, colour, fetch);
        String answer = fetched.answer();
        out.print("  " + (answer == null ? colours.red("no answer") : String.format("%-9s", answer)));
        return fetched;
    }

    private void endRow(Fetched stock, Fetched raced) {
        if (stock.answer() != null && raced.answer() != null) {
            double times = (double) stock.time().toNanos() / raced.time().toNanos();
            String format = times < 10 ? "  %,6.1fx faster" : "  %,6.0fx faster";
            out.print(colours.bold(String.format(Locale.ROOT, format, times)));
        }
        out.println();
    }

    private static List<InetAddress> addresses(List<DemoNetwork.Host> hosts) {
        return hosts.stream().map(DemoNetwork.Host::address).toList();
    }

    private void explain(DemoNetwork network, RaceReport race) {
        out.println();
        out.println(
                policy == RacePolicy.allAtOnce()
                        ? "Connie connects to all " + network.hosts().size()
                                + " addresses at once and keeps the first that answers."
                        : "Connie starts a connect every 250 ms, sooner after a failure: RFC 8305.");
        out.println("The others go down the list. Socket tries the first address only; HttpClient");
        out.println(
                "waits " + inWords(timeout) + " for each silent one (3 min unless set); OkHttp goes on after 250 ms.");
        out.println();
        out.println("The race inside OkHttp + Connie, as a RaceReport prints it:");
        out.println();
        out.println(Waterfall.of(race, colours));
        out.println();
    }

    private Connector connector(List<InetAddress> addresses, CompletableFuture<RaceReport> firstRace) {
        return connector(addresses, new RaceListener() {
            @Override
            public void raceFinished(RaceReport report) {
                firstRace.complete(report);
            }
        });
    }

    private Connector connector(List<InetAddress> addresses, RaceListener listener) {
        return Connector.builder()
                .policy(policy)
                .resolver(resolving(addresses))
                .listener(listener)
                .build();
    }

    private static HostResolver resolving(List<InetAddress> addresses) {
        return host -> {
            if (!host.equals(HOST)) {
                throw new UnknownHostException(host);
            }
            List<InetAddress> named = new ArrayList<>();
            for (InetAddress address : addresses) {
                named.add(InetAddress.getByAddress(host, address.getAddress()));
            }
            return named;
        };
    }

    private static RaceReport await(CompletableFuture<RaceReport> race) throws InterruptedException {
        try {
            return race.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no race took place", e);
        }
    }

    /** Whole seconds or milliseconds, as a user would write them. */
    private static String inWords(Duration timeout) {
        return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
    }
}
