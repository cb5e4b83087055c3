package dev.connie.benchmarks;

import java.util.List;

/** Comma-separated values: RFC 4180, with the line feed that every tool takes. */
public final class Csv {
    private Csv() {}

    public static String line(List<String> cells) {
        return String.join(",", cells.stream().map(Csv::quoted).toList()) + "\n";
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
