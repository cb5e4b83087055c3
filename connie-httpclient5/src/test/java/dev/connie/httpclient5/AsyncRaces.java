package dev.connie.httpclient5;

import dev.connie.RaceListener;
import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Remembers what a connector's listener was told. */
final class AsyncRaces implements RaceListener {
    private final List<InetAddress> started = new CopyOnWriteArrayList<>();
    private final List<AttemptReport> ended = new CopyOnWriteArrayList<>();
    private final BlockingQueue<RaceReport> finished = new LinkedBlockingQueue<>();

    @Override
    public void attemptStarted(InetSocketAddress address) {
        started.add(address.getAddress());
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        ended.add(attempt);
    }

    @Override
    public void raceFinished(RaceReport report) {
        finished.add(report);
    }

    List<InetAddress> started() {
        return started;
    }

    List<AttemptReport> ended() {
        return ended;
    }

    /** Waits for the next race to finish. */
    RaceReport next() throws InterruptedException {
        RaceReport report = finished.poll(30, TimeUnit.SECONDS);
        if (report == null) {
            throw new AssertionError("no race finished");
        }
        return report;
    }

    int finishedSinceLast() {
        return finished.size();
    }
}
