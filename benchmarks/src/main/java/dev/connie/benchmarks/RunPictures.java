package dev.connie.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** The pictures of a run; apart, so that a machine without AWT gets as far as to be told so. */
final class RunPictures {
    private RunPictures() {}

    // A client next to the same with Connie, otherwise in the order of the run.
    private static List<String> contenders(List<ScenarioResult> results) {
        var byClient = new LinkedHashMap<String, Set<String>>();
        for (ScenarioResult result : results) {
            for (Measurement measurement : result.measurements()) {
                String contender = measurement.contender();
                byClient.computeIfAbsent(Palette.client(contender), client -> new LinkedHashSet<>())
                        .add(contender);
            }
        }
        return byClient.values().stream().flatMap(Collection::stream).toList();
    }

    /** All that a figure is of the contenders, in milliseconds. */
    static DoubleStream millis(List<ScenarioResult> results, ToDoubleFunction<Summary.Times> nanos) {
        return results.stream()
                .flatMap(result -> result.summaries().stream())
                .map(Summary::times)
                .filter(times -> times != null)
                .mapToDouble(times -> nanos.applyAsDouble(times) / 1e6);
    }

    /**
     * What one call takes and what the unlucky one takes: for each contender a dot at the median and a line to the 99th
     * percentile, on a logarithmic axis. Connie's are blue, all others grey.
     *
     * <p>Where more than 1 % of the calls failed there is no 99th percentile of all calls, and the line runs out of the
     * panel.
     */
    static Picture overview(String title, List<ScenarioResult> results) {
        var axis = LinePlot.Axis.ofTimes(results, Summary.Times::p50);
        return new Panels(
                        title,
                        "Dot: the median call. Line and number: the 99th percentile. Cross: calls that failed.",
                        results,
                        contenders(results),
                        axis.ticks(),
                        millis -> axis.position(millis) * 0.77)
                .picture(RunPictures::paintMedianAndTail);
    }

    private static void paintMedianAndTail(Panels.Row row, Summary summary) {
        var times = summary.times();
        if (times == null) {
            return;
        }
        boolean races = Palette.of(summary.contender()).races();
        Color textColor = races ? Palette.BLUE : Palette.FAINT_INK;
        double median = row.x().applyAsDouble(times.p50() / 1e6);
        row.graphics().setColor(races ? Palette.BLUE : Palette.GREY);
        row.graphics().setStroke(new BasicStroke(races ? 3 : 2));
        if (times.ofFailures()) {
            row.cross(median);
            row.write(textColor, "all failed", median + 7);
        } else if (summary.failures() * 100L > summary.calls()) {
            String failed = Numbers.failed(summary.failures(), summary.calls());
            double end = row.right() - Picture.widthOf(Picture.SMALL, failed) - 10;
            row.line(median, end);
            row.cross(end);
            row.dot(median);
            row.write(textColor, failed, end + 7);
        } else {
            row.dotAndTail(median, textColor, times.p99());
        }
    }

    /** What the contenders ask of the network: the SYNs that they sent for a connection, retransmissions included. */
    static Picture syns(List<ScenarioResult> results) {
        double most = results.stream()
                .flatMap(result -> result.summaries().stream())
                .map(Summary::synsPerCall)
                .filter(syns -> syns != null)
                .mapToDouble(syns -> syns)
                .max()
                .orElse(1);
        double step = most <= 5 ? 1 : most <= 10 ? 2 : most <= 25 ? 5 : most <= 50 ? 10 : 20;
        // Room for the number behind the longest bar.
        double full = 0.86;
        return new Panels(
                        "SYNs per connection",
                        "SYNs sent for each call, retransmissions included",
                        results,
                        contenders(results),
                        DoubleStream.iterate(0, tick -> tick <= most, tick -> tick + step)
                                .toArray(),
                        syns -> syns / most * full)
                .picture((row, summary) -> {
                    Double syns = summary.synsPerCall();
                    if (syns != null) {
                        double right = row.x().applyAsDouble(syns);
                        row.bar(Palette.of(summary.contender()).fill(), right, 11);
                        row.write(Palette.INK, Numbers.oneDecimal(syns), right + 4);
                    }
                });
    }

    /**
     * What share of the calls was done after what time: the empirical distribution function, a line per contender.
     *
     * <p>Failed calls are never done, so that a line ends below 100 % by their share. Only where no contender succeeded
     * at all is it the share that had failed.
     */
    static Picture ecdf(ScenarioResult result) {
        boolean ofFailures = result.measurements().stream()
                .allMatch(measurement -> measurement.nanos().isEmpty());
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Measurement measurement : result.measurements()) {
            for (long nanos : ofFailures ? measurement.failedNanos() : measurement.nanos()) {
                least = Math.min(least, nanos / 1e6);
                most = Math.max(most, nanos / 1e6);
            }
        }
        // On a linear axis, times a few ms apart are then the same pixel.
        boolean logarithmic = most > 15 * least;
        String time = ofFailures ? "time to fail, ms" : "time, ms";
        var x = logarithmic
                ? LinePlot.Axis.logarithmic(least / 1.25, most * 1.25, time)
                : LinePlot.Axis.to(most * 1.05, time);
        var y = new LinePlot.Axis(
                ofFailures ? "calls failed" : "calls done",
                0,
                100,
                false,
                share -> String.format(Locale.ROOT, "%.0f %%", share));
        int title = 30;
        int height = 400;
        var plot = new LinePlot(Picture.WIDTH, height - title, x, y);
        for (Measurement measurement : result.measurements()) {
            int failures = measurement.failedNanos().size();
            String failed = failures == 0 || ofFailures ? "" : ", " + Numbers.failed(failures, measurement.count());
            String contender = measurement.contender();
            plot.add(contender + failed, Palette.of(contender), steps(measurement, ofFailures, x));
        }
        var picture = new Picture(height);
        // XChart puts a title in the middle of the plot, and a long one out of the picture.
        picture.add(
                Picture.BOLD.deriveFont(14f),
                Palette.INK,
                result.description(),
                LinePlot.PADDING,
                LinePlot.PADDING + 16);
        picture.add(0, title, plot::paint);
        return picture;
    }

    private static List<Point2D> steps(Measurement measurement, boolean ofFailures, LinePlot.Axis x) {
        List<Long> nanos = (ofFailures ? measurement.failedNanos() : measurement.nanos())
                .stream().sorted().toList();
        double share = 0;
        var steps = new ArrayList<Point2D>();
        steps.add(new Point2D.Double(nanos.isEmpty() ? x.least() : nanos.get(0) / 1e6, share));
        for (int i = 0; i < nanos.size(); i++) {
            double millis = nanos.get(i) / 1e6;
            steps.add(new Point2D.Double(millis, share));
            share = 100.0 * (i + 1) / measurement.count();
            steps.add(new Point2D.Double(millis, share));
        }
        if (nanos.size() < measurement.count()) {
            steps.add(new Point2D.Double(x.most(), share));
        }
        return steps;
    }
}
