package dev.connie.benchmarks;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Things to paint, with the size of all in points, and how they become files. */
public final class Picture {
    public static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    public static final Font SMALL = TEXT.deriveFont(10f);
    public static final Font BOLD = TEXT.deriveFont(Font.BOLD);

    /** The width of all pictures: that of a README. */
    public static final int WIDTH = 900;

    /** A README is read on screens that have two pixels a point. */
    private static final int PIXELS_PER_POINT = 2;

    private static final FontRenderContext ANY_SCALE = new FontRenderContext(null, true, true);
    private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(?:E-?\\d+)?");

    private static final int MARGIN = 10;
    private static final int LINE = 17;
    private static final int ABOVE_PLOTS = 8;
    private static final int ABOVE_HEADING = 6;

    private final List<Consumer<Graphics2D>> parts = new ArrayList<>();
    private int height;

    /** Makes room below what there is. */
    void grow(int points) {
        height += points;
    }

    /** Adds a text below what there is, in lines that fit. */
    public void text(Font font, String text) {
        grow(font.isBold() ? ABOVE_HEADING : 0);
        String line = "";
        for (String word : text.split(" ")) {
            if (widthOf(font, line + " " + word) > WIDTH - 2 * MARGIN) {
                line(font, line);
                line = "";
            }
            line += (line.isEmpty() ? "" : " ") + word;
        }
        line(font, line);
    }

    private void line(Font font, String line) {
        grow(LINE);
        add(font, Palette.INK, line, MARGIN, height);
    }

    /** Adds plots below what there is, side by side. */
    public void plots(LinePlot... plots) {
        grow(ABOVE_PLOTS);
        int x = 0;
        for (LinePlot plot : plots) {
            int left = x;
            int top = height;
            parts.add(graphics -> {
                graphics.translate(left, top);
                plot.paint(graphics);
                graphics.translate(-left, -top);
            });
            x += plot.width;
        }
        grow(plots[0].height);
    }

    void add(Consumer<Graphics2D> part) {
        parts.add(part);
    }

    /** Adds a text. */
    void add(Font font, Color color, String text, double x, double baseline) {
        parts.add(graphics -> {
            graphics.setColor(color);
            write(graphics, font, text, x, baseline);
        });
    }

    // As outlines: an SVG is seen with the fonts of whoever sees it, whose letters are of another width.
    static void write(Graphics2D graphics, Font font, String text, double x, double baseline) {
        graphics.fill(font.createGlyphVector(ANY_SCALE, text).getOutline((float) x, (float) baseline));
    }

    public static double widthOf(Font font, String text) {
        return font.getStringBounds(text, ANY_SCALE).getWidth();
    }

    /** Writes {@code name.png} and {@code name.svg} and tells which. */
    public List<Path> save(Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        Path png = directory.resolve(name + ".png");
        var image = new BufferedImage(WIDTH * PIXELS_PER_POINT, height * PIXELS_PER_POINT, BufferedImage.TYPE_INT_RGB);
        Graphics2D pixels = image.createGraphics();
        pixels.scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
        paint(pixels);
        pixels.dispose();
        if (!ImageIO.write(image, "png", png.toFile())) {
            throw new IOException("this JVM writes no PNG: " + png);
        }
        Path svg = directory.resolve(name + ".svg");
        var vectors = new VectorGraphics2D();
        paint(vectors);
        Document document = new SVGProcessor().getDocument(vectors.getCommands(), new PageSize(WIDTH, height));
        var bytes = new ByteArrayOutputStream();
        document.writeTo(bytes);
        Files.writeString(svg, tidy(bytes.toString(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        return List.of(png, svg);
    }

    private void paint(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, height);
        parts.forEach(part -> part.accept(graphics));
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
}
