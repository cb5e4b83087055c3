package dev.connie.benchmarks;

import dev.connie.benchmarks.LinePlot.Axis;
import dev.connie.benchmarks.Measurement.Times;
import dev.connie.benchmarks.lab.Traffic;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A picture of all scenarios side by side: a panel for each, in it a row for each contender, and one axis for all, so
 * that a length means the same everywhere. The names of the contenders stand once, to the left.
 *
 * @param foot what the marks mean
 * @param ticks where the axis has a number
 * @param position where in a panel's width, from 0 to 1, a value lies
 * @param painter paints what a contender did into its row
 */
public record Panels(
        String title,
        String foot,
        List<ScenarioResult> results,
        double[] ticks,
        DoubleUnaryOperator position,
        Painter painter) {
    private static final int COLUMNS = 3;
    private static final int NAME_GAP = 10;
    private static final int GAP = 24;
    private static final int MARGIN = 14;
    private static final int TITLE = 30;
    private static final int PANEL_HEAD = 26;
    private static final int PANEL_FOOT = 30;
    private static final int ROW = 19;
    private static final int GROUP_GAP = 7;
    private static final int FOOT = 24;
    private static final double DOT = 8;

    private interface Painter {
        void paint(Row row, Measurement measured);
    }

    /** A row of a panel, to paint in. */
    private record Row(Graphics2D graphics, DoubleUnaryOperator x, double middle, double left, double right) {
        /** Writes with the row's middle at half the height of the digits. */
        void write(Color color, String text, double x) {
            graphics.setColor(color);
            Picture.write(graphics, Picture.SMALL, text, x, middle + 3.5);
        }

        void line(double fromX, double fromY, double toX, double toY) {
            graphics.draw(new Line2D.Double(fromX, middle + fromY, toX, middle + toY));
        }

        void cross(double x) {
            line(x - 4, -4, x + 4, 4);
            line(x - 4, 4, x + 4, -4);
        }

        void dot(double x) {
            graphics.fill(new Ellipse2D.Double(x - DOT / 2, middle - DOT / 2, DOT, DOT));
        }
    }

    /**
     * What one call takes and what the unlucky one takes: for each contender a dot at the usual call and a line to the
     * 99th percentile, on a logarithmic axis.
     *
     * <p>Where more than 1 % of the calls failed there is no 99th percentile of all calls, and the line runs out of the
     * panel.
     *
     * @param usual what stands for the usual call
     * @param withSyns whether the SYNs for a connection are written to the right
     */
    public static Panels overview(
            String title, String foot, List<ScenarioResult> results, ToDoubleFunction<Times> usual, boolean withSyns) {
        Axis axis = Axis.ofTimes(results, usual);
        // Room for what is written behind the longest line.
        double share = withSyns ? 0.66 : 0.77;
        return new Panels(
                title,
                foot + " Line and number: the 99th percentile. Cross: calls that failed."
                        + (withSyns ? " To the right: SYNs per connection." : ""),
                results,
                axis.ticks(),
                millis -> axis.position(millis) * share,
                (row, measured) -> {
                    var times = measured.times();
                    if (times != null) {
                        paintTimes(row, measured, times, usual.applyAsDouble(times));
                    }
                    Double syns = withSyns ? measured.perConnection(Traffic::syns) : null;
                    if (syns != null) {
                        String text = Numbers.decimals(2, syns);
                        row.write(Palette.INK, text, row.right - Picture.widthOf(Picture.SMALL, text));
                    }
                });
    }

    private static void paintTimes(Row row, Measurement measured, Times times, double usualNanos) {
        Palette palette = Palette.of(measured.contender());
        double usual = row.x.applyAsDouble(usualNanos / 1e6);
        row.graphics.setColor(palette.color());
        row.graphics.setStroke(new BasicStroke(palette.races() ? 3 : 2));
        if (times.ofFailures()) {
            row.cross(usual);
            row.write(Palette.INK, "all failed", usual + 7);
        } else if (measured.failedNanos().size() * 100L > measured.calls()) {
            String failed = Numbers.failed(measured.failedNanos().size(), measured.calls());
            double end = row.right - Picture.widthOf(Picture.SMALL, failed) - 10;
            row.line(usual, 0, end, 0);
            row.cross(end);
            row.dot(usual);
            row.write(Palette.INK, failed, end + 7);
        } else {
            double tail = row.x.applyAsDouble(times.p99() / 1e6);
            row.line(usual, 0, tail, 0);
            row.line(tail, -DOT / 2, tail, DOT / 2);
            row.dot(usual);
            row.write(Palette.INK, Numbers.millis(times.p99()), Math.max(tail, usual + DOT / 2) + 4);
        }
    }

    /** What the contenders ask of the network: the SYNs that they sent for a connection, retransmissions included. */
    static Panels syns(List<ScenarioResult> results) {
        double most = results.stream()
                .flatMap(result -> result.measurements().stream())
                .map(measured -> measured.perCall(Traffic::syns))
                .filter(syns -> syns != null)
                .mapToDouble(syns -> syns)
                .max()
                .orElse(1);
        double step = most <= 5 ? 1 : most <= 10 ? 2 : most <= 25 ? 5 : most <= 50 ? 10 : 20;
        return new Panels(
                "SYNs per connection",
                "SYNs sent for each call, retransmissions included",
                results,
                DoubleStream.iterate(0, tick -> tick <= most, tick -> tick + step)
                        .toArray(),
                // Room for the number behind the longest bar.
                syns -> syns / most * 0.86,
                (row, measured) -> {
                    Double syns = measured.perCall(Traffic::syns);
                    if (syns != null) {
                        double end = row.x.applyAsDouble(syns);
                        row.graphics.setColor(Palette.of(measured.contender()).fill());
                        row.graphics.fill(new Rectangle2D.Double(row.left, row.middle - 5.5, end - row.left, 11));
                        row.write(Palette.INK, Numbers.decimals(1, syns), end + 4);
                    }
                });
    }

    // A client next to the same with Connie, otherwise in the order of the run.
    private List<String> contenders() {
        return results.stream()
                .flatMap(result -> result.measurements().stream())
                .map(Measurement::contender)
                .distinct()
                .collect(Collectors.groupingBy(Palette::client, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    public Picture picture() {
        List<String> contenders = contenders();
        double[] rows = rows(contenders);
        int panelHeight = PANEL_HEAD + (int) rows[contenders.size()] + PANEL_FOOT;
        int height = MARGIN + TITLE + (results.size() + COLUMNS - 1) / COLUMNS * panelHeight + FOOT + MARGIN;
        var picture = new Picture();
        picture.grow(height);
        picture.add(Picture.BOLD.deriveFont(15f), Palette.INK, title, MARGIN, MARGIN + 15);
        double names = contenders.stream()
                .mapToDouble(contender -> Picture.widthOf(font(contender), contender))
                .max()
                .orElse(0);
        double panelsLeft = MARGIN + names + NAME_GAP;
        double panelWidth = (Picture.WIDTH - MARGIN - panelsLeft - (COLUMNS - 1) * GAP) / COLUMNS;
        for (int i = 0; i < results.size(); i++) {
            double left = panelsLeft + i % COLUMNS * (panelWidth + GAP);
            double top = MARGIN + TITLE + (double) (i / COLUMNS) * panelHeight;
            for (int row = 0; row < contenders.size() && i % COLUMNS == 0; row++) {
                String name = contenders.get(row);
                double right = MARGIN + names - Picture.widthOf(font(name), name);
                picture.add(font(name), Palette.INK, name, right, top + PANEL_HEAD + rows[row] + 4);
            }
            ScenarioResult result = results.get(i);
            picture.add(graphics -> paint(graphics, result, contenders, rows, left, top, panelWidth));
        }
        picture.add(Picture.TEXT, Palette.FAINT_INK, foot, MARGIN, height - MARGIN);
        return picture;
    }

    /** The middle of each row, and last the height of all, from the top of the first. */
    private static double[] rows(List<String> contenders) {
        List<String> clients = contenders.stream().map(Palette::client).toList();
        boolean grouped = clients.stream().distinct().count() < clients.size();
        double[] rows = new double[contenders.size() + 1];
        double top = 0;
        for (int i = 0; i < contenders.size(); i++) {
            // A client stands apart from the next, close to itself with Connie.
            top += grouped && i > 0 && !clients.get(i).equals(clients.get(i - 1)) ? GROUP_GAP : 0;
            rows[i] = top + ROW / 2.0;
            top += ROW;
        }
        rows[contenders.size()] = top;
        return rows;
    }

    private static Font font(String contender) {
        return Palette.of(contender).races() ? Picture.BOLD : Picture.TEXT;
    }

    private void paint(
            Graphics2D graphics,
            ScenarioResult result,
            List<String> contenders,
            double[] rows,
            double left,
            double top,
            double width) {
        double rowsTop = top + PANEL_HEAD;
        double rowsBottom = rowsTop + rows[contenders.size()];
        graphics.setColor(Palette.INK);
        Picture.write(graphics, Picture.BOLD, result.name(), left, top + 16);
        for (double tick : ticks) {
            double x = left + position.applyAsDouble(tick) * width;
            graphics.setColor(Palette.GRID);
            graphics.setStroke(new BasicStroke(1));
            graphics.draw(new Line2D.Double(x, rowsTop, x, rowsBottom + 3));
            String name = Numbers.tick(tick);
            graphics.setColor(Palette.FAINT_INK);
            double start = x - Picture.widthOf(Picture.SMALL, name) / 2;
            Picture.write(graphics, Picture.SMALL, name, start, rowsBottom + 14);
        }
        DoubleUnaryOperator x = value -> left + Math.max(0, Math.min(1, position.applyAsDouble(value))) * width;
        for (Measurement measured : result.measurements()) {
            double middle = rowsTop + rows[contenders.indexOf(measured.contender())];
            painter.paint(new Row(graphics, x, middle, left, left + width), measured);
        }
    }
}
