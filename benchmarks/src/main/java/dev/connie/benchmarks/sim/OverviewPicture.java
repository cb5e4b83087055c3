package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.LogAxis;
import dev.connie.benchmarks.Measurement;
import dev.connie.benchmarks.Numbers;
import dev.connie.benchmarks.Palette;
import dev.connie.benchmarks.Panels;
import dev.connie.benchmarks.ScenarioResult;
import dev.connie.benchmarks.Summary;
import dev.connie.benchmarks.Summary.Times;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.List;

/** All populations side by side: what a policy takes in the mean, what the unlucky call takes, and how many SYNs it costs. */
final class OverviewPicture extends Panels {
    private static final double DOT = 8;
    private static final double ROOM_FOR_TEXT = 0.66;
    private static final int MAX_TICKS = 4;

    private final LogAxis axis;

    OverviewPicture(List<ScenarioResult> results, List<String> policies) {
        super(
                "Time to connect by policy, in ms, and SYNs per connection",
                "Dot: the mean. Line and number: the 99th percentile. To the right: SYNs per connection.",
                results,
                policies,
                LogAxis.ofTimes(results, Times::mean).ticks(MAX_TICKS));
        axis = LogAxis.ofTimes(results, Times::mean);
    }

    @Override
    protected double position(double millis) {
        return axis.position(millis) * ROOM_FOR_TEXT;
    }

    @Override
    protected void paintRow(Row row, Measurement measurement) {
        var times = Summary.of(measurement).times();
        if (times == null) {
            return;
        }
        Graphics2D graphics = row.graphics();
        Palette palette = Palette.of(measurement.contender());
        double mean = row.x().applyAsDouble(times.mean() / 1e6);
        double tail = row.x().applyAsDouble(times.p99() / 1e6);
        graphics.setColor(palette.color());
        graphics.setStroke(new BasicStroke(palette.races() ? 3 : 2));
        graphics.draw(new Line2D.Double(mean, row.middle(), tail, row.middle()));
        graphics.draw(new Line2D.Double(tail, row.middle() - DOT / 2, tail, row.middle() + DOT / 2));
        graphics.fill(new Ellipse2D.Double(mean - DOT / 2, row.middle() - DOT / 2, DOT, DOT));
        graphics.setColor(Palette.INK);
        row.write(Numbers.millis(times.p99()), Math.max(tail, mean + DOT / 2) + 4);
        double syns = SimulationTables.synsPerConnection(measurement);
        if (!Double.isNaN(syns)) {
            String text = SimulationTables.twoDecimals(syns);
            row.write(text, row.right() - widthOf(SMALL, text));
        }
    }
}
