package dev.connie.benchmarks;

import dev.connie.benchmarks.Summary.Times;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.List;

/**
 * What one call takes and what the unlucky one takes: for each contender a dot at the median and a line to the 99th
 * percentile, on a logarithmic axis. Connie's are blue, all others grey.
 *
 * <p>Where more than 1 % of the calls failed there is no 99th percentile of all calls, and the line runs out of the
 * panel.
 */
final class TailPicture extends Panels {
    private static final double DOT = 8;
    private static final double ROOM_FOR_TEXT = 0.77;
    private static final int MAX_TICKS = 4;

    private final LogAxis axis;

    /** A picture of scenarios in which a contender made a call; there must be one. */
    TailPicture(String title, List<ScenarioResult> results, List<String> contenders) {
        super(
                title,
                "Dot: the median call. Line and number: the 99th percentile. Cross: calls that failed.",
                results,
                contenders,
                LogAxis.ofTimes(results, Times::p50).ticks(MAX_TICKS));
        axis = LogAxis.ofTimes(results, Times::p50);
    }

    @Override
    protected double position(double millis) {
        return axis.position(millis) * ROOM_FOR_TEXT;
    }

    @Override
    protected void paintRow(Row row, Measurement measurement) {
        Summary summary = Summary.of(measurement);
        var times = summary.times();
        if (times == null) {
            return;
        }
        Graphics2D graphics = row.graphics();
        boolean races = Palette.of(summary.contender()).races();
        Color textColor = races ? Palette.BLUE : Palette.FAINT_INK;
        Color color = races ? Palette.BLUE : Palette.GREY;
        double median = row.x().applyAsDouble(times.p50() / 1e6);
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(races ? 3 : 2));
        if (times.ofFailures()) {
            cross(graphics, median, row.middle());
            graphics.setColor(textColor);
            row.write("all failed", median + 7);
            return;
        }
        boolean endless = summary.failures() * 100L > summary.calls();
        if (endless) {
            String failed = Numbers.failed(summary.failures(), summary.calls());
            double end = row.right() - widthOf(SMALL, failed) - 10;
            graphics.draw(new Line2D.Double(median, row.middle(), end, row.middle()));
            cross(graphics, end, row.middle());
            graphics.setColor(textColor);
            row.write(failed, end + 7);
        } else {
            double tail = row.x().applyAsDouble(times.p99() / 1e6);
            graphics.draw(new Line2D.Double(median, row.middle(), tail, row.middle()));
            graphics.draw(new Line2D.Double(tail, row.middle() - DOT / 2, tail, row.middle() + DOT / 2));
            graphics.setColor(textColor);
            row.write(Numbers.millis(times.p99()), Math.max(tail, median + DOT / 2) + 4);
        }
        graphics.setColor(color);
        graphics.fill(new Ellipse2D.Double(median - DOT / 2, row.middle() - DOT / 2, DOT, DOT));
    }

    private static void cross(Graphics2D graphics, double x, double y) {
        graphics.draw(new Line2D.Double(x - 4, y - 4, x + 4, y + 4));
        graphics.draw(new Line2D.Double(x - 4, y + 4, x + 4, y - 4));
    }
}
