package dev.connie.benchmarks;

import dev.connie.benchmarks.Measurement.Times;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines in a frame with axes, and a legend to the right, or below a narrow plot. */
public final class LinePlot {
    private static final int PADDING = 10;
    private static final int NARROW = 600;
    // What is written left of an axis takes as much room in every plot, so that plots stand exactly below each other.
    private static final int LEFT_OF_PLOT = 76;
    // Lets the grid, which is there already, shine through.
    private static final Color BAND = new Color(0xD5, 0x5E, 0x00, 0x18);

    /**
     * An axis.
     *
     * @param tick how a value at it is written; an empty text for none
     */
    public record Axis(String title, double least, double most, boolean logarithmic, Function<Double, String> tick) {
        private static final List<double[]> TICKS_IN_A_DECADE =
                List.of(new double[] {1, 2, 5}, new double[] {1, 3}, new double[] {1});
        private static final int MAX_TICKS = 4;

        /** A linear one from 0 on. */
        public static Axis to(double most, String title) {
            return new Axis(title, 0, most, false, Numbers::tick);
        }

        /** A logarithmic one. */
        public static Axis logarithmic(double least, double most, String title) {
            return new Axis(title, least, most, true, Axis::onlyRound);
        }

        /**
         * A logarithmic one of milliseconds with room for all of these results: from a little less than the least of what
         * stands for a usual call to a little more than the longest 99th percentile.
         */
        public static Axis ofTimes(List<ScenarioResult> results, ToDoubleFunction<Times> usualNanos) {
            List<Times> all = results.stream()
                    .flatMap(result -> result.measurements().stream())
                    .map(Measurement::times)
                    .filter(times -> times != null)
                    .toList();
            double least = all.stream().mapToDouble(usualNanos).min().orElse(1e6) / 1.3e6;
            double most = all.stream().mapToDouble(Times::p99).max().orElse(1e6) * 1.1e-6;
            return logarithmic(least, most, "");
        }

        /** Where a value lies on a logarithmic axis: 0 is the least, 1 the most. */
        public double position(double value) {
            return Math.log(value / least) / Math.log(most / least);
        }

        /** Round numbers on a logarithmic axis, no more of them than there is room for, if it can be helped. */
        public double[] ticks() {
            double[] ticks = {};
            for (double[] inADecade : TICKS_IN_A_DECADE) {
                ticks = DoubleStream.iterate(0.001, decade -> decade <= most, decade -> decade * 10)
                        .flatMap(decade -> DoubleStream.of(inADecade).map(digit -> digit * decade))
                        .filter(tick -> tick >= least && tick <= most)
                        .toArray();
                if (ticks.length <= MAX_TICKS) {
                    break;
                }
            }
            return ticks;
        }

        // A logarithmic axis has nine ticks in each decade, and room for the names of three.
        private static String onlyRound(double value) {
            String tick = Numbers.tick(value);
            String digits = tick.replaceAll("[0.,]", "");
            return digits.equals("1") || digits.equals("2") || digits.equals("5") ? tick : "";
        }
    }

    private record Line(Palette palette, List<Point2D> points) {}

    private final Axis x;
    private final Axis y;
    final int width;
    final int height;
    private final XYChart chart;
    private final Set<String> names = new HashSet<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<double[]> bands = new ArrayList<>();

    public LinePlot(int width, int height, Axis x, Axis y) {
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
        this.chart = new XYChart(width, height);
        chart.setXAxisTitle(x.title);
        chart.setYAxisTitle(y.title);
        XYStyler styler = chart.getStyler();
        style(styler, Picture.TEXT);
        if (width < NARROW) {
            styler.setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
            styler.setLegendFont(Picture.SMALL);
        }
        styler.setXAxisLogarithmic(x.logarithmic)
                .setXAxisLogarithmicDecadeOnly(false)
                .setXAxisMin(x.least)
                .setXAxisMax(x.most)
                .setXAxisTickLabelsFormattingFunction(x.tick);
        styler.setYAxisLogarithmic(y.logarithmic)
                .setYAxisLogarithmicDecadeOnly(false)
                .setYAxisMin(y.least)
                .setYAxisMax(y.most)
                .setYAxisTickLabelsFormattingFunction(y.tick);
    }

    /** Adds a line. Where a point's value is NaN, it has a gap. A name that the legend has already is that line's, too. */
    public void add(String name, Palette palette, List<Point2D> points) {
        lines.add(new Line(palette, List.copyOf(points)));
        if (!names.add(name)) {
            return;
        }
        // In XChart's hands a line is as many lines as it has points: dashes begin anew at every step, and an SVG has
        // thousands of elements. So it draws the frame and the legend, for which two corners with a gap between are
        // enough; the gap is not half-way, because to XChart equal steps are ticks.
        double gap = x.least + (x.most - x.least) / 3;
        XYSeries series =
                chart.addSeries(name, new double[] {x.least, gap, x.most}, new double[] {y.least, Double.NaN, y.most});
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(palette.color());
        series.setLineStyle(palette.stroke());
    }

    /** Shades a part of the x axis. */
    public void shade(double from, double to) {
        bands.add(new double[] {from, to});
    }

    /** Paints it, with the legend. */
    void paint(Graphics2D graphics) {
        // The frame first: before it is painted, XChart does not know where a value lies.
        chart.paint(graphics, width, height);
        graphics.setColor(BAND);
        double top = chart.getScreenYFromChart(y.most);
        for (double[] band : bands) {
            double left = chart.getScreenXFromChart(band[0]);
            double right = chart.getScreenXFromChart(band[1]);
            graphics.fill(new Rectangle2D.Double(left, top, right - left, chart.getScreenYFromChart(y.least) - top));
        }
        lines.forEach(line -> paint(graphics, line));
    }

    private void paint(Graphics2D graphics, Line line) {
        var path = new Path2D.Double();
        boolean begun = false;
        for (Point2D point : line.points) {
            double left = chart.getScreenXFromChart(point.getX());
            double top = chart.getScreenYFromChart(point.getY());
            if (begun && !Double.isNaN(top)) {
                path.lineTo(left, top);
            } else if (!Double.isNaN(top)) {
                path.moveTo(left, top);
            }
            begun = !Double.isNaN(top);
        }
        graphics.setColor(line.palette.color());
        graphics.setStroke(line.palette.stroke());
        graphics.draw(path);
    }

    private static void style(XYStyler styler, Font font) {
        styler.setLocale(Locale.ROOT);
        styler.setYAxisLeftWidthHint(LEFT_OF_PLOT);
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
    }
}
