package dev.connie.benchmarks;

import dev.connie.benchmarks.Summary.Times;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines in a frame with axes, and a legend to the right. */
public final class LinePlot {
    static final int PADDING = 10;
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

        public Axis named(String other) {
            return new Axis(other, least, most, logarithmic, tick);
        }

        /** A linear one from 0 on. */
        public static Axis to(double most, String title) {
            return new Axis(title, 0, most, false, Numbers::tick);
        }

        /** A logarithmic one. */
        public static Axis logarithmic(double least, double most, String title) {
            return new Axis(title, least, most, true, LinePlot::onlyRound);
        }

        /**
         * A logarithmic one of milliseconds with room for all of these results: from a little less than the least of what
         * stands for a usual call to a little more than the longest 99th percentile.
         */
        public static Axis ofTimes(List<ScenarioResult> results, ToDoubleFunction<Times> usualNanos) {
            double least = RunPictures.millis(results, usualNanos).min().orElse(1) / 1.3;
            return logarithmic(
                    least, RunPictures.millis(results, Times::p99).max().orElse(1) * 1.1, "");
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
    }

    private record Line(Palette palette, List<Point2D> points) {}

    private record Band(double from, double to) {}

    private final Axis x;
    private final Axis y;
    private final int width;
    private final int height;
    private final XYChart chart;
    private final List<Line> lines = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();
    private boolean hasLegend;
    private double indent;

    public LinePlot(int width, int height, Axis x, Axis y) {
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
        this.chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .xAxisTitle(x.title)
                .yAxisTitle(y.title)
                .build();
        XYStyler styler = chart.getStyler();
        style(styler);
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

    /** Adds a line that the legend does not name. Where a point's value is NaN, it has a gap. */
    public void add(Palette palette, List<Point2D> points) {
        lines.add(new Line(palette, List.copyOf(points)));
    }

    /** Adds a line. Where a point's value is NaN, it has a gap. */
    public void add(String name, Palette palette, List<Point2D> points) {
        add(palette, points);
        name(name, palette);
    }

    /** Names a kind of line in the legend. */
    public void name(String name, Palette palette) {
        hasLegend = true;
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
        bands.add(new Band(from, to));
    }

    /** Moves the left edges of plots that stand one below the other to the same place, whatever is written before them. */
    public static void align(List<LinePlot> plots) {
        var nowhere = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        plots.forEach(plot -> plot.paintFrame(nowhere));
        nowhere.dispose();
        double rightmost = plots.stream()
                .mapToDouble(plot -> plot.screenX(plot.x.least))
                .max()
                .orElse(0);
        plots.forEach(plot -> plot.indent = rightmost - plot.screenX(plot.x.least));
    }

    /** Paints it, with the legend if a line has a name. */
    public void paint(Graphics2D graphics) {
        graphics.translate(indent, 0);
        // The frame first: before it is painted, XChart does not know where a value lies.
        paintFrame(graphics);
        bands.forEach(band -> paint(graphics, band));
        lines.forEach(line -> paint(graphics, line));
        graphics.translate(-indent, 0);
    }

    private void paintFrame(Graphics2D graphics) {
        if (!hasLegend) {
            // Without a series, XChart draws no axis.
            name("none", lines.get(0).palette);
            chart.getStyler().setLegendVisible(false);
        }
        chart.paint(graphics, width - (int) indent, height);
    }

    private void paint(Graphics2D graphics, Band band) {
        graphics.setColor(BAND);
        graphics.fill(new Rectangle2D.Double(
                screenX(band.from),
                screenY(y.most),
                screenX(band.to) - screenX(band.from),
                screenY(y.least) - screenY(y.most)));
    }

    private void paint(Graphics2D graphics, Line line) {
        var path = new Path2D.Double();
        boolean under = false;
        for (Point2D point : line.points) {
            if (Double.isNaN(point.getY())) {
                under = false;
            } else if (under) {
                path.lineTo(screenX(point.getX()), screenY(point.getY()));
            } else {
                path.moveTo(screenX(point.getX()), screenY(point.getY()));
                under = true;
            }
        }
        graphics.setColor(line.palette.color());
        graphics.setStroke(line.palette.stroke());
        graphics.draw(path);
    }

    private double screenX(double value) {
        return chart.getScreenXFromChart(value);
    }

    private double screenY(double value) {
        return chart.getScreenYFromChart(value);
    }

    private static void style(XYStyler styler) {
        Font font = Picture.TEXT;
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
    }

    // A logarithmic axis has nine ticks in each decade, and room for the names of three.
    private static String onlyRound(double value) {
        String tick = Numbers.tick(value);
        String digits = tick.replaceAll("[0.,]", "");
        return digits.equals("1") || digits.equals("2") || digits.equals("5") ? tick : "";
    }
}
