package dev.connie.benchmarks;

import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import java.util.function.IntFunction;

/** Contenders side by side, each at a site of its own. */
final class Trial implements AutoCloseable {
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private final Phaser running = new Phaser(1);

    private Trial() {}

    /** Opens the contenders; the n-th at the n-th site. */
    static Trial open(List<Kind> kinds, IntFunction<Site> sites) throws IOException {
        var trial = new Trial();
        try {
            for (Kind kind : kinds) {
                Contender contender = kind.factory().open(sites.apply(trial.contenders.size()));
                trial.contenders.add(contender);
                trial.tallies.add(new Tally(kind.name(), contender));
            }
            return trial;
        } catch (IOException | RuntimeException e) {
            trial.close();
            throw e;
        }
    }

    /** Starts all calls, and returns while the last of them run. */
    void start(ExecutorService callers, Settings settings, String host) {
        new Rounds(callers, settings.gap(), settings.seed()).run(tallies, host, settings.rounds(), running);
    }

    /** Waits for the last calls, and closes the contenders. */
    @Override
    public void close() throws IOException {
        running.arriveAndAwaitAdvance();
        for (Contender contender : contenders) {
            contender.close();
        }
    }

    List<Tally> tallies() {
        return tallies;
    }
}
