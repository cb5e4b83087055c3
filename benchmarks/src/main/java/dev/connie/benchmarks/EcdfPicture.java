package dev.connie.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

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
    private static final int PADDING = 10;
    // Beyond that, times a few ms apart are the same pixel on a linear axis.
    private static final double WIDE_SPREAD = 15;

    private final String title;
    private final List<Measurement> measurements;
    private final boolean ofFailures;
    private final double left;
    private final double right;
    private final XYChart chart;

    EcdfPicture(ScenarioResult result) {
        title = result.description();
        measurements = result.measurements();
        ofFailures = result.measurements().stream()
                .allMatch(measurement -> measurement.nanos().isEmpty());
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT - TITLE)
                .xAxisTitle(ofFailures ? "time to fail, ms" : "time, ms")
                .yAxisTitle(ofFailures ? "calls failed" : "calls done")
                .build();
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
        style(chart.getStyler());
        chart.getStyler()
                .setXAxisLogarithmic(logarithmic)
                .setXAxisLogarithmicDecadeOnly(false)
                .setXAxisMin(left)
                .setXAxisMax(right)
                .setXAxisTickLabelsFormattingFunction(logarithmic ? EcdfPicture::onlyRound : Numbers::tick);
        measurements.forEach(this::addToLegend);
    }

    // In XChart's hands a line is as many lines as it has points: dashes begin anew at every step, and an SVG has
    // thousands of elements. So it draws the frame and the legend, for which two corners with a gap between are enough;
    // the gap is not half-way, because to XChart equal steps are ticks.
    private void addToLegend(Measurement measurement) {
        int failures = measurement.failedNanos().size();
        String name = failures == 0 || ofFailures
                ? measurement.contender()
                : measurement.contender() + ", " + Numbers.failed(failures, measurement.count());
        Palette palette = Palette.of(measurement.contender());
        double gap = left + (right - left) / 3;
        XYSeries series = chart.addSeries(name, new double[] {left, gap, right}, new double[] {0, Double.NaN, 100});
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(palette.color());
        series.setLineStyle(palette.stroke());
    }

    private void drawLine(Graphics2D graphics, Measurement measurement) {
        List<Long> nanos = (ofFailures ? measurement.failedNanos() : measurement.nanos())
                .stream().sorted().toList();
        int calls = measurement.count();
        double first = nanos.isEmpty() ? left : nanos.get(0) / 1e6;
        double share = 0;
        var line = new Path2D.Double();
        line.moveTo(x(first), y(share));
        for (int i = 0; i < nanos.size(); i++) {
            double x = x(nanos.get(i) / 1e6);
            line.lineTo(x, y(share));
            share = 100.0 * (i + 1) / calls;
            line.lineTo(x, y(share));
        }
        if (nanos.size() < calls) {
            line.lineTo(x(right), y(share));
        }
        Palette palette = Palette.of(measurement.contender());
        graphics.setColor(palette.color());
        graphics.setStroke(palette.stroke());
        graphics.draw(line);
    }

    private double x(double millis) {
        return chart.getScreenXFromChart(millis);
    }

    private double y(double share) {
        return chart.getScreenYFromChart(share);
    }

    private static void style(XYStyler styler) {
        Font font = Panels.TEXT;
        styler.setLocale(Locale.ROOT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleVisible(false);
        styler.setChartFontColor(Palette.INK);
        styler.setChartPadding(PADDING);
        styler.setPlotBorderVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(font);
        styler.setLegendSeriesLineLength(36);
        styler.setAxisTitleFont(font);
        styler.setAxisTickLabelsFont(font);
        styler.setAxisTickLabelsColor(Palette.FAINT_INK);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setPlotGridLinesColor(Palette.GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setYAxisMin(0.0);
        styler.setYAxisMax(100.0);
        styler.setYAxisTickLabelsFormattingFunction(share -> String.format(Locale.ROOT, "%.0f %%", share));
    }

    // A logarithmic axis has nine ticks in each decade, and room for the names of three.
    private static String onlyRound(double millis) {
        String tick = Numbers.tick(millis);
        String digits = tick.replaceAll("[0.,]", "");
        return digits.equals("1") || digits.equals("2") || digits.equals("5") ? tick : "";
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
        Panels.write(graphics, Panels.BOLD.deriveFont(14f), title, PADDING, PADDING + 16);
        graphics.translate(0, TITLE);
        chart.paint(graphics, WIDTH, HEIGHT - TITLE);
        measurements.forEach(measurement -> drawLine(graphics, measurement));
        graphics.translate(0, -TITLE);
    }
}
