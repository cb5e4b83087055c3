package dev.connie.benchmarks;

import dev.connie.HostResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import okhttp3.tls.HandshakeCertificates;

/** Runs contenders against real hosts, as the experiment of 2012 did. What the network sees of it is not counted. */
final class HostBenchmark {
    private final List<ContenderKind> kinds;
    private final Settings settings;

    HostBenchmark(List<ContenderKind> kinds, Settings settings) {
        this.kinds = kinds;
        this.settings = settings;
    }

    /** @param fetches whether the contenders speak HTTP: over TLS then where the port is 443 or 8443 */
    List<ScenarioResult> run(List<RealHost> hosts, boolean fetches, Progress progress) throws IOException {
        List<ScenarioResult> results = new ArrayList<>();
        ExecutorService callers = Callers.open();
        try {
            for (RealHost host : hosts) {
                int addresses = InetAddress.getAllByName(host.name()).length;
                String description = addresses == 1 ? "1 address" : addresses + " addresses";
                progress.next(host + ": " + description);
                results.add(new ScenarioResult(host.toString(), description, measure(host, fetches, callers)));
            }
        } finally {
            callers.shutdownNow();
        }
        return results;
    }

    private List<Measurement> measure(RealHost host, boolean fetches, ExecutorService callers) throws IOException {
        HandshakeCertificates tls = fetches && host.isTls()
                ? new HandshakeCertificates.Builder()
                        .addPlatformTrustedCertificates()
                        .build()
                : null;
        var site = new Site(HostResolver.SYSTEM, host.port(), RealHost.TIMEOUT, tls, null);
        List<Contender> open = new ArrayList<>();
        List<Tally> tallies = new ArrayList<>();
        try {
            for (ContenderKind kind : kinds) {
                Contender contender = kind.factory().open(site);
                open.add(contender);
                tallies.add(new Tally(kind.name(), contender));
            }
            Phaser running = new Phaser(1);
            new Rounds(callers, settings.gap(), settings.seed()).run(tallies, host.name(), settings.rounds(), running);
            running.arriveAndAwaitAdvance();
        } finally {
            for (Contender contender : open) {
                contender.close();
            }
        }
        return tallies.stream().map(tally -> tally.measurement(null, null)).toList();
    }
}
