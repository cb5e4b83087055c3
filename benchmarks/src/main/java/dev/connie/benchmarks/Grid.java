package dev.connie.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Cells in rows and columns, as text. The first row is the head. */
public final class Grid {
    /** How wide a terminal is taken to be. */
    public static final int WIDTH = 110;

    private Grid() {}

    /**
     * For a terminal: the first column to the left, the others to the right. Where one cell of a column bears a star, the
     * others leave room for it, so that digit stands below digit.
     */
    public static String text(List<List<String>> grid) {
        int columns = grid.get(0).size();
        var padded = new ArrayList<List<String>>();
        int total = 0;
        for (int i = 0; i < columns; i++) {
            int column = i;
            List<String> cells = grid.stream().map(row -> row.get(column)).toList();
            if (cells.stream().anyMatch(cell -> cell.endsWith("*"))) {
                cells = cells.stream()
                        .map(cell -> cell.endsWith("*") ? cell : cell + " ")
                        .toList();
            }
            int width = cells.stream().mapToInt(String::length).max().orElseThrow();
            total += width;
            String format = "%" + (i == 0 ? "-" : "") + width + "s";
            padded.add(cells.stream().map(cell -> String.format(format, cell)).toList());
        }
        String gap = total + 2 * (columns - 1) <= WIDTH ? "  " : " ";
        var text = new StringBuilder();
        for (int row = 0; row < grid.size(); row++) {
            int index = row;
            String line = padded.stream().map(column -> column.get(index)).collect(Collectors.joining(gap));
            text.append(line.stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** As a table in Markdown. */
    public static String markdown(List<List<String>> grid) {
        var text = new StringBuilder(row(grid.get(0)));
        var rule = new ArrayList<>(Collections.nCopies(grid.get(0).size(), "---:"));
        rule.set(0, "---");
        text.append(row(rule));
        for (List<String> cells : grid.subList(1, grid.size())) {
            text.append(row(cells.stream().map(Grid::escaped).toList()));
        }
        return text.toString();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String escaped(String cell) {
        return cell.replace("|", "\\|").replace("*", "\\*");
    }
}
