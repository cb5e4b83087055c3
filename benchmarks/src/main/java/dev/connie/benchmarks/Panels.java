package dev.connie.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A picture of all scenarios side by side: a panel for each, in it a row for each contender, and one axis for all, so
 * that a length means the same everywhere. The names of the contenders stand once, to the left.
 *
 * @param foot what the marks mean and the unit of the axis
 * @param results the panels
 * @param contenders the rows
 * @param ticks where the axis has a number
 * @param position where in a panel's width, from 0 to 1, a value lies
 */
public record Panels(
        String title,
        String foot,
        List<ScenarioResult> results,
        List<String> contenders,
        double[] ticks,
        DoubleUnaryOperator position) {
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

    /** Paints what a contender did into its row. */
    public interface Painter {
        void paint(Row row, Summary summary);
    }

    /** A row of a panel, to paint in. */
    public record Row(Graphics2D graphics, DoubleUnaryOperator x, double middle, double left, double right) {
        /** Writes with the row's middle at half the height of the digits. */
        public void write(Color color, String text, double x) {
            graphics.setColor(color);
            Picture.write(graphics, Picture.SMALL, text, x, middle + 3.5);
        }

        void bar(Color color, double end, double thickness) {
            graphics.setColor(color);
            graphics.fill(new Rectangle2D.Double(left, middle - thickness / 2, end - left, thickness));
        }

        void line(double from, double to) {
            graphics.draw(new Line2D.Double(from, middle, to, middle));
        }

        void cross(double x) {
            graphics.draw(new Line2D.Double(x - 4, middle - 4, x + 4, middle + 4));
            graphics.draw(new Line2D.Double(x - 4, middle + 4, x + 4, middle - 4));
        }

        /** A dot at the usual call and a line to the unlucky one, whose time is written behind it. */
        public void dotAndTail(double usual, Color textColor, double tailNanos) {
            double tail = x.applyAsDouble(tailNanos / 1e6);
            line(usual, tail);
            graphics.draw(new Line2D.Double(tail, middle - DOT / 2, tail, middle + DOT / 2));
            Color color = graphics.getColor();
            write(textColor, Numbers.millis(tailNanos), Math.max(tail, usual + DOT / 2) + 4);
            graphics.setColor(color);
            dot(usual);
        }

        void dot(double x) {
            graphics.fill(new Ellipse2D.Double(x - DOT / 2, middle - DOT / 2, DOT, DOT));
        }
    }

    public Picture picture(Painter painter) {
        double[] rows = rows();
        int panelHeight = PANEL_HEAD + (int) rows[contenders.size()] + PANEL_FOOT;
        int height = MARGIN + TITLE + (results.size() + COLUMNS - 1) / COLUMNS * panelHeight + FOOT + MARGIN;
        var picture = new Picture(height);
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
            if (i % COLUMNS == 0) {
                for (int row = 0; row < contenders.size(); row++) {
                    String name = contenders.get(row);
                    double right = MARGIN + names - Picture.widthOf(font(name), name);
                    picture.add(font(name), Palette.INK, name, right, top + PANEL_HEAD + rows[row] + 4);
                }
            }
            ScenarioResult result = results.get(i);
            picture.add(0, 0, graphics -> paint(graphics, result, rows, left, top, panelWidth, painter));
        }
        picture.add(Picture.TEXT, Palette.FAINT_INK, foot, MARGIN, height - MARGIN);
        return picture;
    }

    /** The middle of each row, and last the height of all, from the top of the first. */
    private double[] rows() {
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
            double[] rows,
            double left,
            double top,
            double width,
            Painter painter) {
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
        for (Summary summary : result.summaries()) {
            int row = contenders.indexOf(summary.contender());
            if (row >= 0) {
                painter.paint(new Row(graphics, x, rowsTop + rows[row], left, left + width), summary);
            }
        }
    }
}
