package dev.connie.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command found: written down once, read on the terminal and in files. In a directory that exists, files of the
 * same names are written over and nothing else is touched. Not thread-safe.
 *
 * <ul>
 *   <li>{@code results.jsonl}: a line for the run, then one for each row of each table
 *   <li>{@code tables.md}: the tables in Markdown
 *   <li>{@code samples.jsonl}: a line for each sample, if there are any
 * </ul>
 */
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder markdown = new StringBuilder();
    private final List<JsonNode> lines = new ArrayList<>();
    private final List<JsonNode> samples = new ArrayList<>();

    /**
     * A report that has only a head.
     *
     * @param title the command, and when it ran if that matters
     * @param run the first line of the results, without the environment
     * @param environment where it ran: a line each for machine, JVM, lab and settings
     */
    public Report(String title, ObjectNode run, List<String> environment) {
        markdown.append("# ").append(title).append("\n\n");
        environment.forEach(line -> markdown.append("- ").append(line).append('\n'));
        lines.add(run.putPOJO("environment", environment));
    }

    /** A line of results that begins with these fields, each name before its value. */
    public static ObjectNode line(String... namesAndValues) {
        ObjectNode line = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            line.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return line;
    }

    public void heading(String name, String description) {
        text.append(name).append(": ").append(description).append("\n\n");
        markdown.append("\n## ").append(name).append("\n\n").append(description).append("\n\n");
    }

    public void subheading(String name) {
        text.append(name).append('\n');
        markdown.append("\n### ").append(name).append("\n\n");
    }

    public void table(Table table, List<ObjectNode> rows) {
        text.append(table.text(rows)).append('\n');
        // Else two tables in a row would be one.
        markdown.append(markdown.toString().endsWith("|\n") ? "\n" : "").append(table.markdown(rows));
        lines.addAll(rows);
    }

    /** A line below a table; in Markdown a paragraph. */
    public void note(String line) {
        text.append(line).append('\n');
        markdown.append('\n').append(line.replace("*", "\\*")).append('\n');
    }

    /** A line for the terminal alone, where it is cut if it is too long. */
    void remark(String remark) {
        String line = remark.lines().findFirst().orElse("");
        text.append(line.length() <= Table.WIDTH ? line : line.substring(0, Table.WIDTH - 3) + "...")
                .append('\n');
    }

    void sample(ObjectNode line) {
        samples.add(line);
    }

    public String text() {
        return text.toString();
    }

    String markdown() {
        return markdown.toString();
    }

    /** Prints it, writes its files and draws the pictures; the last line says where. */
    public void publish(PrintWriter terminal, Path directory, Pictures pictures) throws IOException {
        terminal.println();
        terminal.print(text);
        write(directory);
        int drawn = pictures.drawIfPossible(directory, terminal::println).size();
        terminal.println("Tables and " + drawn + " pictures: " + directory.toAbsolutePath());
    }

    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("tables.md"), markdown, UTF_8);
        write(directory.resolve("results.jsonl"), lines);
        if (!samples.isEmpty()) {
            write(directory.resolve("samples.jsonl"), samples);
        }
    }

    private static void write(Path file, List<JsonNode> lines) throws IOException {
        var text = new StringBuilder();
        for (JsonNode line : lines) {
            text.append(JSON.writeValueAsString(line)).append('\n');
        }
        Files.writeString(file, text, UTF_8);
    }
}
