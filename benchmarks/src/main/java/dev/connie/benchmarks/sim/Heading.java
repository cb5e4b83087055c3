package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.Palette;
import dev.connie.benchmarks.Panels;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/** What stands above a picture of one population: its name, and its description in as many lines as it takes. */
final class Heading {
    private static final int MARGIN = 10;
    private static final int NAME = 26;
    private static final int LINE = 17;
    private static final Font FONT = Panels.TEXT;

    private final String name;
    private final List<String> lines;

    Heading(Population population, int width) {
        this.name = population.name();
        this.lines = wrapped(population.description(), width - 2 * MARGIN);
    }

    private static List<String> wrapped(String text, int width) {
        var lines = new ArrayList<String>();
        String line = "";
        for (String word : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && Panels.widthOf(FONT, longer) > width) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        lines.add(line);
        return lines;
    }

    int height() {
        return MARGIN + NAME + LINE * lines.size();
    }

    void paint(Graphics2D graphics) {
        graphics.setColor(Palette.INK);
        Panels.write(graphics, Panels.BOLD.deriveFont(15f), name, MARGIN, NAME);
        for (int i = 0; i < lines.size(); i++) {
            Panels.write(graphics, FONT, lines.get(i), MARGIN, NAME + (i + 1) * LINE + 3);
        }
    }
}
