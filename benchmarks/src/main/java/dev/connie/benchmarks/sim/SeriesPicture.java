package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.LinePlot;
import dev.connie.benchmarks.LinePlot.Axis;
import dev.connie.benchmarks.Palette;
import dev.connie.benchmarks.Picture;
import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A population that changes, in time: above the mean time to connect or to fail, below the SYNs, a line per policy. */
final class SeriesPicture implements Picture {
    static final int WINDOW_SECONDS = 2;

    private static final int WIDTH = 900;
    private static final int TIMES_HEIGHT = 280;
    private static final int SYNS_HEIGHT = 190;
    private static final double NANOS = 1e9;

    private final Heading heading;
    private final LinePlot times;
    private final LinePlot syns;

    SeriesPicture(PopulationResult result) {
        heading = new Heading(result.population(), WIDTH);
        int windows = 1
                + (int) (result.trials()
                                .get(0)
                                .outcomes()
                                .mapToLong(outcome -> outcome.call().nanos())
                                .max()
                                .orElse(0)
                        / NANOS
                        / WINDOW_SECONDS);
        var millis = new ArrayList<List<Point2D>>();
        var attempts = new ArrayList<List<Point2D>>();
        for (Trial trial : result.trials()) {
            millis.add(means(trial, windows, outcome -> outcome.nanos() / 1e6));
            attempts.add(means(trial, windows, Outcome::syns));
        }
        Axis seconds = Axis.to((double) windows * WINDOW_SECONDS, "time, s");
        times = new LinePlot(
                WIDTH,
                TIMES_HEIGHT,
                new Axis("", 0, seconds.most(), false, seconds.tick()),
                Axis.logarithmic(least(millis) / 1.2, most(millis) * 1.2, "mean time to connect, ms"));
        syns = new LinePlot(WIDTH, SYNS_HEIGHT, seconds, Axis.to(Math.ceil(most(attempts)) + 0.1, "SYNs per call"));
        for (int i = 0; i < millis.size(); i++) {
            String policy = result.trials().get(i).policy();
            times.add(policy, Palette.of(policy), millis.get(i));
            syns.add(policy, Palette.of(policy), attempts.get(i));
        }
        LinePlot.align(List.of(times, syns));
        // Every other time between two changes, beginning with the first change.
        List<Watch> watches = result.population().watches();
        for (int i = 0; i < watches.size(); i += 2) {
            double from = watches.get(i).fromNanos() / NANOS;
            double until = watches.get(i).untilNanos() / NANOS;
            times.shade(from, Math.min(until, seconds.most()));
            syns.shade(from, Math.min(until, seconds.most()));
        }
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
        var points = new ArrayList<Point2D>();
        for (int i = 0; i < windows; i++) {
            points.add(
                    new Point2D.Double((i + 0.5) * WINDOW_SECONDS, counts[i] == 0 ? Double.NaN : sums[i] / counts[i]));
        }
        return points;
    }

    private static double least(List<List<Point2D>> lines) {
        return lines.stream()
                .flatMap(List::stream)
                .mapToDouble(Point2D::getY)
                .filter(y -> !Double.isNaN(y))
                .min()
                .orElse(1);
    }

    private static double most(List<List<Point2D>> lines) {
        return lines.stream()
                .flatMap(List::stream)
                .mapToDouble(Point2D::getY)
                .filter(y -> !Double.isNaN(y))
                .max()
                .orElse(1);
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return heading.height() + TIMES_HEIGHT + SYNS_HEIGHT;
    }

    @Override
    public void paint(Graphics2D graphics) {
        heading.paint(graphics);
        graphics.translate(0, heading.height());
        times.paint(graphics);
        graphics.translate(0, TIMES_HEIGHT);
        syns.paint(graphics);
        graphics.translate(0, -TIMES_HEIGHT - heading.height());
    }
}
