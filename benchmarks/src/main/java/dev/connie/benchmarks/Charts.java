package dev.connie.benchmarks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
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
    private Charts() {}

    /**
     * Draws the pictures into a directory and tells which files they are. A bare machine has no fonts or no AWT at all:
     * then there are none, and one line to the user says why.
     */
    static List<Path> draw(Run run, Path directory, Consumer<String> note) throws IOException {
        return canDraw(note) ? RunPictures.draw(run, directory) : List.of();
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
            return String.valueOf(e).lines().findFirst().orElse("").replaceFirst("^([a-z]+\\.)+", "");
        }
    }
}
