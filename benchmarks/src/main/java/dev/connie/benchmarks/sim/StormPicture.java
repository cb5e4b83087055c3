package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.LinePlot;
import dev.connie.benchmarks.LinePlot.Axis;
import dev.connie.benchmarks.Palette;
import dev.connie.benchmarks.Panels;
import dev.connie.benchmarks.Picture;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** A storm, policy below policy: to the left the load of every server, to the right the extra attempts. */
final class StormPicture implements Picture {
    private static final int WIDTH = 900;
    private static final int LEFT_WIDTH = 450;
    private static final int HEAD = 22;
    private static final int HEIGHT = 190;

    private static final String BUDGET_NAME = String.format(Locale.ROOT, "budget, %.0f %%", 100 * Storm.BUDGET);

    private static final BasicStroke THIN = new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    private static final Palette DYING = new Palette(Palette.VERMILION, THIN, false);
    private static final Palette LIVING = new Palette(Palette.BLUE, THIN, false);
    private static final Palette EXTRA =
            new Palette(Palette.INK, new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND), false);
    private static final Palette EARLY = new Palette(Palette.VERMILION, EXTRA.stroke(), false);
    private static final Palette BUDGET = new Palette(
            Palette.GREY,
            new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 3}, 0),
            false);

    private record Row(String policy, LinePlot load, LinePlot extra) {}

    private final Heading heading;
    private final List<Row> rows = new ArrayList<>();

    StormPicture(StormResult result) {
        List<StormResult.OfPolicy> results = result.policies();
        heading = new Heading(result.storm().population(), WIDTH);
        for (int i = 0; i < results.size(); i++) {
            String time = i == results.size() - 1 ? "time, s" : "";
            rows.add(row(
                    results.get(i),
                    new Axis(time, 0, Storm.SECONDS, false, Axis.to(1, "").tick())));
        }
        LinePlot.align(rows.stream().map(Row::load).toList());
        LinePlot.align(rows.stream().map(Row::extra).toList());
    }

    private static Row row(StormResult.OfPolicy result, Axis seconds) {
        StormLoad load = result.load();
        var all = new ArrayList<List<Point2D>>();
        for (int i = 0; i < Storm.SERVERS; i++) {
            int server = i;
            all.add(points(second -> load.syns(server, second)));
        }
        double most = all.stream()
                .flatMap(List::stream)
                .mapToDouble(Point2D::getY)
                .max()
                .orElse(1);
        var left = new LinePlot(LEFT_WIDTH, HEIGHT, seconds, Axis.to(most * 1.1, "SYNs per s"));
        for (int i = 0; i < Storm.SERVERS; i++) {
            left.add(i < Storm.DYING ? DYING : LIVING, all.get(i));
        }
        List<Point2D> extra = points(second -> 100 * load.extraPerCall(second));
        double mostExtra = Math.max(
                2 * 100 * Storm.BUDGET,
                extra.stream().mapToDouble(Point2D::getY).max().orElse(0) * 1.1);
        var right = new LinePlot(WIDTH - LEFT_WIDTH, HEIGHT, seconds, Axis.to(mostExtra, "per 100 calls"));
        right.add(BUDGET, points(second -> 100 * Storm.BUDGET));
        right.add(EXTRA, extra);
        right.add(EARLY, points(second -> 100 * load.earlyPerCall(second)));
        left.shade(Storm.DEATH_SECOND, Storm.RECOVERY_SECOND);
        right.shade(Storm.DEATH_SECOND, Storm.RECOVERY_SECOND);
        return new Row(result.trial().policy(), left, right);
    }

    // The last second has what comes after the end, too.
    private static List<Point2D> points(IntToDoubleFunction value) {
        return IntStream.range(0, Storm.SECONDS - 1)
                .<Point2D>mapToObj(second -> new Point2D.Double(second + 0.5, value.applyAsDouble(second)))
                .toList();
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return heading.height() + rows.size() * (HEAD + HEIGHT) + 10;
    }

    @Override
    public void paint(Graphics2D graphics) {
        heading.paint(graphics);
        double top = heading.height();
        for (Row row : rows) {
            graphics.setColor(Palette.INK);
            Panels.write(graphics, Panels.BOLD, row.policy, 10, top + 16);
            graphics.translate(0, top + HEAD);
            row.load.paint(graphics);
            graphics.translate(LEFT_WIDTH, 0);
            row.extra.paint(graphics);
            graphics.translate(-LEFT_WIDTH, -top - HEAD);
            legend(graphics, top);
            top += HEAD + HEIGHT;
        }
    }

    private static void legend(Graphics2D graphics, double top) {
        double baseline = top + 16;
        write(graphics, DYING, "servers that die", 190, baseline);
        write(graphics, LIVING, "the others", 320, baseline);
        write(graphics, EXTRA, "extra attempts", 500, baseline);
        write(graphics, EARLY, "those before 250 ms", 620, baseline);
        write(graphics, BUDGET, BUDGET_NAME, 780, baseline);
    }

    private static void write(Graphics2D graphics, Palette palette, String text, double x, double baseline) {
        graphics.setColor(palette.color());
        graphics.setStroke(palette.stroke());
        graphics.draw(new Line2D.Double(x, baseline - 4, x + 24, baseline - 4));
        graphics.setColor(Palette.INK);
        Panels.write(graphics, Panels.SMALL, text, x + 30, baseline);
    }
}
