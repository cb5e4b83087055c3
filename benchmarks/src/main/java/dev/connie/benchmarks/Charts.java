package dev.connie.benchmarks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of a run, each as PNG and SVG:
 *
 * <ul>
 *   <li>{@code ecdf-SCENARIO}: the distribution of times, a line per contender
 *   <li>{@code syns}: SYNs per connection, per scenario and contender; not where packets were not seen
 *   <li>{@code overview}: median and 99th percentile of all contenders in the scenarios that say most
 * </ul>
 */
public final class Charts {
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

    private Charts() {}

    /**
     * Draws the pictures into a directory and tells which files they are. A bare machine has no fonts or no AWT at all:
     * then there are none, and one line to the user says why.
     */
    static List<Path> draw(Run run, Path directory, Consumer<String> note) throws IOException {
        if (!canDraw(note)) {
            return List.of();
        }
        Files.createDirectories(directory);
        var files = new ArrayList<Path>();
        List<ScenarioResult> results = run.results().stream()
                .filter(result -> result.measurements().stream().anyMatch(measurement -> measurement.count() > 0))
                .toList();
        for (ScenarioResult result : results) {
            // A real host's name is "example.org:443", and a colon is not for every file system.
            String name = result.name().replaceAll("[^A-Za-z0-9.-]+", "-");
            files.addAll(RunPictures.ecdf(result).save(directory, "ecdf-" + name));
        }
        List<ScenarioResult> seen = results.stream()
                .filter(result -> result.summaries().stream().anyMatch(summary -> summary.synsPerCall() != null))
                .toList();
        if (!seen.isEmpty()) {
            files.addAll(RunPictures.syns(seen).save(directory, "syns"));
        }
        List<ScenarioResult> key = keyResults(results);
        if (!key.isEmpty()) {
            String title = "Time to " + (run.benchmark().equals("http") ? "fetch" : "connect") + ", in ms";
            files.addAll(RunPictures.overview(title, key).save(directory, "overview"));
        }
        return files;
    }

    /** Whether this machine can draw; if not, one line to the user says why. */
    public static boolean canDraw(Consumer<String> note) {
        // Before the first class of AWT is loaded; a server has no display, and none is needed.
        System.setProperty("java.awt.headless", "true");
        String obstacle = obstacle();
        if (obstacle != null) {
            note.accept("No pictures: this JVM cannot draw text (" + obstacle
                    + "). It takes a JDK with AWT, fontconfig, and a font.");
        }
        return obstacle == null;
    }

    // Drawing fails in many ways where fonts or libraries are missing: an UnsatisfiedLinkError, then a
    // NoClassDefFoundError, an InternalError, an Error "no fonts found", a RuntimeException of fontconfig. What fails
    // after this is a bug and is to be seen.
    private static @Nullable String obstacle() {
        try {
            var graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            graphics.getFontMetrics(Picture.TEXT).stringWidth("SYN");
            graphics.drawString("SYN", 0, 1);
            graphics.dispose();
            return null;
        } catch (Error | RuntimeException e) {
            String message = e.getMessage() == null ? "" : e.getMessage();
            return e.getClass().getSimpleName()
                    + message.lines().findFirst().map(line -> ": " + line).orElse("");
        }
    }

    private static List<ScenarioResult> keyResults(List<ScenarioResult> results) {
        Stream<ScenarioResult> key = KEY_SCENARIOS.stream()
                .flatMap(name -> results.stream().filter(result -> result.name().equals(name)));
        // Then whatever else there is: a user's own scenarios, or real hosts.
        return Stream.concat(key, results.stream())
                .distinct()
                .limit(OVERVIEW_PANELS)
                .toList();
    }
}
