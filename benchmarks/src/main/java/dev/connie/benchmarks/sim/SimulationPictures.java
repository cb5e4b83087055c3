package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.LinePlot;
import dev.connie.benchmarks.LinePlot.Axis;
import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Numbers;
import dev.connie.benchmarks.Palette;
import dev.connie.benchmarks.Panels;
import dev.connie.benchmarks.Picture;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.Summary;
import dev.connie.benchmarks.Summary.Times;
import java.awt.BasicStroke;
import java.awt.geom.Line2D;
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
    private static final double NANOS = 1e9;
    private static final int MARGIN = 10;
    private static final int NAME = 26;
    private static final int LINE = 17;

    private static final Palette DYING = new Palette(Palette.VERMILION, solid(1.2f), false);
    private static final Palette LIVING = new Palette(Palette.BLUE, solid(1.2f), false);
    private static final Palette EXTRA = new Palette(Palette.INK, solid(1.6f), false);
    private static final Palette EARLY = new Palette(Palette.VERMILION, solid(1.6f), false);
    private static final Palette BUDGET = new Palette(
            Palette.GREY,
            new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 3}, 0),
            false);

    private SimulationPictures() {}

    private static BasicStroke solid(float width) {
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    }

    /** Draws the pictures and tells which files they are. */
    static List<Path> draw(List<PopulationResult> results, List<Storm.Result> storms, Path directory)
            throws IOException {
        var files = new ArrayList<Path>();
        List<ScenarioResult> parts =
                results.stream().flatMap(result -> result.scenarios().stream()).toList();
        if (!parts.isEmpty()) {
            files.addAll(overview(parts).save(directory, "overview"));
        }
        for (PopulationResult result : results) {
            if (result.population().changesInTime()) {
                files.addAll(series(result)
                        .save(directory, "time-" + result.population().name()));
            }
        }
        for (Storm.Result storm : storms) {
            files.addAll(storm(storm).save(directory, storm.storm().population().name()));
        }
        return files;
    }

    /** What a policy takes in the mean, what the unlucky call takes, and how many SYNs it costs. */
    private static Picture overview(List<ScenarioResult> parts) {
        List<String> policies =
                parts.get(0).measurements().stream().map(Measurement::contender).toList();
        Axis axis = Axis.ofTimes(parts, Times::mean);
        return new Panels(
                        "Time to connect by policy, in ms, and SYNs per connection",
                        "Dot: the mean. Line and number: the 99th percentile. To the right: SYNs per connection.",
                        parts,
                        policies,
                        axis.ticks(),
                        millis -> axis.position(millis) * 0.66)
                .picture(SimulationPictures::paintMeanAndTail);
    }

    private static void paintMeanAndTail(Panels.Row row, Summary summary) {
        var times = summary.times();
        if (times == null) {
            return;
        }
        Palette palette = Palette.of(summary.contender());
        row.graphics().setColor(palette.color());
        row.graphics().setStroke(new BasicStroke(palette.races() ? 3 : 2));
        row.dotAndTail(row.x().applyAsDouble(times.mean() / 1e6), Palette.INK, times.p99());
        double syns = SimulationReport.synsPerConnection(summary);
        if (!Double.isNaN(syns)) {
            String text = Numbers.twoDecimals(syns);
            row.write(Palette.INK, text, row.right() - Picture.widthOf(Picture.SMALL, text));
        }
    }

    /** A population that changes, in time: above the mean time to connect or to fail, below the SYNs. */
    private static Picture series(PopulationResult result) {
        double lastNanos = result.trials()
                .get(0)
                .outcomes()
                .mapToLong(outcome -> outcome.call().nanos())
                .max()
                .orElse(0);
        int windows = 1 + (int) (lastNanos / NANOS / WINDOW_SECONDS);
        var millis = new ArrayList<List<Point2D>>();
        var syns = new ArrayList<List<Point2D>>();
        for (Trial trial : result.trials()) {
            millis.add(means(trial, windows, outcome -> outcome.nanos() / 1e6));
            syns.add(means(trial, windows, Outcome::syns));
        }
        Axis seconds = Axis.to((double) windows * WINDOW_SECONDS, "time, s");
        int timesHeight = 280;
        int synsHeight = 190;
        double least = values(millis).min().orElse(1);
        double most = values(millis).max().orElse(1);
        var above = new LinePlot(
                Picture.WIDTH,
                timesHeight,
                seconds.named(""),
                Axis.logarithmic(least / 1.2, most * 1.2, "mean time to connect, ms"));
        double mostSyns = Math.ceil(values(syns).max().orElse(1)) + 0.1;
        var below = new LinePlot(Picture.WIDTH, synsHeight, seconds, Axis.to(mostSyns, "SYNs per call"));
        for (int i = 0; i < millis.size(); i++) {
            String policy = result.trials().get(i).policy();
            above.add(policy, Palette.of(policy), millis.get(i));
            below.add(policy, Palette.of(policy), syns.get(i));
        }
        LinePlot.align(List.of(above, below));
        // Every other time between two changes, beginning with the first change.
        List<Watch> watches = result.population().watches();
        for (int i = 0; i < watches.size(); i += 2) {
            double from = watches.get(i).fromNanos() / NANOS;
            double until = Math.min(watches.get(i).untilNanos() / NANOS, seconds.most());
            above.shade(from, until);
            below.shade(from, until);
        }
        List<String> description = wrapped(result.population().description());
        int top = MARGIN + NAME + LINE * description.size();
        var picture = new Picture(top + timesHeight + synsHeight);
        addHeading(picture, result.population(), description);
        picture.add(0, top, above::paint);
        picture.add(0, top + timesHeight, below::paint);
        return picture;
    }

    /** Each point is in the middle of its window; a window without a call has none. */
    private static List<Point2D> means(Trial trial, int windows, ToDoubleFunction<Outcome> figure) {
        double[] sums = new double[windows];
        int[] counts = new int[windows];
        trial.outcomes().forEach(outcome -> {
            int window = (int) (outcome.call().nanos() / NANOS / WINDOW_SECONDS);
            sums[window] += figure.applyAsDouble(outcome);
            counts[window]++;
        });
        return IntStream.range(0, windows)
                .<Point2D>mapToObj(i -> new Point2D.Double(
                        (i + 0.5) * WINDOW_SECONDS, counts[i] == 0 ? Double.NaN : sums[i] / counts[i]))
                .toList();
    }

    private static DoubleStream values(List<List<Point2D>> lines) {
        return lines.stream().flatMap(List::stream).mapToDouble(Point2D::getY).filter(y -> !Double.isNaN(y));
    }

    /** A storm, policy below policy: to the left the load of every server, to the right the extra attempts. */
    private static Picture storm(Storm.Result storm) {
        int head = 22;
        int height = 190;
        int leftWidth = 450;
        List<String> description = wrapped(storm.storm().population().description());
        List<Storm.OfPolicy> policies = storm.policies();
        double top = MARGIN + NAME + LINE * description.size();
        var picture = new Picture((int) top + policies.size() * (head + height) + 10);
        addHeading(picture, storm.storm().population(), description);
        var loads = new ArrayList<LinePlot>();
        var extras = new ArrayList<LinePlot>();
        for (Storm.OfPolicy policy : policies) {
            boolean isLast = loads.size() == policies.size() - 1;
            Axis seconds = Axis.to(Storm.SECONDS, isLast ? "time, s" : "");
            LinePlot load = load(policy.load(), leftWidth, height, seconds);
            LinePlot extra = extra(policy.load(), Picture.WIDTH - leftWidth, height, seconds);
            loads.add(load);
            extras.add(extra);
            picture.add(Picture.BOLD, Palette.INK, policy.trial().policy(), 10, top + 16);
            picture.add(0, top + head, load::paint);
            picture.add(leftWidth, top + head, extra::paint);
            addLegend(picture, top + 16);
            top += head + height;
        }
        LinePlot.align(loads);
        LinePlot.align(extras);
        return picture;
    }

    private static LinePlot load(StormLoad load, int width, int height, Axis seconds) {
        var servers = new ArrayList<List<Point2D>>();
        for (int i = 0; i < Storm.SERVERS; i++) {
            int server = i;
            servers.add(points(second -> load.syns(server, second)));
        }
        double most = values(servers).max().orElse(1);
        var plot = new LinePlot(width, height, seconds, Axis.to(most * 1.1, "SYNs per s"));
        for (int i = 0; i < Storm.SERVERS; i++) {
            plot.add(i < Storm.DYING ? DYING : LIVING, servers.get(i));
        }
        plot.shade(Storm.DEATH_SECOND, Storm.RECOVERY_SECOND);
        return plot;
    }

    private static LinePlot extra(StormLoad load, int width, int height, Axis seconds) {
        List<Point2D> extra = points(second -> 100 * load.extraPerCall(second));
        double most = values(List.of(extra)).max().orElse(0) * 1.1;
        Axis y = Axis.to(Math.max(2 * 100 * Storm.BUDGET, most), "per 100 calls");
        var plot = new LinePlot(width, height, seconds, y);
        plot.add(BUDGET, points(second -> 100 * Storm.BUDGET));
        plot.add(EXTRA, extra);
        plot.add(EARLY, points(second -> 100 * load.earlyPerCall(second)));
        plot.shade(Storm.DEATH_SECOND, Storm.RECOVERY_SECOND);
        return plot;
    }

    // The last second has what comes after the end, too.
    private static List<Point2D> points(IntToDoubleFunction value) {
        return IntStream.range(0, Storm.SECONDS - 1)
                .<Point2D>mapToObj(second -> new Point2D.Double(second + 0.5, value.applyAsDouble(second)))
                .toList();
    }

    private static void addLegend(Picture picture, double baseline) {
        addLegend(picture, DYING, "servers that die", 190, baseline);
        addLegend(picture, LIVING, "the others", 320, baseline);
        addLegend(picture, EXTRA, "extra attempts", 500, baseline);
        addLegend(picture, EARLY, "those before 250 ms", 620, baseline);
        String budget = String.format(Locale.ROOT, "budget, %.0f %%", 100 * Storm.BUDGET);
        addLegend(picture, BUDGET, budget, 780, baseline);
    }

    private static void addLegend(Picture picture, Palette palette, String text, double x, double baseline) {
        picture.add(0, 0, graphics -> {
            graphics.setColor(palette.color());
            graphics.setStroke(palette.stroke());
            graphics.draw(new Line2D.Double(x, baseline - 4, x + 24, baseline - 4));
        });
        picture.add(Picture.SMALL, Palette.INK, text, x + 30, baseline);
    }

    private static void addHeading(Picture picture, Population population, List<String> description) {
        picture.add(Picture.BOLD.deriveFont(15f), Palette.INK, population.name(), MARGIN, NAME);
        for (int i = 0; i < description.size(); i++) {
            picture.add(Picture.TEXT, Palette.INK, description.get(i), MARGIN, NAME + (i + 1) * LINE + 3);
        }
    }

    private static List<String> wrapped(String text) {
        var lines = new ArrayList<String>();
        String line = "";
        for (String word : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && Picture.widthOf(Picture.TEXT, longer) > Picture.WIDTH - 2 * MARGIN) {
                lines.add(line);
                longer = word;
            }
            line = longer;
        }
        lines.add(line);
        return lines;
    }
}
