package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which fields of results are shown, and how: for a terminal and in Markdown. */
public record Table(List<Column> columns) {
    /** How wide a terminal is taken to be. */
    static final int WIDTH = 110;

    private static final String NONE = "-";

    /**
     * A column.
     *
     * @param unit what stands below the head
     * @param key the name of the field
     * @param form {@code text}; the number of decimals; {@code ms} for {@link Numbers#millis}, with a star where the times
     *     are those to fail; {@code <} for a number that is to be stayed below
     */
    private record Column(String head, String unit, String key, String form) {
        String cell(ObjectNode row) {
            JsonNode field = row.path(key);
            if (field.isMissingNode() || field.isNull()) {
                return NONE;
            }
            return switch (form) {
                case "text" -> field.asText();
                case "<" -> "<" + field.asText();
                case "ms" -> Numbers.millis(field.doubleValue() * 1e6) + (Measurement.isOfFailures(row) ? "*" : "");
                default -> Numbers.decimals(Integer.parseInt(form), field.doubleValue());
            };
        }

        String headAndUnit() {
            return unit.isEmpty() ? head : head + ", " + unit;
        }
    }

    /** Makes a table of lines, each with a column's head, unit, key and form, separated by bars. */
    public static Table of(String columns) {
        return new Table(columns.lines()
                .map(line -> line.split("\\|", -1))
                .map(parts -> new Column(parts[0].strip(), parts[1].strip(), parts[2].strip(), parts[3].strip()))
                .toList());
    }

    /**
     * For a terminal: the first column to the left, the others to the right. Where one cell of a column bears a star, the
     * others leave room for it, so that digit stands below digit.
     */
    public String text(List<ObjectNode> rows) {
        boolean hasUnits = columns.stream().anyMatch(column -> !column.unit.isEmpty());
        var padded = new ArrayList<List<String>>();
        int total = 0;
        for (Column column : columns) {
            var cells = new ArrayList<>(hasUnits ? List.of(column.head, column.unit) : List.of(column.head));
            rows.forEach(row -> cells.add(column.cell(row)));
            if (cells.stream().anyMatch(cell -> cell.endsWith("*"))) {
                cells.replaceAll(cell -> cell.endsWith("*") ? cell : cell + " ");
            }
            int width = cells.stream().mapToInt(String::length).max().orElseThrow();
            total += width + 2;
            String form = "%" + (padded.isEmpty() ? "-" : "") + width + "s";
            padded.add(cells.stream().map(cell -> String.format(form, cell)).toList());
        }
        String gap = total - 2 <= WIDTH ? "  " : " ";
        var text = new StringBuilder();
        for (int i = 0; i < padded.get(0).size(); i++) {
            int line = i;
            String cells = padded.stream().map(column -> column.get(line)).collect(Collectors.joining(gap));
            text.append(cells.stripTrailing()).append('\n');
        }
        return text.toString();
    }

    public String markdown(List<ObjectNode> rows) {
        var lines = new ArrayList<List<String>>();
        lines.add(columns.stream().map(Column::headAndUnit).toList());
        lines.add(columns.stream()
                .map(column -> column == columns.get(0) ? "---" : "---:")
                .toList());
        for (ObjectNode row : rows) {
            lines.add(columns.stream()
                    .map(column -> column.cell(row).replace("|", "\\|").replace("*", "\\*"))
                    .toList());
        }
        return lines.stream()
                .map(cells -> "| " + String.join(" | ", cells) + " |\n")
                .collect(Collectors.joining());
    }
}
