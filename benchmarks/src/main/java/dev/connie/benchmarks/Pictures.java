package dev.connie.benchmarks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Pictures that are to be drawn, each as PNG and SVG. */
public interface Pictures {
    /** Draws them into a directory and tells which files they are. */
    List<Path> draw(Path directory) throws IOException;

    /**
     * Draws them where this machine can. A bare one has no fonts or no AWT at all: then there are none, and one line to
     * the user says why.
     */
    default List<Path> drawIfPossible(Path directory, Consumer<String> note) throws IOException {
        String obstacle = obstacle();
        if (obstacle == null) {
            return draw(directory);
        }
        note.accept("No pictures: this JVM cannot draw text (" + obstacle
                + "). It takes a JDK with AWT, fontconfig, and a font.");
        return List.of();
    }

    // Drawing fails in many ways where fonts or libraries are missing: an UnsatisfiedLinkError, then a
    // NoClassDefFoundError, an InternalError, an Error "no fonts found", a RuntimeException of fontconfig. What fails
    // after this is a bug and is to be seen.
    private static @Nullable String obstacle() {
        // Before the first class of AWT is loaded; a server has no display, and none is needed.
        System.setProperty("java.awt.headless", "true");
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
