package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.LinePlot;
import dev.connie.benchmarks.LinePlot.Axis;
import dev.connie.benchmarks.Measurement.Times;
import dev.connie.benchmarks.Palette;
import dev.connie.benchmarks.Panels;
import dev.connie.benchmarks.Picture;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.sim.Storm.Phase;
import java.awt.geom.Point2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The pictures of a simulation, each as PNG and SVG:
 *
 * <ul>
 *   <li>{@code overview}: mean, 99th percentile and SYNs in all populations
 *   <li>{@code time-POPULATION}: those that change, in time
 *   <li>{@code STORM}: the load of each server and the extra attempts, in time
 * </ul>
 */
final class SimulationPictures {
    private static final int WINDOW_SECONDS = 2;
    private static final int WINDOWS = Populations.SECONDS / WINDOW_SECONDS;
    private static final double NANOS = 1e9;
    private static final Palette DYING = Palette.line(Palette.VERMILION, 1.2f);
    private static final Palette LIVING = Palette.line(Palette.BLUE, 1.2f);
    private static final Palette EXTRA = Palette.line(Palette.INK, 1.6f);
    private static final Palette EARLY = Palette.line(Palette.VERMILION, 1.6f);
    private static final Palette BUDGET = Palette.line(Palette.GREY, 3);

    private SimulationPictures() {}

    /** Draws the pictures and tells which files they are. */
    static List<Path> draw(List<Experiment.Result> results, Path directory) throws IOException {
        var files = new ArrayList<Path>();
        List<ScenarioResult> parts = results.stream()
                .filter(result -> !result.population().isStorm())
                .flatMap(result -> result.scenarios().stream())
                .toList();
        if (!parts.isEmpty()) {
            String title = "Time to connect by policy, in ms, and SYNs per connection";
            files.addAll(Panels.overview(title, "Dot: the mean.", parts, Times::mean, true)
                    .picture()
                    .save(directory, "overview"));
        }
        for (Experiment.Result result : results) {
            Population population = result.population();
            if (population.isStorm()) {
                files.addAll(storm(result).save(directory, population.name()));
            } else if (!population.watches().isEmpty()) {
                files.addAll(series(result).save(directory, "time-" + population.name()));
            }
        }
        return files;
    }

    /** A population that changes, in time: above the mean time to connect or to fail, below the SYNs. */
    private static Picture series(Experiment.Result result) {
        var millis = new ArrayList<List<Point2D>>();
        var syns = new ArrayList<List<Point2D>>();
        for (Trial trial : result.trials()) {
            millis.add(means(trial, outcome -> outcome.nanos() / 1e6));
            syns.add(means(trial, Outcome::syns));
        }
        double least = values(millis).min().orElse(1) / 1.2;
        double most = values(millis).max().orElse(1) * 1.2;
        double mostSyns = Math.ceil(values(syns).max().orElse(1)) + 0.1;
        var times = Axis.logarithmic(least, most, "mean time to connect, ms");
        var above = new LinePlot(Picture.WIDTH, 280, Axis.to(Populations.SECONDS, ""), times);
        var below = new LinePlot(
                Picture.WIDTH, 190, Axis.to(Populations.SECONDS, "time, s"), Axis.to(mostSyns, "SYNs per call"));
        for (int i = 0; i < millis.size(); i++) {
            String policy = result.trials().get(i).policy();
            above.add(policy, Palette.of(policy), millis.get(i));
            below.add(policy, Palette.of(policy), syns.get(i));
        }
        // Every other time between two changes, beginning with the first change.
        List<Watch> watches = result.population().watches();
        for (int i = 0; i < watches.size(); i += 2) {
            double from = watches.get(i).fromNanos() / NANOS;
            double until = watches.get(i).untilNanos() / NANOS;
            above.shade(from, until);
            below.shade(from, until);
        }
        Picture picture = headed(result.population());
        picture.plots(above);
        picture.plots(below);
        return picture;
    }

    private static Picture headed(Population population) {
        var picture = new Picture();
        picture.text(Picture.BOLD, population.name());
        picture.text(Picture.TEXT, population.description());
        return picture;
    }

    /** The mean of a figure in each window of time; NaN where there was no call. */
    private static List<Point2D> means(Trial trial, ToDoubleFunction<Outcome> figure) {
        double[] sums = new double[WINDOWS];
        int[] counts = new int[WINDOWS];
        trial.outcomes().forEach(outcome -> {
            int window = (int) (outcome.call().nanos() / NANOS / WINDOW_SECONDS);
            sums[window] += figure.applyAsDouble(outcome);
            counts[window]++;
        });
        return points(WINDOWS, WINDOW_SECONDS, i -> counts[i] == 0 ? Double.NaN : sums[i] / counts[i]);
    }

    /** A point in the middle of each window of time. */
    private static List<Point2D> points(int windows, int seconds, IntToDoubleFunction value) {
        return IntStream.range(0, windows)
                .<Point2D>mapToObj(i -> new Point2D.Double((i + 0.5) * seconds, value.applyAsDouble(i)))
                .toList();
    }

    private static DoubleStream values(List<List<Point2D>> lines) {
        return lines.stream().flatMap(List::stream).mapToDouble(Point2D::getY).filter(y -> !Double.isNaN(y));
    }

    /** A storm, policy below policy: to the left the load of every server, to the right the extra attempts. */
    private static Picture storm(Experiment.Result storm) {
        Picture picture = headed(storm.population());
        for (Trial trial : storm.trials()) {
            picture.text(Picture.BOLD, trial.policy());
            picture.plots(load(trial.load()), extra(trial.load()));
        }
        return picture;
    }

    private static LinePlot load(StormLoad load) {
        var servers = new ArrayList<List<Point2D>>();
        for (int i = 0; i < Storm.SERVERS; i++) {
            int server = i;
            servers.add(bySecond(second -> load.syns(server, second)));
        }
        LinePlot plot = stormPlot(values(servers).max().orElse(1) * 1.1, "SYNs per s");
        for (int i = 0; i < Storm.SERVERS; i++) {
            boolean dies = i < Storm.DYING;
            plot.add(dies ? "servers that die" : "the others", dies ? DYING : LIVING, servers.get(i));
        }
        return plot;
    }

    private static LinePlot extra(StormLoad load) {
        List<Point2D> extra = bySecond(second -> 100 * load.extraPerCall(new Phase("", second, second + 1)));
        List<Point2D> early = bySecond(second -> 100 * load.earlyPerCall(new Phase("", second, second + 1)));
        double most = values(List.of(extra)).max().orElse(0) * 1.1;
        LinePlot plot = stormPlot(Math.max(2 * 100 * Storm.BUDGET, most), "extra per 100 calls");
        String budget = String.format(Locale.ROOT, "budget, %.0f %%", 100 * Storm.BUDGET);
        plot.add(budget, BUDGET, bySecond(second -> 100 * Storm.BUDGET));
        plot.add("extra attempts", EXTRA, extra);
        plot.add("before 250 ms", EARLY, early);
        return plot;
    }

    private static LinePlot stormPlot(double most, String title) {
        var plot = new LinePlot(Picture.WIDTH / 2, 210, Axis.to(Storm.SECONDS, "time, s"), Axis.to(most, title));
        plot.shade(Storm.DEATH_SECOND, Storm.RECOVERY_SECOND);
        return plot;
    }

    // The last second has what comes after the end, too.
    private static List<Point2D> bySecond(IntToDoubleFunction value) {
        return points(Storm.SECONDS - 1, 1, value);
    }
}
