package dev.connie;

import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Remembers what a listener is told, and lets a test wait for starts. */
class RecordingListener implements RaceListener {
    final List<InetSocketAddress> started = new CopyOnWriteArrayList<>();
    final List<AttemptReport> ended = new CopyOnWriteArrayList<>();
    final List<RaceReport> finished = new CopyOnWriteArrayList<>();
    final List<RaceReport> opened = new CopyOnWriteArrayList<>();
    private final CountDownLatch starts;

    RecordingListener() {
        this(0);
    }

    /** Expects this many starts. */
    RecordingListener(int starts) {
        this.starts = new CountDownLatch(starts);
    }

    @Override
    public void attemptStarted(InetSocketAddress address) {
        started.add(address);
        starts.countDown();
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        ended.add(attempt);
    }

    @Override
    public void raceFinished(RaceReport report) {
        finished.add(report);
    }

    @Override
    public void openingFinished(RaceReport report) {
        opened.add(report);
    }

    void awaitStarts() throws InterruptedException {
        if (!starts.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("only started: " + started);
        }
    }
}
