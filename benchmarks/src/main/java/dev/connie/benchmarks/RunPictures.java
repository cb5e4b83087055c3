package dev.connie.benchmarks;

import dev.connie.benchmarks.LinePlot.Axis;
import dev.connie.benchmarks.Measurement.Times;
import dev.connie.benchmarks.lab.Traffic;
import java.awt.geom.Point2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The pictures of a run:
 *
 * <ul>
 *   <li>{@code ecdf-SCENARIO}: the distribution of times, a line per contender
 *   <li>{@code syns}: SYNs per call, per scenario and contender; not where packets were not seen
 *   <li>{@code overview}: median and 99th percentile of all contenders in the scenarios that say most
 * </ul>
 */
final class RunPictures {
    // What a reader of the README is to see first, as far as the run has it.
    private static final List<String> KEY_SCENARIOS = List.of(
            "eight-live",
            "first-of-4-dead",
            "four-of-8-dead",
            "ipv6-dead",
            "ipv6-slow",
            "fastest-mute-in-tls",
            "half-refuse",
            "syn-loss");
    private static final int OVERVIEW_PANELS = 6;
    private static final int HEIGHT = 369;

    private RunPictures() {}

    /** Draws them and tells which files they are. */
    static List<Path> draw(Run run, Path directory) throws IOException {
        var files = new ArrayList<Path>();
        List<ScenarioResult> results = run.results().stream()
                .filter(result -> result.measurements().stream().anyMatch(measurement -> measurement.calls() > 0))
                .toList();
        for (ScenarioResult result : results) {
            // A real host's name is "example.org:443", and a colon is not for every file system.
            String name = result.name().replaceAll("[^A-Za-z0-9.-]+", "-");
            files.addAll(ecdf(result).save(directory, "ecdf-" + name));
        }
        List<ScenarioResult> seen = results.stream()
                .filter(result ->
                        result.measurements().stream().anyMatch(measured -> measured.perCall(Traffic::syns) != null))
                .toList();
        if (!seen.isEmpty()) {
            files.addAll(Panels.syns(seen).picture().save(directory, "syns"));
        }
        if (!results.isEmpty()) {
            String title = "Time to " + (run.benchmark().equals("http") ? "fetch" : "connect") + ", in ms";
            files.addAll(Panels.overview(title, "Dot: the median call.", key(results), Times::p50, false)
                    .picture()
                    .save(directory, "overview"));
        }
        return files;
    }

    private static List<ScenarioResult> key(List<ScenarioResult> results) {
        Stream<ScenarioResult> key = KEY_SCENARIOS.stream()
                .flatMap(name -> results.stream().filter(result -> result.name().equals(name)));
        // Then whatever else there is: a user's own scenarios, or real hosts.
        return Stream.concat(key, results.stream())
                .distinct()
                .limit(OVERVIEW_PANELS)
                .toList();
    }

    /**
     * What share of the calls was done after what time: the empirical distribution function, a line per contender.
     *
     * <p>Failed calls are never done, so that a line ends below 100 % by their share. Only where no contender succeeded
     * at all is it the share that had failed.
     */
    private static Picture ecdf(ScenarioResult result) {
        boolean ofFailures = result.measurements().stream()
                .allMatch(measurement -> measurement.nanos().isEmpty());
        var all = result.measurements().stream()
                .flatMap(measurement -> times(measurement, ofFailures).stream())
                .mapToDouble(nanos -> nanos / 1e6)
                .summaryStatistics();
        String time = ofFailures ? "time to fail, ms" : "time, ms";
        // On a linear axis, times a few ms apart may be the same pixel.
        Axis x = all.getMax() > 15 * all.getMin()
                ? Axis.logarithmic(all.getMin() / 1.25, all.getMax() * 1.25, time)
                : Axis.to(all.getMax() * 1.05, time);
        String calls = ofFailures ? "calls failed" : "calls done";
        Axis y = new Axis(calls, 0, 100, false, share -> String.format(Locale.ROOT, "%.0f %%", share));
        var plot = new LinePlot(Picture.WIDTH, HEIGHT, x, y);
        for (Measurement measurement : result.measurements()) {
            int failures = measurement.failedNanos().size();
            String failed = failures == 0 || ofFailures ? "" : ", " + Numbers.failed(failures, measurement.calls());
            String contender = measurement.contender();
            plot.add(contender + failed, Palette.of(contender), steps(measurement, ofFailures, x));
        }
        var picture = new Picture();
        // XChart puts a title in the middle of the plot, and a long one out of the picture.
        picture.text(Picture.BOLD.deriveFont(14f), result.description());
        picture.plots(plot);
        return picture;
    }

    private static List<Long> times(Measurement measurement, boolean ofFailures) {
        return ofFailures ? measurement.failedNanos() : measurement.nanos();
    }

    private static List<Point2D> steps(Measurement measurement, boolean ofFailures, Axis x) {
        List<Long> nanos = times(measurement, ofFailures).stream().sorted().toList();
        double share = 0;
        var steps = new ArrayList<Point2D>();
        steps.add(new Point2D.Double(nanos.isEmpty() ? x.least() : nanos.get(0) / 1e6, share));
        for (int i = 0; i < nanos.size(); i++) {
            double millis = nanos.get(i) / 1e6;
            steps.add(new Point2D.Double(millis, share));
            share = 100.0 * (i + 1) / measurement.calls();
            steps.add(new Point2D.Double(millis, share));
        }
        if (nanos.size() < measurement.calls()) {
            steps.add(new Point2D.Double(x.most(), share));
        }
        return steps;
    }
}
