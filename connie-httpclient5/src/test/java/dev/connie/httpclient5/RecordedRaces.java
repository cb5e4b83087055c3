package dev.connie.httpclient5;

import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.Outcome;
import dev.connie.race.RaceReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers the attempts and the races of a connector. */
final class RecordedRaces implements RaceListener {
    private final List<InetAddress> started = new CopyOnWriteArrayList<>();
    private final List<RaceReport> finished = new CopyOnWriteArrayList<>();

    @Override
    public void attemptStarted(InetSocketAddress address) {
        started.add(address.getAddress());
    }

    @Override
    public void raceFinished(RaceReport report) {
        finished.add(report);
    }

    /** Returns the addresses of the attempts so far, in the order of their starts. */
    List<InetAddress> started() {
        return started;
    }

    List<RaceReport> finished() {
        return finished;
    }

    /** Returns the addresses that came to this end, in any race. */
    List<InetAddress> ended(Outcome outcome) {
        return finished.stream()
                .flatMap(report -> report.attempts().stream())
                .filter(attempt -> attempt.outcome() == outcome)
                .map(AttemptReport::address)
                .map(InetSocketAddress::getAddress)
                .toList();
    }

    void awaitStarted(int attempts) {
        Await.until(() -> started.size() >= attempts, () -> "started: " + started);
    }
}
