package dev.connie.benchmarks.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connie.benchmarks.Csv;
import dev.connie.benchmarks.Grid;
import dev.connie.benchmarks.ScenarioResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a simulation. In a directory that exists, files of the same names are written over and nothing else is
 * touched. All but the time they are written at is decided by the seed.
 *
 * <ul>
 *   <li>{@code tables.md}: the tables in Markdown
 *   <li>{@code results.csv}, {@code noticed.csv}, {@code storms.csv}: the same rows, a file for each kind
 *   <li>{@code overview}: mean, 99th percentile and SYNs in all populations, as PNG and SVG
 *   <li>{@code time-POPULATION}: those that change, in time
 *   <li>{@code STORM}: the load of each server and the extra attempts, in time
 * </ul>
 */
final class SimulationFiles {
    private SimulationFiles() {}

    static void write(Experiment experiment, List<PopulationResult> results, List<StormResult> storms, Path directory)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("tables.md"), markdown(experiment, results, storms), UTF_8);
        var figures = new Rows("population");
        var noticed = new Rows("population");
        for (PopulationResult result : results) {
            for (ScenarioResult part : result.scenarios()) {
                figures.add(part.name(), SimulationTables.figures(part));
            }
            if (result.population().changesInTime()) {
                noticed.add(result.population().name(), SimulationTables.noticed(result));
            }
        }
        var stormy = new Rows("storm");
        for (StormResult storm : storms) {
            stormy.add(storm.storm().population().name(), SimulationTables.storm(storm));
        }
        Files.writeString(directory.resolve("results.csv"), figures.csv(), UTF_8);
        Files.writeString(directory.resolve("noticed.csv"), noticed.csv(), UTF_8);
        Files.writeString(directory.resolve("storms.csv"), stormy.csv(), UTF_8);
    }

    /** Several grids below one head, each row with the name of what its grid is of. */
    private static final class Rows {
        private final String what;
        private final StringBuilder csv = new StringBuilder();

        Rows(String what) {
            this.what = what;
        }

        void add(String name, List<List<String>> grid) {
            for (int i = csv.isEmpty() ? 0 : 1; i < grid.size(); i++) {
                var cells = new ArrayList<String>();
                cells.add(i == 0 ? what : name);
                // A thousand's comma is for people.
                grid.get(i).forEach(cell -> cells.add(cell.replaceAll("(?<=\\d),(?=\\d)", "")));
                csv.append(Csv.line(cells));
            }
        }

        String csv() {
            return csv.toString();
        }
    }

    private static String markdown(Experiment experiment, List<PopulationResult> results, List<StormResult> storms) {
        var text = new StringBuilder("# simulate\n\n");
        text.append("- seed: ").append(experiment.seed()).append('\n');
        text.append("- runs of each population: ").append(experiment.runs()).append('\n');
        text.append("- timeout of a connect: ")
                .append(Population.TIMEOUT.toSeconds())
                .append(" s; a SYN is sent again after ")
                .append(experiment.retransmission() == Retransmission.LINEAR ? "1, 2 s" : "1 s")
                .append('\n');
        for (PopulationResult result : results) {
            heading(text, result.population());
            for (ScenarioResult part : result.scenarios()) {
                if (result.population().parts().size() > 1) {
                    text.append("\n### ").append(part.name()).append("\n\n");
                }
                text.append(Grid.markdown(SimulationTables.figures(part)));
            }
            if (result.population().changesInTime()) {
                text.append('\n').append(Grid.markdown(SimulationTables.noticed(result)));
            }
        }
        for (StormResult storm : storms) {
            heading(text, storm.storm().population());
            text.append(Grid.markdown(SimulationTables.storm(storm)));
        }
        return text.toString();
    }

    private static void heading(StringBuilder text, Population population) {
        text.append("\n## ").append(population.name()).append("\n\n");
        text.append(population.description()).append("\n\n");
    }

    /** Draws the pictures and tells which files they are. */
    static List<Path> draw(List<PopulationResult> results, List<StormResult> storms, Path directory)
            throws IOException {
        var files = new ArrayList<Path>();
        List<ScenarioResult> parts =
                results.stream().flatMap(result -> result.scenarios().stream()).toList();
        if (!parts.isEmpty()) {
            List<String> policies = parts.get(0).measurements().stream()
                    .map(measurement -> measurement.contender())
                    .toList();
            files.addAll(new OverviewPicture(parts, policies).save(directory, "overview"));
        }
        for (PopulationResult result : results) {
            if (result.population().changesInTime()) {
                String name = "time-" + result.population().name();
                files.addAll(new SeriesPicture(result).save(directory, name));
            }
        }
        for (StormResult storm : storms) {
            String name = storm.storm().population().name();
            files.addAll(new StormPicture(storm).save(directory, name));
        }
        return files;
    }
}
