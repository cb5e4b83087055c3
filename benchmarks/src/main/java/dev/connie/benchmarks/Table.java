package dev.connie.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connie.benchmarks.Summary.Times;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is told of each row, for a terminal, in Markdown and as JSON lines: the one way in which figures are written. */
public record Table<T>(List<Column<T>> columns) {
    /** How wide a terminal is taken to be. */
    static final int WIDTH = 110;

    static final ObjectMapper JSON = new ObjectMapper();
    private static final String NONE = "-";

    /**
     * A column.
     *
     * @param head its name for people; empty if it is only for programs
     * @param unit what stands below the head
     * @param key its name for programs; empty if it is only for people
     * @param figure its value, with all digits; null where there is none
     * @param cell its value for people
     */
    public record Column<T>(
            String head, String unit, String key, Function<T, @Nullable Object> figure, Function<T, String> cell) {
        public static <T> Column<T> text(String head, String key, Function<T, String> cell) {
            return new Column<>(head, "", key, cell::apply, cell);
        }

        /** Where the figure is null or not finite, there is none. */
        public static <T> Column<T> number(
                String head,
                String unit,
                String key,
                Function<T, @Nullable Number> value,
                Function<Double, String> form) {
            return new Column<>(head, unit, key, row -> orNull(value.apply(row)), row -> {
                Number figure = orNull(value.apply(row));
                return figure == null ? NONE : form.apply(figure.doubleValue());
            });
        }

        /** A time in milliseconds, with a star if it is one to fail. */
        public static <T> Column<T> time(
                String head,
                String unit,
                String key,
                Function<T, @Nullable Times> times,
                ToDoubleFunction<Times> nanos) {
            return new Column<>(
                    head,
                    unit,
                    key,
                    row -> {
                        var of = times.apply(row);
                        // To the nanosecond: digits that a table would round away cost a file nothing.
                        return of == null || Double.isNaN(nanos.applyAsDouble(of))
                                ? null
                                : BigDecimal.valueOf(Math.round(nanos.applyAsDouble(of)), 6);
                    },
                    row -> {
                        var of = times.apply(row);
                        return of == null
                                ? NONE
                                : Numbers.millis(nanos.applyAsDouble(of)) + (of.ofFailures() ? "*" : "");
                    });
        }

        private static @Nullable Number orNull(@Nullable Number value) {
            return value == null || !Double.isFinite(value.doubleValue()) ? null : value;
        }
    }

    /** The fields of a JSON line. */
    public ObjectNode json(T row) {
        ObjectNode fields = JSON.createObjectNode();
        for (Column<T> column : columns) {
            if (!column.key.isEmpty()) {
                fields.putPOJO(column.key, column.figure.apply(row));
            }
        }
        return fields;
    }

    private List<Column<T>> shown() {
        return columns.stream().filter(column -> !column.head.isEmpty()).toList();
    }

    /**
     * For a terminal: the first column to the left, the others to the right. Where one cell of a column bears a star, the
     * others leave room for it, so that digit stands below digit.
     */
    public String text(List<T> rows) {
        boolean hasUnits = columns.stream().anyMatch(column -> !column.unit.isEmpty());
        var padded = new ArrayList<List<String>>();
        int total = 0;
        for (Column<T> column : shown()) {
            var cells = new ArrayList<String>();
            cells.add(column.head);
            if (hasUnits) {
                cells.add(column.unit);
            }
            rows.forEach(row -> cells.add(column.cell.apply(row)));
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

    public String markdown(List<T> rows) {
        List<Column<T>> shown = shown();
        var text = new StringBuilder();
        line(
                text,
                shown.stream()
                        .map(column -> column.head + (column.unit.isEmpty() ? "" : ", " + column.unit))
                        .toList());
        line(
                text,
                shown.stream()
                        .map(column -> column == shown.get(0) ? "---" : "---:")
                        .toList());
        for (T row : rows) {
            line(
                    text,
                    shown.stream()
                            .map(column ->
                                    column.cell.apply(row).replace("|", "\\|").replace("*", "\\*"))
                            .toList());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
