package dev.connie.benchmarks;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A picture of all scenarios side by side: a panel for each, in it a row for each contender, and one axis for all, so
 * that a length means the same everywhere. The names of the contenders stand once, to the left.
 */
public abstract class Panels implements Picture {
    public static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    public static final Font SMALL = TEXT.deriveFont(10f);
    public static final Font BOLD = TEXT.deriveFont(Font.BOLD);

    private static final FontRenderContext ANY_SCALE = new FontRenderContext(null, true, true);
    private static final int WIDTH = 900;
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

    private final String title;
    private final String foot;
    private final List<ScenarioResult> results;
    private final List<String> contenders;
    private final double[] ticks;
    // The middle of each row, and last the height of all, from the top of the first.
    private final double[] rows;

    /**
     * A picture.
     *
     * @param foot what the marks mean and the unit of the axis
     * @param results the panels
     * @param contenders the rows
     * @param ticks where the axis has a number
     */
    protected Panels(String title, String foot, List<ScenarioResult> results, List<String> contenders, double[] ticks) {
        this.title = title;
        this.foot = foot;
        this.results = List.copyOf(results);
        this.contenders = List.copyOf(contenders);
        this.ticks = ticks.clone();
        this.rows = rows(contenders);
    }

    private static double[] rows(List<String> contenders) {
        List<String> clients = contenders.stream().map(Palette::client).toList();
        double[] rows = new double[contenders.size() + 1];
        double top = 0;
        for (int i = 0; i < contenders.size(); i++) {
            // A client stands apart from the next, close to itself with Connie.
            boolean newGroup = i > 0 && !clients.get(i).equals(clients.get(i - 1));
            if (newGroup && clients.stream().distinct().count() < clients.size()) {
                top += GROUP_GAP;
            }
            rows[i] = top + ROW / 2.0;
            top += ROW;
        }
        rows[contenders.size()] = top;
        return rows;
    }

    private double rowsHeight() {
        return rows[contenders.size()];
    }

    /** Where in a panel's width, from 0 to 1, a value lies. */
    protected abstract double position(double value);

    /** Paints a contender's row. */
    protected abstract void paintRow(Row row, Measurement measurement);

    /** A row of a panel, to paint in. */
    public record Row(Graphics2D graphics, DoubleUnaryOperator x, double middle, double left, double right) {
        /** Writes with the row's middle at half the height of the digits. */
        public void write(String text, double x) {
            Panels.write(graphics, SMALL, text, x, middle + 3.5);
        }
    }

    @Override
    public final int width() {
        return WIDTH;
    }

    @Override
    public final int height() {
        int down = (results.size() + COLUMNS - 1) / COLUMNS;
        return MARGIN + TITLE + down * panelHeight() + FOOT + MARGIN;
    }

    private int panelHeight() {
        return PANEL_HEAD + (int) rowsHeight() + PANEL_FOOT;
    }

    @Override
    public final void paint(Graphics2D graphics) {
        graphics.setColor(Palette.INK);
        write(graphics, BOLD.deriveFont(15f), title, MARGIN, MARGIN + 15);
        double names = contenders.stream()
                .mapToDouble(contender -> widthOf(font(contender), contender))
                .max()
                .orElse(0);
        double panelsLeft = MARGIN + names + NAME_GAP;
        double panelWidth = (WIDTH - MARGIN - panelsLeft - (COLUMNS - 1) * GAP) / COLUMNS;
        for (int i = 0; i < results.size(); i++) {
            double left = panelsLeft + i % COLUMNS * (panelWidth + GAP);
            double top = MARGIN + TITLE + (double) (i / COLUMNS) * panelHeight();
            if (i % COLUMNS == 0) {
                paintNames(graphics, MARGIN + names, top + PANEL_HEAD);
            }
            paintPanel(graphics, results.get(i), left, top, panelWidth);
        }
        graphics.setColor(Palette.FAINT_INK);
        write(graphics, TEXT, foot, MARGIN, height() - MARGIN);
    }

    private void paintNames(Graphics2D graphics, double right, double top) {
        for (int i = 0; i < contenders.size(); i++) {
            String contender = contenders.get(i);
            Font font = font(contender);
            graphics.setColor(Palette.INK);
            write(graphics, font, contender, right - widthOf(font, contender), top + rows[i] + 4);
        }
    }

    private static Font font(String contender) {
        return Palette.of(contender).races() ? BOLD : TEXT;
    }

    private void paintPanel(Graphics2D graphics, ScenarioResult result, double left, double top, double width) {
        double rowsTop = top + PANEL_HEAD;
        double rowsBottom = rowsTop + rowsHeight();
        graphics.setColor(Palette.INK);
        write(graphics, BOLD, result.name(), left, top + 16);
        for (double tick : ticks) {
            double x = left + position(tick) * width;
            graphics.setColor(Palette.GRID);
            graphics.setStroke(new BasicStroke(1));
            graphics.draw(new Line2D.Double(x, rowsTop, x, rowsBottom + 3));
            String name = Numbers.tick(tick);
            graphics.setColor(Palette.FAINT_INK);
            write(graphics, SMALL, name, x - widthOf(SMALL, name) / 2, rowsBottom + 14);
        }
        for (int i = 0; i < contenders.size(); i++) {
            var row = new Row(
                    graphics,
                    value -> left + Math.max(0, Math.min(1, position(value))) * width,
                    rowsTop + rows[i],
                    left,
                    left + width);
            String contender = contenders.get(i);
            result.measurements().stream()
                    .filter(measurement -> measurement.contender().equals(contender))
                    .forEach(measurement -> paintRow(row, measurement));
        }
    }

    protected static Rectangle2D bar(double left, double right, double middle, double thickness) {
        return new Rectangle2D.Double(left, middle - thickness / 2, right - left, thickness);
    }

    // As outlines: an SVG is seen with the fonts of whoever sees it, whose letters are of another width.
    public static void write(Graphics2D graphics, Font font, String text, double x, double baseline) {
        graphics.fill(font.createGlyphVector(ANY_SCALE, text).getOutline((float) x, (float) baseline));
    }

    public static double widthOf(Font font, String text) {
        return font.getStringBounds(text, ANY_SCALE).getWidth();
    }
}
