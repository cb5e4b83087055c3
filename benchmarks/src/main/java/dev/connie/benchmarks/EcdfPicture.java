package dev.connie.benchmarks;

import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What share of the calls was done after what time: the empirical distribution function, a line per contender.
 *
 * <p>Failed calls are never done, so that a line ends below 100 % by their share. Only where no contender succeeded at
 * all is it the share that had failed.
 */
final class EcdfPicture implements Picture {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 400;
    private static final int TITLE = 30;
    // Beyond that, times a few ms apart are the same pixel on a linear axis.
    private static final double WIDE_SPREAD = 15;

    private final String title;
    private final boolean ofFailures;
    private final double left;
    private final double right;
    private final LinePlot plot;

    EcdfPicture(ScenarioResult result) {
        title = result.description();
        ofFailures = result.measurements().stream()
                .allMatch(measurement -> measurement.nanos().isEmpty());
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Measurement measurement : result.measurements()) {
            for (long nanos : ofFailures ? measurement.failedNanos() : measurement.nanos()) {
                least = Math.min(least, nanos / 1e6);
                most = Math.max(most, nanos / 1e6);
            }
        }
        boolean logarithmic = most > WIDE_SPREAD * least;
        left = logarithmic ? least / 1.25 : 0;
        right = most * (logarithmic ? 1.25 : 1.05);
        String time = ofFailures ? "time to fail, ms" : "time, ms";
        plot = new LinePlot(
                WIDTH,
                HEIGHT - TITLE,
                logarithmic ? LinePlot.Axis.logarithmic(left, right, time) : LinePlot.Axis.to(right, time),
                new LinePlot.Axis(
                        ofFailures ? "calls failed" : "calls done",
                        0,
                        100,
                        false,
                        share -> String.format(Locale.ROOT, "%.0f %%", share)));
        result.measurements().forEach(this::add);
    }

    private void add(Measurement measurement) {
        int failures = measurement.failedNanos().size();
        String name = failures == 0 || ofFailures
                ? measurement.contender()
                : measurement.contender() + ", " + Numbers.failed(failures, measurement.count());
        List<Long> nanos = (ofFailures ? measurement.failedNanos() : measurement.nanos())
                .stream().sorted().toList();
        int calls = measurement.count();
        double share = 0;
        var steps = new ArrayList<Point2D>();
        steps.add(new Point2D.Double(nanos.isEmpty() ? left : nanos.get(0) / 1e6, share));
        for (int i = 0; i < nanos.size(); i++) {
            double millis = nanos.get(i) / 1e6;
            steps.add(new Point2D.Double(millis, share));
            share = 100.0 * (i + 1) / calls;
            steps.add(new Point2D.Double(millis, share));
        }
        if (nanos.size() < calls) {
            steps.add(new Point2D.Double(right, share));
        }
        plot.add(name, Palette.of(measurement.contender()), steps);
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public void paint(Graphics2D graphics) {
        // XChart puts a title in the middle of the plot, and a long one out of the picture.
        graphics.setColor(Palette.INK);
        Panels.write(graphics, Panels.BOLD.deriveFont(14f), title, LinePlot.PADDING, LinePlot.PADDING + 16);
        graphics.translate(0, TITLE);
        plot.paint(graphics);
        graphics.translate(0, -TITLE);
    }
}
