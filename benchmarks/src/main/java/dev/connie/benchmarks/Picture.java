package dev.connie.benchmarks;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Something to paint, with its size in points, and how it becomes files. */
public interface Picture {
    /** A README is read on screens that have two pixels a point. */
    int PIXELS_PER_POINT = 2;

    Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(?:E-?\\d+)?");

    int width();

    int height();

    void paint(Graphics2D graphics);

    /** Writes {@code name.png} and {@code name.svg} and tells which. */
    default List<Path> save(Path directory, String name) throws IOException {
        Path png = directory.resolve(name + ".png");
        var image =
                new BufferedImage(width() * PIXELS_PER_POINT, height() * PIXELS_PER_POINT, BufferedImage.TYPE_INT_RGB);
        Graphics2D pixels = image.createGraphics();
        pixels.scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
        paintOnWhite(pixels);
        pixels.dispose();
        if (!ImageIO.write(image, "png", png.toFile())) {
            throw new IOException("this JVM writes no PNG: " + png);
        }
        Path svg = directory.resolve(name + ".svg");
        var vectors = new VectorGraphics2D();
        paintOnWhite(vectors);
        Document document = new SVGProcessor().getDocument(vectors.getCommands(), new PageSize(width(), height()));
        var bytes = new ByteArrayOutputStream();
        document.writeTo(bytes);
        Files.writeString(svg, tidy(bytes.toString(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        return List.of(png, svg);
    }

    // A hundredth of a point is not seen, and the digits beyond it are most of the file.
    private static String tidy(String svg) {
        return LONG_NUMBER
                .matcher(svg)
                .replaceAll(number -> BigDecimal.valueOf(Double.parseDouble(number.group()))
                        .setScale(2, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString());
    }

    private void paintOnWhite(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width(), height());
        paint(graphics);
    }
}
