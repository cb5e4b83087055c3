package dev.connie.benchmarks;

import dev.connie.benchmarks.Summary.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The figures as text: a table for the terminal, and a shorter one in Markdown. */
final class Tables {
    private static final String NOT_MEASURED = "-";
    private static final int FAILURE_KINDS = 2;

    /** A column: its name, its unit, and its cell in a contender's row. */
    private record Column(String head, String unit, Function<Summary, String> cell) {
        static Column time(String head, Function<Times, Double> nanos) {
            return new Column(head, "ms", row -> time(row, nanos));
        }

        static Column perCall(String head, Function<Summary, @Nullable Double> value) {
            return new Column(head, "/call", row -> Numbers.oneDecimal(value.apply(row)));
        }

        private static String time(Summary row, Function<Times, Double> nanos) {
            var times = row.times();
            return times == null ? NOT_MEASURED : Numbers.millis(nanos.apply(times)) + (times.ofFailures() ? "*" : "");
        }
    }

    private static final Column P50 = Column.time("p50", times -> (double) times.p50());
    private static final Column P99 = Column.time("p99", times -> (double) times.p99());
    private static final Column MAX = Column.time("max", times -> (double) times.max());

    private static final List<Column> TERMINAL = List.of(
            new Column("contender", "", Summary::contender),
            new Column("calls", "", row -> Numbers.grouped(row.calls())),
            new Column("failed", "", row -> Numbers.grouped(row.failures())),
            Column.time("mean", Times::mean),
            Column.time("sd", Times::deviation),
            P50,
            Column.time("p90", times -> (double) times.p90()),
            P99,
            MAX,
            Column.perCall("SYNs", Summary::synsPerCall),
            Column.perCall("conns", Summary::handshakesPerCall),
            Column.perCall("RSTs", Summary::resetsPerCall),
            new Column("CPU", "us", row -> Numbers.whole(row.cpuMicrosPerCall())),
            new Column("thr", "", row -> row.extraThreads() == null ? NOT_MEASURED : "+" + row.extraThreads()));

    private static final List<Column> MARKDOWN = List.of(
            new Column("contender", "", Summary::contender),
            P50,
            P99,
            MAX,
            new Column(
                    "failed",
                    "",
                    row -> row.failures() == 0
                            ? "0"
                            : Numbers.grouped(row.failures()) + " of " + Numbers.grouped(row.calls())),
            new Column("SYNs per connection", "", row -> Numbers.oneDecimal(row.synsPerCall())));

    private Tables() {}

    /** For a terminal of about {@value Grid#WIDTH} columns; below the table is what the failures said. */
    static String text(ScenarioResult result) {
        List<Summary> rows = summaries(result);
        var grid = new ArrayList<List<String>>();
        grid.add(TERMINAL.stream().map(Column::head).toList());
        grid.add(TERMINAL.stream().map(Column::unit).toList());
        for (Summary row : rows) {
            grid.add(cells(TERMINAL, row));
        }
        var text = new StringBuilder();
        text.append(result.name()).append(": ").append(result.description()).append("\n\n");
        text.append(Grid.text(grid)).append('\n');
        if (failToTheLast(rows)) {
            text.append("* time to fail: no call succeeded\n");
        }
        for (Measurement measurement : result.measurements()) {
            measurement.failures().stream()
                    .limit(FAILURE_KINDS)
                    .map(failure -> measurement.contender() + ", " + failure.count() + "x: " + failure.message())
                    .forEach(line -> text.append(cut(line)).append('\n'));
        }
        return text.toString();
    }

    /** For a README: the columns that decide. */
    static String markdown(ScenarioResult result) {
        List<Summary> rows = summaries(result);
        var grid = new ArrayList<List<String>>();
        grid.add(MARKDOWN.stream()
                .map(column -> column.unit().isEmpty() ? column.head() : column.head() + ", " + column.unit())
                .toList());
        for (Summary row : rows) {
            grid.add(cells(MARKDOWN, row));
        }
        var text = new StringBuilder(Grid.markdown(grid));
        if (failToTheLast(rows)) {
            text.append("\n\\* time to fail: no call succeeded\n");
        }
        return text.toString();
    }

    /** A document with the tables of all scenarios. */
    static String markdown(Run run) {
        var text = new StringBuilder();
        text.append("# ")
                .append(run.benchmark())
                .append(", ")
                .append(run.started())
                .append("\n\n");
        for (String line : run.environment()) {
            text.append("- ").append(line).append('\n');
        }
        for (ScenarioResult result : run.results()) {
            text.append("\n## ").append(result.name()).append("\n\n");
            text.append(result.description()).append("\n\n");
            text.append(markdown(result));
        }
        return text.toString();
    }

    private static List<Summary> summaries(ScenarioResult result) {
        return result.measurements().stream().map(Summary::of).toList();
    }

    private static boolean failToTheLast(List<Summary> rows) {
        return rows.stream().anyMatch(row -> row.times() != null && row.times().ofFailures());
    }

    private static List<String> cells(List<Column> columns, Summary row) {
        return columns.stream().map(column -> column.cell().apply(row)).toList();
    }

    private static String cut(String line) {
        String first = line.lines().findFirst().orElse("");
        return first.length() <= Grid.WIDTH ? first : first.substring(0, Grid.WIDTH - 3) + "...";
    }
}
